"""The list of months, and a month's bulletin: as it was released, or as it was counted last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from jinling.data.statistics import printing
from jinling.data.statistics.public import editions, kept_bulletin, month, offered_months, periods, replayed
from jinling.data.statistics.rules.refusals import FormatUnknown, ReleaseUnknown
from jinling.kernel.declarations import open_to_all
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.web import notation
from jinling.web.components import show, told

FILES = {
    "html": ("text/html", lambda of, words: printing.standalone(words)),
    "md": ("text/markdown", lambda of, words: printing.markdown(words)),
    "csv": ("text/csv", lambda of, words: printing.records(of)),
}


@open_to_all
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """The months that have a bulletin; ``?period=`` opens one."""
    asked, problem = request.GET.get("period", "").strip(), None
    if asked:
        try:
            return HttpResponseRedirect(reverse("statistics:bulletin", args=[str(month(asked))]))
        except Refused as refused:
            problem = told(refused)
    this, released = Period.month_of(timezone.localdate()), periods()
    months: list[dict[str, Any]] = [
        {
            "period": str(period),
            "name": notation.month(period.first),
            "standing": "released" if str(period) in released else "to_date" if period == this else "not_released",
            "replays": sorted({f"{run['scale'] * 100:g}" for run in replayed(str(period))}),
        }
        for period in offered_months()
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
    """A month's bulletin; ``?format=`` html, md and csv give it as a file, ``?version=`` an edition of its release."""
    form, version = request.GET.get("format", ""), request.GET.get("version", "")
    try:
        if form and form not in FILES:
            raise FormatUnknown(where=form[:20], form=form[:20], forms=", ".join([*FILES, "json"]))
        if version and not (version.isascii() and version.isdecimal() and len(version) < 6):
            raise ReleaseUnknown(where=version[:20], period=period[:20], version=version[:20])
        found = kept_bulletin(period, version=int(version) if version else None)
    except Refused as refused:
        problem = {"problem": told(refused), "where": period[:20]}
        answer = show(request, "web/problem.html", problem, status=503 if refused.status == 503 else 404)
        if "retry_after" in refused.fields:
            answer["Retry-After"] = str(refused.fields["retry_after"])
        return answer
    words = printing.printable(found)
    if form:
        kind, text = FILES[form]
        return HttpResponse(
            text(found, words),
            content_type=f"{kind}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="bulletin-{words.period}.{form}"'},
        )
    released = editions(found.period)
    context = {
        "bulletin": words,
        "counted": printing.counted_line(words),
        "editions": released if len(released) > 1 else [],
        "version": found.edition.version if found.edition else None,
    }
    return show(request, "statistics/bulletin.html", context)
