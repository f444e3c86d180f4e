"""Relations of accounts to people that wait for somebody to see both documents."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi, rights, worklist
from jinling.foundation.mpi.public import judge_relation
from jinling.kernel.outcomes import Refused
from jinling.web.components import Problem, show, told
from jinling.web.requests import actor

PAGE = 25


@access.permission_required(rights.RELATIONS, relation=("present", "named"), level=4)
def relations(request: HttpRequest) -> HttpResponse:
    """Whom to look for: by the document of the person concerned, or the list of all that wait, newest first."""
    by = actor(request)
    errors: list[Problem] = []
    rows = worklist.unverified()
    if request.method == "POST":
        try:
            found = mpi.find(system="resident_id", value=request.POST.get("number", "")[:40])
            rows = rows.filter(patient_id__in=mpi.records(found)) if found else rows.none()
        except Refused as refused:
            errors = [told(refused, field="number")]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    people = mpi.shown(by=by, ids=[row.patient_id for row in page])
    listed = [{"row": row, "person": people.get(row.patient_id)} for row in page]
    return show(
        request,
        "mpi/relations.html",
        {"page": page, "rows": listed, "errors": errors},
        status=422 if errors else 200,
        private=True,
    )


@require_POST
@access.permission_required(rights.RELATIONS, relation=("present", "named"), level=4)
def judge(request: HttpRequest, relation: int) -> HttpResponse:
    """Both documents were seen: the relation holds, up to a day when one is given; or it does not."""
    ends = request.POST.get("expires_on", "")
    try:
        judge_relation(
            by=actor(request),
            relation=relation,
            holds=request.POST.get("verdict") == "holds",
            expires_on=date.fromisoformat(ends) if ends else None,
        )
    except ValueError:
        messages.error(request, _("Write the day as year, month and day."))
    except Refused as refused:
        messages.error(request, told(refused).text)
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("mpi:relations"))
