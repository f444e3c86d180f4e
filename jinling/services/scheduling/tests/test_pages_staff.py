"""The staff's pages: the desk, sessions, schedules, release policy, penalties; and that others' stay out of reach."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import (
    Appointment,
    BookingPolicy,
    Draw,
    PoolShare,
    ReleaseWindow,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Session,
    Suspension,
)
from jinling.services.scheduling.queries import appointments as scheduling_appointments
from jinling.services.scheduling.testing import BY, CLIENT, Hospital, a_hospital, a_session, some_patients
from jinling.web.testing import pinned_queries

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
PASSWORD = "long-enough-for-the-tests-7"


def signed_in(role: str, organization: str) -> Client:
    account = access.add_account(
        by=BY,
        username=f"{role}-{organization}",
        password=PASSWORD,
        roles=[role],
        display_name=role,
        organization=organization,
    )
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def hospital() -> Hospital:
    return a_hospital()


@pytest.fixture
def desk(hospital: Hospital) -> Client:
    return signed_in("hospital_scheduler", hospital.code)


def booked_today(hospital: Hospital, *, people: int = 1) -> list[UUID]:
    """Bookings of a session of today, the whole day long so that the clock does not matter."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    session = a_session(hospital, in_days=3, minutes=0)
    ids = [book(session, patient) for patient in some_patients(people)]
    Session.objects.filter(pk=session).update(
        date=start.date(), part="evening", starts_at=start, ends_at=start + timedelta(hours=23, minutes=59)
    )
    Appointment.objects.filter(pk__in=ids).update(date=start.date())
    return ids


def book(session: int, patient: UUID) -> UUID:
    request = scheduling.BookingRequest(session=session, patient=patient, route="app")
    return scheduling.book(by=CLIENT, request=request).id


# -- who may come in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/staff/booking/", "/staff/sessions/", "/staff/schedules/", "/staff/release/", "/staff/penalties/"]
)
def test_strangers_are_sent_to_sign_in_and_citizens_refused(client, hospital, path):
    assert client.get(path).status_code == 302
    citizen = access_citizens.open_account(by=BY, mobile="13912345678")
    client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 403


def test_another_hospitals_things_are_not_found(desk, hospital):
    other = a_hospital()
    session = a_session(other)
    schedule = scheduling.set_schedule(by=BY, clinic=other.clinic, practitioner=None, valid_from=scheduling.today())
    (appointment,) = booked_today(other)
    for path in (
        f"/staff/sessions/{session}/",
        f"/staff/sessions/{session}/close/",
        f"/staff/schedules/{schedule.pk}/",
    ):
        assert desk.get(path).status_code == 404
        assert desk.post(path, {"reason": "x", "form": "capacity", "capacity": 1}).status_code == 404
    assert desk.post(f"/staff/booking/{appointment}/check-in/").status_code == 404
    assert Appointment.objects.get(pk=appointment).status == "booked"
    assert Session.objects.get(pk=session).status == "open"


# -- the desk ------------------------------------------------------------------------------


def test_todays_list_is_masked_and_found_by_reference(desk, hospital):
    first, second = booked_today(hospital, people=2)
    desk.get("/staff/booking/")
    with pinned_queries(7):
        whole = desk.get("/staff/booking/").content.decode()
    row = Appointment.objects.get(pk=first)
    person = mpi.shown(by=BY, ids=[row.patient_id], masked=False)[row.patient_id]
    assert f"row-{first}" in whole and f"row-{second}" in whole
    assert person.name not in whole and person.identifier not in whole
    with pinned_queries(6):
        part = desk.get("/staff/booking/", {"q": scheduling_appointments.reference_of(second)}, **HTMX).content.decode()
    assert f"row-{second}" in part and f"row-{first}" not in part and "<html" not in part


def test_check_in_answers_with_the_row_and_a_refusal_changes_nothing(desk, hospital):
    (id_,) = booked_today(hospital)
    part = desk.post(f"/staff/booking/{id_}/check-in/", **HTMX)
    assert part.status_code == 200 and "Checked in" in part.content.decode()
    assert Appointment.objects.get(pk=id_).status == "arrived"
    again = desk.post(f"/staff/booking/{id_}/no-show/", **HTMX)
    assert again.status_code == 409 and "this cannot be done now" in again.content.decode()
    assert Appointment.objects.get(pk=id_).status == "arrived"
    assert desk.post(f"/staff/booking/{id_}/seen/")["Location"] == f"/staff/booking/?org={hospital.code}"
    assert Appointment.objects.get(pk=id_).status == "fulfilled"


def test_why_a_booking_ended_stands_in_its_row(desk, hospital):
    (id_,) = booked_today(hospital)
    row = desk.post(f"/staff/booking/{id_}/cancel/", **HTMX)
    assert row.status_code == 200 and "By the hospital&#x27;s desk" in row.content.decode()
    assert Appointment.objects.get(pk=id_).reason == "desk"


def test_who_did_not_come_is_marked(desk, hospital):
    (id_,) = booked_today(hospital)
    assert "Did not come" in desk.post(f"/staff/booking/{id_}/no-show/", **HTMX).content.decode()
    assert Appointment.objects.get(pk=id_).status == "noshow"
    assert desk.post(f"/staff/booking/{id_}/erase/").status_code == 404
    assert desk.get(f"/staff/booking/{id_}/no-show/").status_code == 405


# -- sessions ------------------------------------------------------------------------------


def test_the_week_shows_sessions_with_what_is_taken(desk, hospital):
    session = a_session(hospital, in_days=0)
    desk.get("/staff/sessions/")
    with pinned_queries(3):
        whole = desk.get("/staff/sessions/").content.decode()
    assert f"/staff/sessions/{session}/" in whole and "0 of 10 taken" in whole
    with pinned_queries(3):
        part = desk.get("/staff/sessions/", {"day": scheduling.today() + timedelta(days=7)}, **HTMX).content.decode()
    assert f"/staff/sessions/{session}/" not in part and "<html" not in part


def test_numbers_are_added_but_not_taken_from_patients(desk, hospital):
    session = a_session(hospital, capacity=2)
    for patient in some_patients(2):
        book(session, patient)
    path = f"/staff/sessions/{session}/"
    refused = desk.post(path, {"form": "capacity", "capacity": 1})
    assert refused.status_code == 422 and "numbers are already taken" in refused.content.decode()
    assert Session.objects.get(pk=session).capacity == 2
    assert desk.post(path, {"form": "capacity", "capacity": 5})["Location"] == path
    assert Session.objects.get(pk=session).capacity == 5


def test_closing_shows_who_is_told_before_and_asks_for_a_reason(desk, hospital):
    session = a_session(hospital)
    for patient in some_patients(3):
        book(session, patient)
    path = f"/staff/sessions/{session}/close/"
    preview = desk.get(path).content.decode()
    assert "3 patients will be told" in preview and preview.count("****") >= 3
    assert desk.post(path, {"reason": ""}).status_code == 422
    assert Session.objects.get(pk=session).status == "open"
    assert desk.post(path, {"reason": "doctor ill"})["Location"] == f"/staff/sessions/{session}/"
    assert set(Appointment.objects.filter(session_id=session).values_list("status", flat=True)) == {"suspended"}
    assert "doctor ill" in desk.get(f"/staff/sessions/{session}/").content.decode()


def test_a_draw_is_announced_only_in_order(desk, hospital):
    session = a_session(hospital, in_days=6)
    path, now = f"/staff/sessions/{session}/", timezone.localtime()

    def window(first: int, last: int) -> dict[str, str]:
        return {
            "form": "draw",
            "opens_at": (now + timedelta(days=first)).strftime("%Y-%m-%dT%H:%M"),
            "closes_at": (now + timedelta(days=last)).strftime("%Y-%m-%dT%H:%M"),
        }

    assert desk.post(path, window(2, 1)).status_code == 422 and not Draw.objects.exists()
    assert desk.post(path, window(1, 2)).status_code == 302
    assert Draw.objects.get().session_id == session


# -- schedules -----------------------------------------------------------------------------


def test_a_clinic_a_schedule_its_rules_and_its_sessions(desk, hospital):
    clinic = {
        "form": "clinic",
        "code": "C9",
        "name": "Eye clinic",
        "department": "Eyes",
        "kind": "expert",
        "fee": "25.50",
    }
    assert desk.post("/staff/schedules/", {**clinic, "fee": "-1"}).status_code == 422
    assert desk.post("/staff/schedules/", clinic).status_code == 302
    today = scheduling.today()
    row = next(c for c in scheduling.clinics(organization=hospital.code) if c.code == "C9")
    assert row.fee_cents == 2550
    made = desk.post(
        "/staff/schedules/", {"form": "schedule", "clinic": row.pk, "valid_from": today, "release": "rush"}
    )
    schedule = Schedule.objects.get(clinic=row)
    path = f"/staff/schedules/{schedule.pk}/"
    assert made["Location"] == path
    rule = {
        "form": "rule",
        "weekday": (today + timedelta(days=2)).weekday(),
        "part": "am",
        "starts": "08:00",
        "ends": "12:00",
        "capacity": 20,
        "segment_minutes": 30,
    }
    assert desk.post(path, {**rule, "ends": "07:00"}).status_code == 422 and not ScheduleRule.objects.exists()
    assert desk.post(path, rule)["Location"] == path
    day = today + timedelta(days=9)
    desk.post(path, {"form": "exception", "on": day, "reason": "holiday"})
    assert ScheduleException.objects.get().on == day
    desk.post(path, {"form": "publish", "until": today + timedelta(days=10)})
    assert list(Session.objects.filter(schedule=schedule).values_list("date", flat=True)) == [today + timedelta(days=2)]
    assert "holiday" in desk.get(path).content.decode()
    desk.post(path, {"form": "remove", "on": day, "part": ""})
    assert not ScheduleException.objects.exists()


# -- release policy and penalties ----------------------------------------------------------


def test_the_centre_keeps_windows_shares_and_rules(hospital):
    other = a_hospital(public=None)
    centre = signed_in("centre_operator", "")
    path = f"/staff/release/?org={other.code}"
    assert "Not open" in centre.get(path).content.decode()
    today = scheduling.today()
    half = {"form": "public", "public-first_day": 1, "public-valid_from": today}
    assert centre.post(path, half).status_code == 422
    assert centre.post(path, {**half, "public-last_day": 7}).status_code == 302
    window = ReleaseWindow.objects.get(organization_id=other.id, audience="public", valid_to=None)
    assert (window.audience, window.first_day, window.last_day) == ("public", 1, 7)
    share = {"form": "share", "code": "community", "percent": 60, "falls_days_before": 1}
    assert centre.post(path, share).status_code == 302
    assert centre.post(path, {**share, "code": "online", "percent": 50}).status_code == 422
    assert PoolShare.objects.get(organization_id=other.id).percent == 60
    page = centre.get(path)
    posted = {}
    for field in page.context["forms"]["policy"]:
        value = field.value()
        if value is not None and value is not False:
            posted[field.name] = value.strftime("%H:%M") if hasattr(value, "strftime") else value
    assert centre.post(path, {**posted, "form": "policy", "max_per_day": 2}).status_code == 302
    assert BookingPolicy.objects.get(organization_id=other.id).max_per_day == 2
    assert not BookingPolicy.objects.filter(organization_id=hospital.id).exists()


def test_a_scheduler_does_not_keep_the_release_policy(desk):
    assert desk.get("/staff/release/").status_code == 403


def test_a_suspension_is_lifted_with_a_reason_only(desk):
    (patient,) = some_patients(1)
    now = timezone.now()
    row = Suspension.objects.create(
        patient_id=patient, kind="noshow", events=3, starts_at=now, ends_at=now + timedelta(days=90)
    )
    assert "Missed appointments" in desk.get("/staff/penalties/").content.decode()
    path = f"/staff/penalties/{row.pk}/lift/"
    assert desk.post(path, {"reason": ""}).status_code == 422
    row.refresh_from_db()
    assert row.lifted_at is None
    assert desk.post(path, {"reason": "was in hospital"})["Location"] == "/staff/penalties/"
    row.refresh_from_db()
    assert row.lifted_reason == "was in hospital"
    assert desk.post(path, {"reason": "again"}).status_code == 422
    assert "Nobody is suspended." in desk.get("/staff/penalties/").content.decode()
    assert "was in hospital" in desk.get("/staff/penalties/", {"all": "1"}).content.decode()
