"""The citizens' pages: choosing, booking, one's own bookings; each whole and as a fragment, with its queries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment, DrawTicket, Offer, WaitlistEntry
from jinling.services.scheduling.queries import appointments as scheduling_appointments, policies
from jinling.services.scheduling.testing import BY, CLIENT, Hospital, a_hospital, a_session, some_patients
from jinling.services.scheduling.usecases import draws as scheduling_draws
from jinling.services.scheduling.usecases.offers import offer_freed
from jinling.services.scheduling.usecases.policies import set_policy
from jinling.web.testing import pinned_queries

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Policies, once read, stay read: the counts of queries must not hang on the clock."""
    monkeypatch.setattr(policies, "KEPT_SECONDS", 3600.0)
    policies.forget()
    yield
    policies.forget()


@pytest.fixture
def hospital() -> Hospital:
    found = a_hospital(category="Inner", fee_cents=1800, place="Building 2")
    scheduling.policy_of(found.id)  # policies are kept in the process: the counts below are without them
    policies.routes()
    return found


@pytest.fixture
def citizen() -> tuple[Client, list[UUID]]:
    """A signed-in account with two verified people and one whose relation was not checked."""
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    people = some_patients(3)
    for patient, relation in zip(people, ("self", "parent", "child"), strict=True):
        mpi.relate(by=BY, account=str(account.pk), patient=patient, relation=relation, verified=relation != "child")
    client = Client(**EN)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client, people


def booked(session: int, patient: UUID) -> UUID:
    return scheduling.book(
        by=CLIENT, request=scheduling.BookingRequest(session=session, patient=patient, route="app")
    ).id


def confirm_path(session: int, segment: int = 0) -> str:
    return f"/booking/session/{session}/{segment}/confirm/"


# -- choosing ------------------------------------------------------------------------------


def test_hospitals_are_found_by_name_and_say_whether_numbers_are_left(client, hospital):
    other = a_hospital()
    a_session(hospital)
    client.get("/booking/")
    with pinned_queries(4):
        whole = client.get("/booking/", **EN).content.decode()
    assert whole.index(f"/booking/{hospital.code}/") < whole.index(f"/booking/{other.code}/")
    assert "Numbers left" in whole and "No numbers now" in whole and "<html" in whole
    name = f"Hospital {hospital.code[1:]}"
    with pinned_queries(3):
        part = client.get("/booking/", {"q": name}, **EN, **HTMX)
    text = part.content.decode()
    assert "<html" not in text and f"/booking/{hospital.code}/" in text and f"/booking/{other.code}/" not in text
    assert "HX-Request" in part["Vary"]


def test_a_search_without_a_find_is_no_dead_end(client, hospital):
    text = client.get("/booking/", {"q": "no such place"}, **EN).content.decode()
    assert "No hospital of that name takes bookings here" in text and "Show all hospitals" in text


def test_clinics_stand_by_category_with_the_next_open_day(client, hospital):
    a_session(hospital, in_days=3)
    second = scheduling.open_clinic(
        by=BY, organization=hospital.code, code="C2", name="Eye clinic", department="Eyes", category="Outer"
    )
    with pinned_queries(3):
        whole = client.get(f"/booking/{hospital.code}/", **EN).content.decode()
    assert "General clinic" in whole and "CNY 18.00" in whole and "Eye clinic" not in whole
    with pinned_queries(3):
        part = client.get(f"/booking/{hospital.code}/", {"category": "Outer"}, **EN, **HTMX).content.decode()
    assert "Eye clinic" in part and f"/{second.pk}/" in part and "No numbers now" in part and "<html" not in part
    assert client.get("/booking/nowhere/", **EN).status_code == 404


def test_days_and_times_show_the_numbers_left(client, hospital):
    session = a_session(hospital, capacity=8, in_days=3)
    a_session(hospital, capacity=1, in_days=4)
    a_session(hospital, in_days=3, part="pm")  # more sessions on a day cost no more statements
    booked(session, some_patients(1, seed=9)[0])
    path = f"/booking/{hospital.code}/{hospital.clinic}/"
    with pinned_queries(5):
        whole = client.get(path, **EN).content.decode()
    assert "7 left" in whole and f"/booking/session/{session}/1/" in whole
    # The first segment's only number is taken: no link to it.
    assert f"/booking/session/{session}/0/" not in whole
    day = (scheduling.today() + timedelta(days=4)).isoformat()
    with pinned_queries(5):
        part = client.get(path, {"day": day}, **EN, **HTMX).content.decode()
    assert "1 left" in part and "<html" not in part and 'aria-current="date"' in part


def test_full_closed_and_coming_sessions_say_so_and_what_to_do(client):
    hospital = a_hospital(public=(1, 7))
    full, closed, coming = (a_session(hospital, capacity=1, in_days=days) for days in (3, 4, 8))
    booked(full, some_patients(1)[0])
    scheduling.close_session(by=BY, session=closed, reason="leave")
    path = f"/booking/{hospital.code}/{hospital.clinic}/"

    def on(days: int) -> str:
        return client.get(path, {"day": str(scheduling.today() + timedelta(days=days))}, **EN).content.decode()

    assert "Join the waiting list" in on(3) and "All numbers are taken" in on(3)
    assert "does not see patients in this half-day" in on(4)
    assert "Numbers are released on" in on(8) and f"session/{coming}/" not in on(8)
    assert "No session on this day" in on(5) and "Join the waiting list" in on(5)


def test_a_closed_clinic_is_told_with_the_way_on(client, hospital):
    response = client.get(f"/booking/{hospital.code}/999999/", **EN)
    assert response.status_code == 404
    assert "This clinic is not open for booking." in response.content.decode()


# -- booking -------------------------------------------------------------------------------


def test_sign_in_is_asked_for_only_at_the_patient(client, hospital):
    session = a_session(hospital)
    response = client.get(f"/booking/session/{session}/0/")
    assert response.status_code == 302 and f"next=/booking/session/{session}/0/" in response["Location"]


def test_the_family_is_shown_masked_and_unchecked_relations_cannot_be_chosen(hospital, citizen):
    client, people = citizen
    session = a_session(hospital)
    response = client.get(f"/booking/session/{session}/0/")
    text = response.content.decode()
    full = mpi.shown(by=BY, ids=people, masked=False)
    assert not any(person.name in text or person.identifier in text for person in full.values())
    assert text.count('name="patient"') == 3 and text.count(" disabled") == 1
    assert response["Cache-Control"] == "no-store"


def test_confirming_books_once_however_often_it_is_sent(hospital, citizen):
    client, people = citizen
    session = a_session(hospital)
    page = client.get(confirm_path(session), {"patient": people[0]})
    text = page.content.decode()
    assert "CNY 18.00" in text and "Building 2" in text and "possible here until" in text
    key = page.context["key"]
    answers = [client.post(confirm_path(session), {"patient": people[0], "key": key}) for _ in range(2)]
    row = Appointment.objects.get()
    assert row.patient_id == people[0] and row.status == "booked"
    assert [a["Location"] for a in answers] == [f"/bookings/{row.pk}/?new=1"] * 2
    done = client.get(answers[0]["Location"]).content.decode()
    assert "Booked" in done and "data:image/svg+xml" in done and "Building 2" in done
    assert scheduling_appointments.reference_of(row.pk)[:5] in done and "Cancel the booking" in done


@pytest.mark.parametrize("who", ["unchecked", "stranger", "nobody"])
def test_nobody_books_for_a_person_who_is_not_theirs(hospital, citizen, who):
    client, people = citizen
    session = a_session(hospital)
    patient = {"unchecked": people[2], "stranger": some_patients(1, seed=7)[0], "nobody": "x"}[who]
    response = client.post(confirm_path(session), {"patient": patient, "key": "k"})
    assert response.status_code == 422 and not Appointment.objects.exists()


def test_a_second_booking_of_one_session_leads_to_the_first(hospital, citizen):
    client, people = citizen
    session = a_session(hospital)
    booked(session, people[0])
    response = client.post(confirm_path(session), {"patient": people[0], "key": "k"})
    text = response.content.decode()
    assert response.status_code == 409 and "already has a number in this session" in text
    assert 'href="/bookings/"' in text and f'href="/booking/session/{session}/' not in text


def test_without_a_checked_person_there_is_nothing_to_continue_with(hospital, citizen):
    client, people = citizen
    page = f"/booking/session/{a_session(hospital)}/0/"
    assert "Continue" in client.get(page).content.decode()
    for patient in people[:2]:
        mpi.unrelate(by=BY, account=client.session["_auth_user_id"], patient=patient)
    text = client.get(page).content.decode()
    assert "Continue" not in text and "show both documents at a counter" in text and "Add a person" in text


def test_a_time_just_taken_leads_to_the_nearest_ones(hospital, citizen):
    client, people = citizen
    session, later = a_session(hospital, capacity=8), a_session(hospital, in_days=4)
    booked(session, some_patients(1, seed=5)[0])
    response = client.post(confirm_path(session, 0), {"patient": people[0], "key": "k"})
    text = response.content.decode()
    assert response.status_code == 409 and "That time has just been taken." in text
    assert f"/booking/session/{session}/1/" in text  # the same session's next time
    assert f"day={scheduling.today() + timedelta(days=4)}" in text and later  # the next session
    assert "Join the waiting list" in text and Appointment.objects.count() == 1


def test_a_limit_names_the_way_to_ones_bookings(hospital, citizen):
    client, people = citizen
    morning, afternoon = a_session(hospital), a_session(hospital, part="pm")
    booked(morning, people[0])
    response = client.post(confirm_path(afternoon), {"patient": people[0], "key": "k"})
    text = response.content.decode()
    assert response.status_code == 409 and 'href="/bookings/"' in text and Appointment.objects.count() == 1


def test_a_changed_booking_gives_the_old_number_back(hospital, citizen):
    client, people = citizen
    old, new = a_session(hospital), a_session(hospital, in_days=5)
    first = booked(old, people[0])
    client.post(confirm_path(new), {"patient": people[0], "key": "k", "change": first})
    assert Appointment.objects.get(pk=first).status == "cancelled"
    assert Appointment.objects.get(status="booked").session_id == new


def test_who_may_have_no_more_that_day_is_offered_other_days(hospital, citizen):
    client, people = citizen
    booked(a_session(hospital), people[0])
    afternoon, evening, later = (
        a_session(hospital, part="pm"),
        a_session(hospital, part="evening"),
        a_session(hospital, in_days=4),
    )
    response = client.post(confirm_path(afternoon), {"patient": people[0], "key": "k"})
    assert response.status_code == 409 and response.context["same"] is None
    offered = [one.id for one in response.context["others"]]
    assert later in offered and evening not in offered


def test_an_impossible_segment_is_refused(hospital, citizen):
    client, people = citizen
    session = a_session(hospital)
    assert client.get(confirm_path(session, 99), {"patient": people[0]}).status_code == 409


# -- one's own -----------------------------------------------------------------------------


def test_bookings_stand_by_tab(hospital, citizen):
    client, people = citizen
    kept, gone = booked(a_session(hospital), people[0]), booked(a_session(hospital, in_days=4), people[0])
    scheduling.cancel(by=CLIENT, appointment=gone)
    client.get("/bookings/")
    with pinned_queries(9):
        whole = client.get("/bookings/").content.decode()
    assert str(kept) in whole and str(gone) not in whole
    with pinned_queries(9):
        part = client.get("/bookings/", {"tab": "cancelled"}, **HTMX).content.decode()
    assert str(gone) in part and str(kept) not in part and "<html" not in part


def test_another_accounts_booking_is_not_found(hospital, citizen):
    client, _people = citizen
    other = booked(a_session(hospital), some_patients(1, seed=3)[0])
    for path in (f"/bookings/{other}/", f"/bookings/{other}/cancel/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert Appointment.objects.get(pk=other).status == "booked"


def test_cancelling_is_asked_once_and_done_once(hospital, citizen):
    client, people = citizen
    id_ = booked(a_session(hospital), people[0])
    assert "cannot be called back" in client.get(f"/bookings/{id_}/cancel/").content.decode()
    assert Appointment.objects.get(pk=id_).status == "booked"
    response = client.post(f"/bookings/{id_}/cancel/")
    assert response["Location"] == "/bookings/?tab=cancelled"
    assert Appointment.objects.get(pk=id_).status == "cancelled"
    for page in ("/bookings/?tab=cancelled", f"/bookings/{id_}/"):
        assert "Given back by the patient" in client.get(page).content.decode()


def test_the_reason_of_a_closed_session_is_told(hospital, citizen):
    client, people = citizen
    session = a_session(hospital)
    id_ = booked(session, people[0])
    scheduling.close_session(by=BY, session=session, reason="The doctor is ill.")
    page = client.get(f"/bookings/{id_}/").content.decode()
    assert "The clinic closed the session" in page and "The doctor is ill." in page


def test_cancelling_too_late_says_until_when_and_who_still_can(hospital, citizen):
    client, people = citizen
    id_ = booked(a_session(hospital, in_days=3), people[0])
    set_policy(by=BY, organization=hospital.id, cancel_days_before=30)
    policies.forget()
    response = client.post(f"/bookings/{id_}/cancel/")
    text = response.content.decode()
    assert response.status_code == 409 and "Cancelling was possible until" in text and "its desk can still" in text
    assert "T12:00" not in text and Appointment.objects.get(pk=id_).status == "booked"


def waiting(client: Client, hospital: Hospital, patient: UUID) -> None:
    day = scheduling.today() + timedelta(days=3)
    path = f"/booking/{hospital.code}/{hospital.clinic}/wait/"
    assert client.get(path).status_code == 200
    response = client.post(path, {"patient": patient, "date_from": day, "date_to": day})
    assert response["Location"] == "/bookings/?tab=waiting"


def test_who_waits_is_offered_a_number_and_takes_it(hospital, citizen):
    client, people = citizen
    session = a_session(hospital, capacity=1, in_days=3)
    first = booked(session, some_patients(1, seed=4)[0])
    waiting(client, hospital, people[1])
    assert "General clinic" in client.get("/bookings/", {"tab": "waiting"}).content.decode()
    scheduling.cancel(by=CLIENT, appointment=first)
    assert offer_freed(session=session) == 1
    offer = Offer.objects.get()
    page = client.get("/bookings/").content.decode()
    assert "A number came free on your waiting list." in page and f"/bookings/offers/{offer.pk}/" in page
    stranger = client.post(
        f"/bookings/offers/{offer.pk}/", {"patient": some_patients(1, seed=6)[0], "answer": "accept"}
    )
    assert stranger.status_code == 422 and Offer.objects.get().status == "open"
    response = client.post(f"/bookings/offers/{offer.pk}/", {"patient": people[1], "answer": "accept"})
    assert response["Location"] == f"/bookings/{offer.appointment_id}/?new=1"
    assert Appointment.objects.get(pk=offer.appointment_id).status == "booked"
    again = client.post(f"/bookings/offers/{offer.pk}/", {"patient": people[1], "answer": "decline"})
    assert again.status_code == 409 and "expired or was answered" in again.content.decode()


def test_waiting_twice_is_refused_and_leaving_is_possible(hospital, citizen):
    client, people = citizen
    waiting(client, hospital, people[0])
    path = f"/booking/{hospital.code}/{hospital.clinic}/wait/"
    day = scheduling.today() + timedelta(days=3)
    response = client.post(path, {"patient": people[0], "date_from": day, "date_to": day})
    assert response.status_code == 409 and WaitlistEntry.objects.count() == 1
    entry = WaitlistEntry.objects.get()
    client.post(f"/bookings/waiting/{entry.pk}/stop/", {"patient": people[0]})
    assert WaitlistEntry.objects.get().status == "withdrawn"


# -- draws ---------------------------------------------------------------------------------


def test_a_draw_is_joined_once_and_its_receipt_is_public(client, hospital, citizen):
    signed_in, people = citizen
    session = a_session(hospital, capacity=1, in_days=5)
    now = timezone.now()
    draw = scheduling.announce_draw(
        by=BY, session=session, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1)
    )
    public = client.get(f"/booking/draw/{session}/", **EN).content.decode()
    assert draw.commitment in public and draw.seed not in public and "Sign up" in public
    assert client.get(f"/booking/receipt/{draw.pk}/", **EN).status_code == 404
    path = f"/booking/draw/{session}/sign-up/"
    assert signed_in.post(path, {"patient": people[0]}).status_code == 302
    assert signed_in.post(path, {"patient": people[0]}).status_code == 409
    assert DrawTicket.objects.count() == 1
    scheduling_draws.hold_draw(draw=draw.pk, at=now + timedelta(hours=2))
    page = client.get(f"/booking/receipt/{draw.pk}/", **EN).content.decode()
    assert "the result is the same" in page and draw.seed in page and str(people[0]) not in page
    file = client.get(f"/booking/receipt/{draw.pk}/", {"format": "json"})
    assert json.loads(file.content)["commitment"] == draw.commitment
    assert "Won a number" in signed_in.get(path).content.decode()


def test_a_session_without_draw_has_no_draw_page(client, hospital):
    assert client.get(f"/booking/draw/{a_session(hospital)}/", **EN).status_code == 404
