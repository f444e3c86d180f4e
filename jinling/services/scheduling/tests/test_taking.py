"""Taking numbers: what is given, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.outbox.models import Event
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment, Pool, Session, Suspension
from jinling.services.scheduling.rules import refusals
from jinling.services.scheduling.testing import BY, CLIENT, a_hospital, a_session, at_hour, some_patients
from jinling.services.scheduling.usecases.policies import set_policy, set_pool_share

pytestmark = pytest.mark.django_db


def ask(session: int, patient: object, **more: object) -> scheduling.BookingRequest:
    return scheduling.BookingRequest(**{"session": session, "patient": patient, "route": "app", **more})


def state() -> tuple[int, int, int, int]:
    """What a refusal must leave as it was: numbers taken, appointments, events, booking entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(taken), 0) FROM scheduling_pool")
        taken = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM audit_entry WHERE action = 'scheduling.book'")
        entries = cursor.fetchone()[0]
    return taken, Appointment.objects.count(), Event.objects.count(), entries


def refused(session: int, patient: object, kind: type[Refused], **more: object) -> Refused:
    before = state()
    with pytest.raises(kind) as caught:
        scheduling.book(by=CLIENT, request=ask(session, patient, **more))
    assert state() == before
    return caught.value


def test_a_booking_takes_a_number_with_audit_and_event() -> None:
    hospital = a_hospital()
    session, (patient,) = a_session(hospital), some_patients(1)
    taken = scheduling.book(by=CLIENT, request=ask(session, patient))
    row = Appointment.objects.get(pk=taken.id)
    assert (row.number, row.status, row.patient_id, row.channel_kind, row.department) == (
        1,
        "booked",
        patient,
        "online",
        "General",
    )
    assert Pool.objects.get(session_id=session).taken == 1
    event = Event.objects.get(type="scheduling.AppointmentBooked")
    assert event.payload["number"] == 1 and event.payload["appointment"] == str(taken.id)
    (entry,) = [e for e in audit.about_patient(str(patient)) if e.action == "scheduling.book"]
    assert (entry.actor, entry.target, entry.organization) == ("partner", f"Appointment/{taken.id}", hospital.code)
    assert audit.verify().findings == ()


def test_the_last_number_is_given_once_and_then_the_session_is_full() -> None:
    session, people = a_session(a_hospital(), capacity=2), some_patients(3)
    outcomes = scheduling.book_many(by=CLIENT, requests=[ask(session, p) for p in people])
    assert [getattr(o, "number", None) for o in outcomes] == [1, 2, None]
    assert isinstance(outcomes[2], refusals.SessionFull)
    refused(session, people[2], refusals.SessionFull)


def test_the_database_itself_refuses_to_oversell() -> None:
    session = a_session(a_hospital(), capacity=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pool.objects.filter(session_id=session).update(taken=3)
    assert Pool.objects.get(session_id=session).taken == 0


def test_a_segment_gives_its_own_numbers_and_says_when_it_is_full() -> None:
    session, people = a_session(a_hospital(), capacity=8, minutes=60), some_patients(3)
    outcomes = scheduling.book_many(by=CLIENT, requests=[ask(session, p, segment=2) for p in people])
    assert [getattr(o, "number", None) for o in outcomes] == [5, 6, None]
    assert isinstance(outcomes[2], refusals.SegmentFull)
    assert [s.left for s in scheduling.segments_of(session)] == [2, 2, 0, 2]
    refused(session, people[2], refusals.SegmentFull, segment=9)


def test_a_freed_number_is_given_again_lowest_first() -> None:
    session, people = a_session(a_hospital(), capacity=3), some_patients(5)
    taken = scheduling.book_many(by=CLIENT, requests=[ask(session, p) for p in people[:3]])
    scheduling.cancel(by=CLIENT, appointment=taken[1].id)
    assert Pool.objects.get(session_id=session).taken == 2
    assert scheduling.book(by=CLIENT, request=ask(session, people[3])).number == 2
    refused(session, people[4], refusals.SessionFull)


def test_one_number_per_patient_and_session() -> None:
    session, (patient,) = a_session(a_hospital()), some_patients(1)
    scheduling.book(by=CLIENT, request=ask(session, patient))
    refused(session, patient, refusals.AlreadyBooked)
    second = scheduling.book_many(by=CLIENT, requests=[ask(session, patient), ask(session, patient)])
    assert all(isinstance(o, refusals.AlreadyBooked) for o in second)


def test_limits_of_day_department_and_all() -> None:
    hospital, (patient,) = a_hospital(), some_patients(1)
    scheduling.book(by=CLIENT, request=ask(a_session(hospital), patient))
    afternoon = a_session(hospital, part="pm")
    assert refused(afternoon, patient, refusals.PatientLimit).fields["limit"] == "department"
    set_policy(by=BY, organization=hospital.id, max_per_department_day=0, max_per_day=1)
    scheduling_forget()
    assert refused(afternoon, patient, refusals.PatientLimit).fields["limit"] == "day"
    set_policy(by=BY, organization=hospital.id, max_per_day=0, max_active=1)
    scheduling_forget()
    assert refused(afternoon, patient, refusals.PatientLimit).fields["limit"] == "open"
    set_policy(by=BY, organization=hospital.id, max_active=0)
    scheduling_forget()
    assert scheduling.book(by=CLIENT, request=ask(afternoon, patient)).number == 1


def test_a_booking_told_of_an_earlier_time_meets_only_what_stood_then() -> None:
    hospital, (patient,) = a_hospital(), some_patients(1)
    set_policy(by=BY, organization=hospital.id, max_active=1)
    scheduling_forget()
    scheduling.book(by=CLIENT, request=ask(a_session(hospital), patient))
    then = timezone.now() - timedelta(days=40)
    earlier = [a_session(hospital, day=then.date() + timedelta(days=days)) for days in (3, 4)]
    assert scheduling.book(by=CLIENT, request=ask(earlier[0], patient, at=then)).number == 1
    with pytest.raises(refusals.PatientLimit):
        scheduling.book(by=CLIENT, request=ask(earlier[1], patient, at=then + timedelta(hours=1)))


def scheduling_forget() -> None:
    from jinling.services.scheduling.queries.policies import forget

    forget()


def test_windows_closed_sessions_unknown_things_and_draws() -> None:
    hospital, (patient,) = a_hospital(public=(1, 7)), some_patients(1)
    far = a_session(hospital, in_days=9)
    assert "opens_at" in refused(far, patient, refusals.NotYetReleased).fields
    refused(a_session(hospital, in_days=0, part="evening"), patient, refusals.BookingClosed)
    refused(10**9, patient, refusals.SessionUnknown)
    near = a_session(hospital)
    refused(near, patient, refusals.RouteUnknown, route="nowhere")
    refused(near, scheduling.BookingRequest(session=1, patient=patient, route="").id, refusals.PatientUnknown)
    Session.objects.filter(pk=near).update(status="closed")
    refused(near, patient, refusals.SessionClosed)
    Session.objects.filter(pk=near).update(status="open", release="draw")
    refused(near, patient, refusals.DrawOnly)


def test_a_suspended_patient_is_refused_until_the_end() -> None:
    session, (patient,) = a_session(a_hospital()), some_patients(1)
    now = timezone.now()
    row = Suspension.objects.create(
        patient_id=patient, kind="noshow", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1)
    )
    assert refused(session, patient, refusals.Suspended).fields["until"] == row.ends_at.isoformat()
    scheduling.lift_suspension(by=BY, suspension=row.pk, reason="was ill")
    assert scheduling.book(by=CLIENT, request=ask(session, patient)).number == 1


def test_age_and_sex_of_a_clinic() -> None:
    (patient,) = some_patients(1)
    from jinling.foundation.mpi import public as mpi

    facts = mpi.facts([patient])[patient]
    other = "male" if facts.sex == "female" else "female"
    refused(a_session(a_hospital(sex=other)), patient, refusals.SexOutside)
    age = date.today().year - facts.birth_date.year
    refused(a_session(a_hospital(age_min=age + 2)), patient, refusals.AgeOutside)
    refused(a_session(a_hospital(age_max=max(age - 2, 0))), patient, refusals.AgeOutside)


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused() -> None:
    hospital, (patient, other) = a_hospital(), some_patients(2)
    session = a_session(hospital)
    request = ask(session, patient, key="k1")
    first = scheduling.book(by=CLIENT, request=request)
    again = scheduling.book(by=CLIENT, request=ask(session, patient, key="k1"))
    assert (again.id, again.number, again.repeated) == (first.id, first.number, True)
    from jinling.foundation.idempotency.public import KeyReused

    refused(session, other, KeyReused, key="k1")
    another_client = replace(CLIENT, id="other")
    assert scheduling.book(by=another_client, request=ask(session, other, key="k1")).repeated is False
    # A rule that has turned against the request since does not change the answer that was given.
    Session.objects.filter(pk=session).update(status="closed")
    assert scheduling.book(by=CLIENT, request=ask(session, patient, key="k1")).id == first.id


def test_community_numbers_are_kept_in_the_second_week_and_fall_to_everyone_after_it() -> None:
    hospital, people = a_hospital(public=(1, 7), community=(8, 14)), some_patients(8)
    set_pool_share(by=BY, organization=hospital.id, code="community", percent=20)
    session = a_session(hospital, capacity=5, in_days=10)
    assert {p.code: p.size for p in Pool.objects.filter(session_id=session)} == {"community": 1, "public": 4}
    refused(session, people[0], refusals.NotYetReleased)
    scheduling.book(by=CLIENT, request=ask(session, people[1], route="centre"))
    refused(session, people[2], refusals.SessionFull, route="centre")
    rest = a_session(hospital, capacity=5, in_days=10, part="pm")
    week_ahead = at_hour(9, in_days=4)
    outcomes = scheduling.book_many(by=CLIENT, requests=[ask(rest, p, at=week_ahead) for p in people[2:8]])
    assert [getattr(o, "number", None) for o in outcomes] == [1, 2, 3, 4, 5, None]
    assert {p.code: (p.size, p.taken) for p in Pool.objects.filter(session_id=rest)} == {
        "community": (0, 0),
        "public": (5, 5),
    }


def test_a_kept_channel_share_is_not_given_to_others_before_its_hour() -> None:
    hospital, people = a_hospital(), some_patients(4)
    set_pool_share(by=BY, organization=hospital.id, code="in_clinic", percent=50)
    session = a_session(hospital, capacity=2)
    scheduling.book(by=CLIENT, request=ask(session, people[0]))
    refused(session, people[1], refusals.SessionFull)
    assert scheduling.book(by=CLIENT, request=ask(session, people[2], route="desk")).number == 2


def test_a_hold_runs_out_and_a_hospital_confirms_or_refuses() -> None:
    hospital, people = a_hospital(), some_patients(4)
    session = a_session(hospital, capacity=2)
    held = scheduling.book(by=CLIENT, request=ask(session, people[0], hold=True))
    assert Appointment.objects.get(pk=held.id).status == "proposed"
    assert not Event.objects.filter(type="scheduling.AppointmentBooked").exists()
    from jinling.services.scheduling.usecases.offers import expire_holds

    assert expire_holds(now=timezone.now()) == 0
    assert expire_holds(now=timezone.now() + timedelta(minutes=20)) == 1
    with pytest.raises(refusals.WrongState):
        scheduling.confirm_hold(by=CLIENT, appointment=held.id)
    set_policy(by=BY, organization=hospital.id, confirmation="hospital")
    scheduling_forget()
    one, two = scheduling.book_many(by=CLIENT, requests=[ask(session, p) for p in people[1:3]])
    scheduling.confirm(by=BY, appointment=one.id)
    scheduling.refuse(by=BY, appointment=two.id, reason=scheduling.EndReason.HOSPITAL)
    assert sorted(Appointment.objects.values_list("status", flat=True)) == ["booked", "expired", "refused"]
    assert Pool.objects.get(session_id=session).taken == 1


def test_change_keeps_the_old_number_when_the_new_one_cannot_be_had() -> None:
    hospital, (patient, other) = a_hospital(), some_patients(2)
    first, full = a_session(hospital), a_session(hospital, part="pm", capacity=1)
    old = scheduling.book(by=CLIENT, request=ask(first, patient))
    taken = scheduling.book(by=CLIENT, request=ask(full, other))
    with pytest.raises(refusals.SessionFull):
        scheduling.change(by=CLIENT, appointment=old.id, request=ask(full, patient, replaces=old.id))
    assert Appointment.objects.get(pk=old.id).status == "booked"
    scheduling.cancel(by=CLIENT, appointment=taken.id)
    new = scheduling.change(by=CLIENT, appointment=old.id, request=ask(full, patient, replaces=old.id))
    assert new.number == 1 and Appointment.objects.get(pk=old.id).status == "cancelled"
