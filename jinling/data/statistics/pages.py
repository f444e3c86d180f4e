"""Pages of statistics: the list of months, and a month's bulletin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from jinling.data.statistics import printing
from jinling.data.statistics.public import kept_bulletin, month, periods, replayed
from jinling.kernel.declarations import open_to_all
from jinling.kernel.outcomes import Refused
from jinling.kernel.sockets import MenuItem
from jinling.web.components import show, told


@open_to_all
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """The months that have a bulletin; ``?period=`` opens any other."""
    asked, problem = request.GET.get("period", "").strip(), None
    if asked:
        try:
            return HttpResponseRedirect(reverse("statistics:bulletin", args=[str(month(asked))]))
        except Refused as refused:
            problem = told(refused)
    months: list[dict[str, Any]] = [
        {
            "period": str(period),
            "name": date_format(period.first, "YEAR_MONTH_FORMAT"),
            "current": place == 0,
            "replays": sorted({f"{run['scale'] * 100:g}" for run in replayed(str(period))}),
        }
        for place, period in enumerate(periods())
    ]
    lead = gettext("Figures of the month, counted from what was booked, sent and done.")
    return show(
        request,
        "statistics/bulletins.html",
        {"months": months, "asked": asked[:20], "problem": problem, "lead": lead},
        status=422 if problem else 200,
    )


@open_to_all
@require_safe
def bulletin(request: HttpRequest, period: str) -> HttpResponse:
    """A month's bulletin; ``?format=html`` and ``?format=md`` give it as a file."""
    try:
        printable = printing.printable(kept_bulletin(period))
    except Refused as refused:
        return show(request, "web/problem.html", {"problem": told(refused), "where": period[:20]}, status=404)
    form = request.GET.get("format", "")
    if form == "html":
        return HttpResponse(
            printing.standalone(printable),
            content_type="text/html; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="bulletin-{printable.period}.html"'},
        )
    if form == "md":
        return HttpResponse(
            printing.markdown(printable),
            content_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="bulletin-{printable.period}.md"'},
        )
    return show(
        request, "statistics/bulletin.html", {"bulletin": printable, "counted": printing.counted_line(printable)}
    )


_patterns = [
    path("bulletin/", bulletins, name="bulletins"),
    path("bulletin/<str:period>/", bulletin, name="bulletin"),
]
urlpatterns = [path("", include((_patterns, "statistics")))]

MENU = [
    MenuItem("citizen", "Bulletin", "statistics:bulletins", icon="chart", order=80),
    MenuItem("staff", "Bulletin", "statistics:bulletins", icon="chart", order=80),
]
