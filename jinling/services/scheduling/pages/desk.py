"""The desk: today's list, check-in, who did not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import NotFound, Refused
from jinling.services.scheduling.models import Clinic
from jinling.services.scheduling.pages.reads import day_asked
from jinling.services.scheduling.pages.rights import OWN, choosable_organizations, organization_for
from jinling.services.scheduling.queries.appointments import appointment, day_list
from jinling.services.scheduling.queries.finding import today as city_today
from jinling.services.scheduling.rights import DESK
from jinling.services.scheduling.rules.life import EndReason
from jinling.services.scheduling.usecases.appointments import (
    cancel,
    check_in,
    confirm,
    fulfil,
    mark_no_show,
    refuse,
)
from jinling.web.components import Problem, Tile, show, told
from jinling.web.requests import actor

VERBS: dict[str, Callable[..., Any]] = {
    "check-in": lambda by, id_: check_in(by=by, appointment=id_),
    "check-in-late": lambda by, id_: check_in(by=by, appointment=id_, late=True),
    "no-show": lambda by, id_: mark_no_show(by=by, appointment=id_),
    "seen": lambda by, id_: fulfil(by=by, appointment=id_),
    "cancel": lambda by, id_: cancel(by=by, appointment=id_, reason=EndReason.DESK, override=True),
    "confirm": lambda by, id_: confirm(by=by, appointment=id_),
    "refuse": lambda by, id_: refuse(by=by, appointment=id_, reason=EndReason.DESK),
}


@permission_required(DESK, relation=OWN, level=3)
def today(request: HttpRequest) -> HttpResponse:
    """Who is booked on a day, by session and number; found by reference, clinic or state."""
    by = actor(request)
    organization = organization_for(request)
    day = day_asked(request.GET.get("day", "")) or city_today()
    clinic = request.GET.get("clinic", "")
    views = day_list(by=by, organization=organization.code, day=day, clinic=int(clinic) if clinic.isdigit() else None)
    tiles = [Tile(name, str(sum(v.status == status for v in views))) for name, status in _counted()]
    wanted = request.GET.get("q", "").replace(" ", "").upper()[:40]
    if wanted:
        views = [v for v in views if wanted in v.reference or wanted == v.id.hex.upper()]
    people = mpi.shown(by=by, ids={v.patient for v in views})
    context = {
        "organization": organization,
        "organizations": choosable_organizations(request),
        "day": day,
        "views": views,
        "clinic": clinic,
        "q": request.GET.get("q", ""),
        "people": people,
        "tiles": tiles,
        "now": timezone.now(),
        "is_today": day == city_today(),
        "clinics": Clinic.objects.filter(organization=organization).order_by("name").values_list("pk", "name"),
    }
    return show(request, "scheduling/staff/today.html", context, part="scheduling/staff/parts/today.html", private=True)


@require_POST
@permission_required(DESK, relation=OWN, level=3)
def act(request: HttpRequest, id_: UUID, verb: str) -> HttpResponse:
    """Carry out one verb of the desk on one appointment of the organisation; answers with its row."""
    if verb not in VERBS:
        raise NotFound(where=verb)
    by = actor(request)
    organization = organization_for(request)
    appointment(id_, by=by, organization=organization.code)
    problem: Problem | None = None
    status = 200
    try:
        VERBS[verb](by, id_)
    except Refused as refused:
        problem, status = told(refused), refused.status
    if not getattr(request, "htmx", False):
        if problem is not None:
            return show(request, "web/problem.html", {"problem": problem}, status=status, private=True)
        return HttpResponseRedirect(f"{reverse('scheduling:today')}?org={organization.code}")
    view = appointment(id_, by=by, organization=organization.code)
    context = {
        "v": view,
        "people": mpi.shown(by=by, ids=[view.patient]),
        "problem": problem,
        "now": timezone.now(),
        "organization": organization,
        "is_today": view.session.date == city_today(),
        "focus": True,
    }
    return show(request, "scheduling/staff/parts/row.html", context, status=status, private=True)


def _counted() -> list[tuple[str, str]]:
    return [
        (pgettext("booking", "Expected"), "booked"),
        (pgettext("booking", "Checked in"), "arrived"),
        (pgettext("booking", "Seen"), "fulfilled"),
        (pgettext("booking", "Did not come"), "noshow"),
    ]
