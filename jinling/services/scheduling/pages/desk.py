"""The desk: today's list, check-in, who did not come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.pages.asked import day_asked
from jinling.services.scheduling.pages.scope import OWN, choosable_organizations, organization_for
from jinling.services.scheduling.public import (
    AppointmentView,
    appointment,
    cancel,
    check_in,
    confirm,
    day_list,
    fulfil,
    mark_no_show,
    planning,
    refuse,
    today as city_today,
    zone,
)
from jinling.services.scheduling.rights import DESK
from jinling.services.scheduling.rules.kinds import EndReason
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.services.scheduling.rules.refusals import DeskStepUnknown
from jinling.services.scheduling.rules.steps import offered_at_desk
from jinling.web.components import Action, Problem, Tile, show, told
from jinling.web.requests import actor


@dataclass(frozen=True, slots=True)
class _Button:
    """How a step is asked for at the desk: the last part of its address, the verb behind it, and how it looks."""

    address: str
    verb: Callable[[Actor, UUID], object]
    label: Promise
    style: Literal["primary", "outline-primary", "outline-danger"]
    confirm: Promise | str = ""


BUTTONS = {
    "check_in": _Button(
        "check-in",
        lambda by, id_: check_in(by=by, appointment=id_),
        pgettext_lazy("booking", "Check in"),
        "primary",
    ),
    "check_in_late": _Button(
        "check-in-late",
        lambda by, id_: check_in(by=by, appointment=id_, late=True),
        gettext_lazy("Check in late"),
        "primary",
    ),
    "miss": _Button(
        "no-show",
        lambda by, id_: mark_no_show(by=by, appointment=id_),
        gettext_lazy("Did not come"),
        "outline-danger",
    ),
    "fulfil": _Button(
        "seen",
        lambda by, id_: fulfil(by=by, appointment=id_),
        pgettext_lazy("booking", "Seen"),
        "outline-primary",
    ),
    "cancel_at_desk": _Button(
        "cancel",
        lambda by, id_: cancel(by=by, appointment=id_, reason=EndReason.DESK, override=True),
        pgettext_lazy("booking", "Cancel"),
        "outline-danger",
        gettext_lazy("Cancel this booking for the patient?"),
    ),
    "confirm": _Button(
        "confirm",
        lambda by, id_: confirm(by=by, appointment=id_),
        pgettext_lazy("booking", "Confirm"),
        "primary",
    ),
    "refuse": _Button(
        "refuse",
        lambda by, id_: refuse(by=by, appointment=id_, reason=EndReason.DESK),
        pgettext_lazy("booking", "Refuse"),
        "outline-danger",
    ),
}
VERBS = {button.address: button.verb for button in BUTTONS.values()}


def offered(view: AppointmentView, *, organization: str, now: datetime) -> list[Action]:
    """What the desk may do with an appointment now, as its row shows it."""
    found = []
    for step in offered_at_desk(view.facts, at=now, zone=zone()):
        button = BUTTONS[step]
        url = f"{reverse('scheduling:desk', args=[view.id, button.address])}?org={organization}"
        found.append(Action(str(button.label), url, button.style, str(button.confirm)))
    return found


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
        "rows": [(v, offered(v, organization=organization.code, now=timezone.now())) for v in views],
        "clinic": clinic,
        "q": request.GET.get("q", ""),
        "people": people,
        "tiles": tiles,
        "clinics": planning.clinics_of(organization.pk).order_by("name").values_list("pk", "name"),
    }
    return show(request, "scheduling/staff/today.html", context, part="scheduling/staff/parts/today.html", private=True)


@require_POST
@permission_required(DESK, relation=OWN, level=3)
def act(request: HttpRequest, id_: UUID, verb: str) -> HttpResponse:
    """Carry out one verb of the desk on one appointment of the organisation; answers with its row."""
    if verb not in VERBS:
        raise DeskStepUnknown(where=verb, known=", ".join(VERBS))
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
        "actions": offered(view, organization=organization.code, now=timezone.now()),
        "focus": True,
    }
    return show(request, "scheduling/staff/parts/row.html", context, status=status, private=True)


def _counted() -> list[tuple[str, str]]:
    return [
        (pgettext("booking", "Expected"), AppointmentState.BOOKED),
        (pgettext("booking", "Checked in"), AppointmentState.ARRIVED),
        (pgettext("booking", "Seen"), AppointmentState.FULFILLED),
        (pgettext("booking", "Did not come"), AppointmentState.NOSHOW),
    ]
