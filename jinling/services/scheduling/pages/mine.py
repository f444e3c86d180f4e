"""A citizen's own pages: bookings, offers to answer, waiting lists, cancelling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.pages.asked import day_asked, id_asked
from jinling.services.scheduling.pages.scope import FAMILY, family_records
from jinling.services.scheduling.public import (
    AppointmentView,
    accept,
    appointment,
    appointments_of,
    cancel,
    choosing,
    decline,
    join_waitlist,
    leave_waitlist,
    open_offers,
    today,
    waiting_of,
)
from jinling.services.scheduling.rights import BOOK
from jinling.services.scheduling.rules.kinds import NEVER_BOOKED
from jinling.services.scheduling.rules.life import APPOINTMENT, FREED, AppointmentState
from jinling.services.scheduling.rules.refusals import PatientUnknown
from jinling.web.components import show, told
from jinling.web.requests import actor

TABS = ("upcoming", "past", "cancelled", "waiting")
LONGEST_WAIT = timedelta(days=60)


def tab_of(view: AppointmentView) -> str:
    """Under which tab an appointment stands; held numbers that were offered stand with the offers."""
    if view.status in FREED:
        return "cancelled"
    if view.status in (AppointmentState.FULFILLED, AppointmentState.NOSHOW) or view.session.date < today():
        return "past"
    return "upcoming"


@permission_required(BOOK, relation=FAMILY, level=3)
def appointments(request: HttpRequest) -> HttpResponse:
    """Bookings of the account's family by tab, with the offers that wait for an answer on top."""
    by = actor(request)
    patients = family_records(by)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "upcoming"
    offers = list(open_offers(patients, timezone.now()))
    offered = {offer.appointment_id for offer in offers}
    rows: dict[str, list[AppointmentView]] = {name: [] for name in TABS}
    for view in appointments_of(patients, by=by):
        if view.id not in offered and view.reason not in NEVER_BOOKED:
            rows[tab_of(view)].append(view)
    rows["upcoming"].sort(key=lambda view: view.segment.starts_at)
    waiting = list(waiting_of(patients))
    counts = {name: len(rows[name]) for name in TABS} | {"waiting": len(waiting)}
    context = {
        "tab": tab,
        "tabs": [(name, counts[name]) for name in TABS],
        "rows": rows[tab],
        "offers": offers,
        "waiting": waiting,
        "people": mpi.shown(by=by, ids=patients),
        "has_people": bool(patients),
    }
    return show(
        request, "scheduling/appointments.html", context, part="scheduling/parts/appointments.html", private=True
    )


@permission_required(BOOK, relation=FAMILY, level=3)
def one(request: HttpRequest, id_: UUID) -> HttpResponse:
    """One booking: QR code, reference, when and where to pick the number up, and the way to cancel."""
    by = actor(request)
    view = appointment(id_, by=by, patients=family_records(by))
    context = _seen(view, by) | {"new": "new" in request.GET}
    return show(request, "scheduling/appointment.html", context, private=True)


@permission_required(BOOK, relation=FAMILY, level=3)
def cancel_one(request: HttpRequest, id_: UUID) -> HttpResponse:
    """Ask once, then give the number back."""
    by = actor(request)
    view = appointment(id_, by=by, patients=family_records(by))
    context = _seen(view, by)
    if request.method != "POST":
        return show(request, "scheduling/cancel.html", context, private=True)
    try:
        cancel(by=by, appointment=id_)
    except Refused as refused:
        return show(
            request,
            "scheduling/cancel.html",
            context | {"errors": [told(refused)]},
            status=refused.status,
            private=True,
        )
    messages.success(request, _("The booking is cancelled; its number goes to the next patient."))
    return HttpResponseRedirect(reverse("scheduling:appointments") + "?tab=cancelled")


@require_POST
@permission_required(BOOK, relation=FAMILY, level=3)
def answer_offer(request: HttpRequest, id_: UUID) -> HttpResponse:
    """Take an offered number or give it back."""
    by = actor(request)
    patient = id_asked(request.POST.get("patient", ""))
    if patient is None or patient not in family_records(by):
        raise PatientUnknown(where="patient")
    if request.POST.get("answer") == "accept":
        taken = accept(by=by, offer=id_, patient=patient)
        return HttpResponseRedirect(reverse("scheduling:appointment", args=[taken.pk]) + "?new=1")
    decline(by=by, offer=id_, patient=patient)
    messages.success(request, _("The offered number was given back."))
    return HttpResponseRedirect(reverse("scheduling:appointments"))


@permission_required(BOOK, relation=FAMILY, level=3)
def wait(request: HttpRequest, organization: str, clinic: int) -> HttpResponse:
    """Join the waiting list of a clinic, or of one doctor in it, between two days."""
    by = actor(request)
    row = choosing.clinic_of(organization, clinic)
    fields = request.POST if request.method == "POST" else request.GET
    first = today() + timedelta(days=1)
    day = day_asked(fields.get("day", ""))
    people = [(person, shown) for person, shown in _people(by) if person.verified]
    doctor = int(fields["doctor"]) if fields.get("doctor", "").isdigit() and fields["doctor"] != "0" else None
    context: dict[str, Any] = {
        "clinic": row,
        "people": people,
        "doctor": doctor,
        "chosen": fields.get("patient", ""),
        "doctor_name": choosing.doctor_name(doctor),
        "date_from": fields.get("date_from") or (day or first).isoformat(),
        "date_to": fields.get("date_to") or ((day or first) + timedelta(days=7)).isoformat(),
        "earliest": today().isoformat(),
        "latest": (today() + LONGEST_WAIT).isoformat(),
    }
    if request.method != "POST":
        return show(request, "scheduling/wait.html", context, private=True)
    try:
        patient = id_asked(fields.get("patient", ""))
        since, until = day_asked(context["date_from"]), day_asked(context["date_to"])
        if patient is None or patient not in {person.patient for person, _shown in people}:
            raise PatientUnknown(where="patient")
        join_waitlist(
            by=by,
            patient=patient,
            clinic=row.pk,
            practitioner=doctor,
            route=choosing.portal_route().code,
            date_from=since or first,
            date_to=until or first,
        )
    except Refused as refused:
        return show(
            request, "scheduling/wait.html", context | {"errors": [told(refused)]}, status=refused.status, private=True
        )
    messages.success(request, _("You are on the waiting list. A number that comes free is offered to you for a time."))
    return HttpResponseRedirect(reverse("scheduling:appointments") + "?tab=waiting")


@require_POST
@permission_required(BOOK, relation=FAMILY, level=3)
def stop_waiting(request: HttpRequest, id_: UUID) -> HttpResponse:
    """Leave a waiting list."""
    by = actor(request)
    patient = id_asked(request.POST.get("patient", ""))
    if patient is None or patient not in family_records(by):
        raise PatientUnknown(where="patient")
    leave_waitlist(by=by, entry=id_, patient=patient)
    messages.success(request, _("You no longer wait there."))
    return HttpResponseRedirect(reverse("scheduling:appointments") + "?tab=waiting")


def _people(by: Any) -> list[tuple[Any, Any]]:
    people = mpi.related(by.id)
    shown = mpi.shown(by=by, ids=[person.patient for person in people])
    return [(person, shown[person.patient]) for person in people if person.patient in shown]


def _seen(view: AppointmentView, by: Any) -> dict[str, Any]:
    now = timezone.now()
    live = view.status in APPOINTMENT.before("cancel")
    return {
        "a": view,
        "person": mpi.shown(by=by, ids=[view.patient]).get(view.patient),
        "tab": tab_of(view),
        "can_cancel": view.allows("cancel", at=now),
        "live": live and view.session.starts_at > now,
    }
