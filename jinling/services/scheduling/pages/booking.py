"""Booking, one choice a page: hospital, clinic, doctor, day and time, patient, confirmation."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from jinling.foundation.access.public import open_to_all, permission_required
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.pages.asked import day_asked, id_asked
from jinling.services.scheduling.pages.scope import FAMILY, family
from jinling.services.scheduling.public import (
    SessionView,
    alternatives,
    book,
    change,
    choosing,
    clinics,
    hospitals,
    policy_of,
    session_view,
    today as city_today,
    zone,
)
from jinling.services.scheduling.rights import BOOK
from jinling.services.scheduling.rules.kinds import Availability, Confirmation
from jinling.services.scheduling.rules.refusals import AlreadyBooked, PatientLimit, PatientUnknown, SegmentFull
from jinling.services.scheduling.rules.windows import cancel_deadline, local
from jinling.services.scheduling.values import BookingRequest
from jinling.web.components import Problem, show, told
from jinling.web.requests import actor


@open_to_all
def choose_hospital(request: HttpRequest) -> HttpResponse:
    """Hospitals by name, pinyin, initials and district."""
    text = request.GET.get("q", "").strip()[:60]
    district = request.GET.get("district", "")[:12]
    with_numbers = choosing.organizations_with_numbers(timezone.now())
    rows = [(row, row.pk in with_numbers) for row in hospitals(text=text, district=district)]
    rows.sort(key=lambda pair: not pair[1])
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    context = {"page": page, "q": text, "district": district, "districts": directory.districts()}
    return show(request, "scheduling/hospitals.html", context, part="scheduling/parts/hospitals.html")


@open_to_all
def choose_clinic(request: HttpRequest, organization: str) -> HttpResponse:
    """A hospital's clinics: categories on the rail, the category's clinics in the list."""
    hospital = directory.get(organization)
    text = request.GET.get("q", "").strip()[:60]
    rows = list(clinics(organization=organization, text=text))
    categories = sorted({row.category for row in rows}, key=[row.category for row in rows].index)
    category = request.GET.get("category", "")
    if category not in categories or text:
        category = "" if text or len(categories) < 2 else categories[0]
    days = choosing.next_days(hospital.pk, timezone.now())
    shown = [(row, days.get(row.pk)) for row in rows if not category or row.category == category]
    context = {"hospital": hospital, "categories": categories, "category": category, "clinics": shown, "q": text}
    return show(request, "scheduling/clinics.html", context, part="scheduling/parts/clinics.html")


@open_to_all
def choose_time(request: HttpRequest, organization: str, clinic: int) -> HttpResponse:
    """A clinic's doctors, its strip of days, and the chosen day's time segments with the numbers left."""
    row = choosing.clinic_of(organization, clinic)
    first = city_today()
    found = choosing.sessions_of(row, first)
    doctor = request.GET.get("doctor", "")
    of_doctor = [view for view in found if not doctor or str(view.practitioner or 0) == doctor]
    days = choosing.strip(of_doctor, first)
    giving = (d.on for d in days if d.state in (Availability.OPEN, Availability.DRAW))
    day = day_asked(request.GET.get("day", "")) or next(giving, first)
    of_day = [view for view in of_doctor if view.date == day and view.state != Availability.ENDED]
    context = {
        "clinic": row,
        "doctors": choosing.doctors_in(found),
        "doctor": doctor,
        "days": days,
        "day": day,
        "sessions": choosing.bookable(of_day),
        "next_open": next((d.on for d in days if d.state == Availability.OPEN and d.on > day), None),
        "changing": id_asked(request.GET.get("change", "")),
        "limits": policy_of(row.organization_id).limits,
    }
    return show(request, "scheduling/times.html", context, part="scheduling/parts/times.html")


@permission_required(BOOK, relation=FAMILY, level=3)
def choose_patient(request: HttpRequest, session: int, segment: int) -> HttpResponse:
    """Who is to be seen: the signed-in person or one of the family. Sign-in is asked for here, not before."""
    view = session_view(session, route=choosing.portal_route().code)
    by = actor(request)
    people = mpi.related(by.id)
    shown = mpi.shown(by=by, ids=[person.patient for person in people])
    rows = [(person, shown[person.patient]) for person in people if person.patient in shown]
    chosen = request.GET.get("patient") or next((str(person.patient) for person, _ in rows if person.verified), "")
    context = {
        "view": view,
        "segment": segment,
        "time": _segment(view, segment),
        "people": rows,
        "bookable": any(person.verified for person, _ in rows),
        "chosen": chosen,
        "changing": id_asked(request.GET.get("change", "")),
    }
    return show(request, "scheduling/patient.html", context, private=True)


@permission_required(BOOK, relation=FAMILY, level=3)
def confirm(request: HttpRequest, session: int, segment: int) -> HttpResponse:
    """Check fee, pick-up and cancelling rule, then book. Sent twice, it books once."""
    fields = request.POST if request.method == "POST" else request.GET
    by = actor(request)
    view = session_view(session, route=choosing.portal_route().code)
    patient = id_asked(fields.get("patient", ""))
    if patient is None or patient not in family(by):
        raise PatientUnknown(where="patient", mend="Choose a person of your family list whose relation was checked.")
    replaces = id_asked(fields.get("change", ""))
    if request.method != "POST":
        return show(
            request,
            "scheduling/confirm.html",
            _confirming(view, segment, mpi.shown(by=by, ids=[patient])[patient], replaces),
            private=True,
        )
    wanted = BookingRequest(
        session=session,
        patient=patient,
        route=choosing.portal_route().code,
        segment=segment,
        key=f"web-{fields.get('key', '')[:60]}",
        replaces=replaces,
    )
    try:
        taken = change(by=by, appointment=replaces, request=wanted) if replaces else book(by=by, request=wanted)
    except Refused as refused:
        return _refused(request, view, refused, replaces)
    return HttpResponseRedirect(reverse("scheduling:appointment", args=[taken.id]) + "?new=1")


def _confirming(view: SessionView, segment: int, person: Any, replaces: UUID | None) -> dict[str, Any]:
    clinic = choosing.clinic(view.clinic)
    policy = policy_of(clinic.organization_id)
    pickup = policy.pickup.get(view.part)
    return {
        "view": view,
        "segment": segment,
        "time": _segment(view, segment),
        "person": person,
        "clinic": clinic,
        "pickup_by": local(view.date, pickup, zone()) if pickup else view.ends_at,
        "cancel_by": cancel_deadline(
            view.date, days_before=policy.cancel_days_before, clock=policy.cancel_clock, zone=zone()
        )
        if policy.cancel_allowed
        else None,
        "penalties": policy.penalties,
        "needs_word": policy.confirmation == Confirmation.HOSPITAL,
        "confirm_minutes": policy.confirm_minutes,
        "key": secrets.token_urlsafe(18),
        "changing": replaces,
    }


def _refused(request: HttpRequest, view: SessionView, refused: Refused, replaces: UUID | None) -> HttpResponse:
    """Why the number could not be had, and what is left nearest to it: never a dead end."""
    route = choosing.portal_route().code
    now = session_view(view.id, route=route)
    problem = told(refused)
    once_more, limited = isinstance(refused, AlreadyBooked), isinstance(refused, PatientLimit)
    # Who may have no more that day is offered other days only: nothing that would be refused again.
    others = [one for one in alternatives(view.id, route=route, limit=20) if not limited or one.date != view.date]
    if once_more or limited:
        problem = Problem(problem.text, problem.mend, steps=((_mine(), reverse("scheduling:appointments")),))
    context = {
        "problem": problem,
        "view": now,
        "same": None if once_more or limited else choosing.bookable([now])[0],
        "changing": replaces,
        "others": others[:6],
        "just_taken": isinstance(refused, SegmentFull),
    }
    return show(request, "scheduling/refused.html", context, status=refused.status, private=True)


def _mine() -> str:
    return gettext("My bookings")


def _segment(view: SessionView, index: int) -> Any:
    """The chosen time segment.

    Raises:
        SegmentFull: the session has no such segment.
    """
    parts = choosing.segments_in(view)
    if index >= len(parts):
        raise SegmentFull(where=str(index))
    return parts[index]
