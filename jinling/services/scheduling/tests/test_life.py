"""An appointment's later life: closures, waiting lists, penalties, draws, desks, capacity."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from jinling.foundation.outbox import usecases as outbox_usecases
from jinling.foundation.outbox.models import Event
from jinling.services.scheduling import public as scheduling, values as scheduling_values
from jinling.services.scheduling.models import Appointment, Offer, Pool, Session, Suspension, WaitlistEntry
from jinling.services.scheduling.queries.policies import forget
from jinling.services.scheduling.rules import refusals
from jinling.services.scheduling.rules.draws import check_receipt, commitment
from jinling.services.scheduling.testing import BY, CLIENT, a_hospital, a_session, at_hour, some_patients
from jinling.services.scheduling.usecases import draws as scheduling_draws, plans as scheduling_plans
from jinling.services.scheduling.usecases.offers import expire_holds, offer_freed
from jinling.services.scheduling.usecases.policies import set_policy, set_pool_share
from jinling.services.scheduling.usecases.sessions import let_fall

pytestmark = pytest.mark.django_db


def book(session: int, patient: object) -> scheduling_values.Taken:
    return scheduling.book(by=CLIENT, request=scheduling.BookingRequest(session=session, patient=patient, route="app"))


def test_closing_a_session_tells_every_patient_and_offers_another_number() -> None:
    hospital, people = a_hospital(), some_patients(3)
    closed, other = a_session(hospital), a_session(hospital, in_days=4, capacity=2)
    taken = [book(closed, p) for p in people]
    assert scheduling.close_session(by=BY, session=closed, reason="doctor ill") == 3
    assert scheduling.close_session(by=BY, session=closed, reason="again") == 0
    assert set(Appointment.objects.filter(session_id=closed).values_list("status", flat=True)) == {"suspended"}
    assert Pool.objects.get(session_id=closed).taken == 0
    offers = list(Offer.objects.order_by("appointment__number"))
    assert [o.patient_id for o in offers] == people[:2] and Pool.objects.get(session_id=other).taken == 2
    told = Event.objects.filter(type="scheduling.AppointmentSuspended")
    assert {e.payload["patient"] for e in told} == {str(p) for p in people}
    assert sum(bool(e.payload["offer"]) for e in told) == 2
    row = scheduling.accept(by=CLIENT, offer=offers[0].pk, patient=people[0])
    assert row.status == "booked" and row.replaces == taken[0].id
    with pytest.raises(refusals.OfferGone):
        scheduling.accept(by=CLIENT, offer=offers[0].pk, patient=people[0])
    with pytest.raises(refusals.OfferUnknown):
        scheduling.accept(by=CLIENT, offer=offers[1].pk, patient=people[0])
    scheduling.decline(by=CLIENT, offer=offers[1].pk, patient=people[1])
    assert Pool.objects.get(session_id=other).taken == 1


def test_a_freed_number_is_offered_in_order_and_passes_on_when_time_runs_out() -> None:
    hospital, people = a_hospital(), some_patients(3)
    session = a_session(hospital, capacity=1)
    taken = book(session, people[0])
    day = Session.objects.get(pk=session).date
    for patient in people[1:]:
        scheduling.join_waitlist(
            by=CLIENT, patient=patient, clinic=hospital.clinic, date_from=day, date_to=day, route="app"
        )
    with pytest.raises(refusals.AlreadyWaiting, match="already waiting") as twice:
        scheduling.join_waitlist(
            by=CLIENT, patient=people[1], clinic=hospital.clinic, date_from=day, date_to=day, route="app"
        )
    assert (twice.value.code, twice.value.status, twice.value.where) == (
        "already_waiting",
        409,
        f"clinic {hospital.clinic}",
    )
    assert offer_freed(session=session) == 0
    scheduling.cancel(by=CLIENT, appointment=taken.id)
    while outbox_usecases.deliver():
        pass
    first = Offer.objects.get()
    assert first.patient_id == people[1] and first.expires_at <= timezone.now() + timedelta(minutes=121)
    with pytest.raises(refusals.SessionFull):
        book(session, people[0])
    expire_holds(now=first.expires_at + timedelta(seconds=1))
    while outbox_usecases.deliver():
        pass
    second = Offer.objects.get(status="open")
    assert second.patient_id == people[2]
    assert WaitlistEntry.objects.get(patient_id=people[1]).status == "expired"
    scheduling.accept(by=CLIENT, offer=second.pk, patient=people[2])
    assert Appointment.objects.get(session_id=session, status="booked").patient_id == people[2]


def test_missed_appointments_suspend_and_each_counts_once() -> None:
    hospital, (patient,) = a_hospital(), some_patients(1)
    set_policy(by=BY, organization=hospital.id, no_show_limit=2, no_show_days=30, no_show_suspend_days=10)
    forget()
    for days in (3, 4, 5):
        session = a_session(hospital, in_days=days)
        if Suspension.objects.exists():
            with pytest.raises(refusals.Suspended):
                book(session, patient)
            break
        taken = book(session, patient)
        with pytest.raises(refusals.WrongState):
            scheduling.mark_no_show(by=BY, appointment=taken.id)
        row = Appointment.objects.get(pk=taken.id)
        scheduling.mark_no_show(by=BY, appointment=taken.id, at=row.session.starts_at)
        scheduling.mark_no_show(by=BY, appointment=taken.id, at=row.session.starts_at)
        Suspension.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert Suspension.objects.get().events == 2


def test_serial_cancelling_suspends_and_the_deadline_holds() -> None:
    hospital, (patient,) = a_hospital(), some_patients(1)
    set_policy(by=BY, organization=hospital.id, cancel_limit=1, cancel_days=30, cancel_suspend_days=30)
    forget()
    late = book(a_session(hospital, in_days=1), patient)
    with pytest.raises(refusals.CancelTooLate):
        scheduling.cancel(by=CLIENT, appointment=late.id, at=at_hour(13))
    assert Appointment.objects.get(pk=late.id).status == "booked"
    scheduling.cancel(by=BY, appointment=late.id, override=True, reason=scheduling.EndReason.HOSPITAL)
    assert not Suspension.objects.exists()
    early = book(a_session(hospital, in_days=5), patient)
    scheduling.cancel(by=CLIENT, appointment=early.id)
    assert Suspension.objects.get().kind == "cancel"


def test_check_in_on_the_day_before_the_pick_up_time() -> None:
    hospital, people = a_hospital(), some_patients(2)
    session = a_session(hospital, in_days=2)
    one, two = book(session, people[0]), book(session, people[1])
    with pytest.raises(refusals.CheckInTooEarly):
        scheduling.check_in(by=BY, appointment=one.id, at=at_hour(9, in_days=1))
    assert scheduling.check_in(by=BY, appointment=one.id, at=at_hour(9, in_days=2)).status == "arrived"
    with pytest.raises(refusals.CheckInTooLate):
        scheduling.check_in(by=BY, appointment=two.id, at=at_hour(10, in_days=2))
    assert scheduling.check_in(by=BY, appointment=two.id, late=True, at=at_hour(10, in_days=2)).status == "arrived"


def test_what_cannot_be_drawn_or_waited_for_is_refused_by_a_name_of_its_own() -> None:
    hospital, (patient,) = a_hospital(), some_patients(1)
    session, now = a_session(hospital), timezone.now()
    window = {"opens_at": now, "closes_at": now + timedelta(minutes=5)}
    with pytest.raises(refusals.DrawNotPossible):
        scheduling.announce_draw(by=BY, session=session, opens_at=now, closes_at=now)
    scheduling.announce_draw(by=BY, session=session, **window)
    with pytest.raises(refusals.DrawAnnounced):
        scheduling.announce_draw(by=BY, session=session, **window)
    taken = a_session(hospital, in_days=4)
    book(taken, patient)
    with pytest.raises(refusals.DrawNotPossible):
        scheduling.announce_draw(by=BY, session=taken, **window)
    assert Session.objects.get(pk=taken).release == "rush"
    today = scheduling.today()
    for clinic, since, until, why in (
        (0, today, today, refusals.ClinicUnknown),
        (hospital.clinic, today, today - timedelta(days=1), refusals.WaitingDaysInvalid),
        (hospital.clinic, today - timedelta(days=2), today - timedelta(days=1), refusals.WaitingDaysInvalid),
    ):
        with pytest.raises(why):
            scheduling.join_waitlist(
                by=CLIENT, patient=patient, clinic=clinic, date_from=since, date_to=until, route="app"
            )
    assert not WaitlistEntry.objects.exists()


def test_a_draw_is_committed_before_held_once_and_can_be_recomputed(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    hospital, people = a_hospital(), some_patients(8)
    session = a_session(hospital, capacity=3)
    now = timezone.now()
    draw = scheduling.announce_draw(
        by=BY, session=session, opens_at=now - timedelta(minutes=1), closes_at=now + timedelta(minutes=5)
    )
    with pytest.raises(refusals.DrawOnly):
        book(session, people[0])
    for patient in people:
        scheduling.join_draw(by=CLIENT, session=session, patient=patient, route="app")
    with pytest.raises(Exception, match="already takes part"):
        scheduling.join_draw(by=CLIENT, session=session, patient=people[0], route="app")
    with pytest.raises(refusals.DrawClosed):
        scheduling_draws.hold_draw(draw=draw.pk)
    Suspension.objects.create(
        patient_id=people[0], kind="staff", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9)
    )
    held = scheduling_draws.hold_draw(draw=draw.pk, at=draw.closes_at)
    assert scheduling_draws.hold_draw(draw=draw.pk, at=draw.closes_at).receipt == held.receipt
    assert commitment(held.receipt["seed"]) == draw.commitment
    assert (
        sum(r["outcome"] == "won" for r in held.receipt["ranking"]) == 3 == Pool.objects.get(session_id=session).taken
    )
    assert check_receipt(held.receipt, published=draw.commitment) == []
    assert str(people[0]) not in json.dumps(held.receipt)
    for spoil in (
        {"seed": "0" * 64},
        {"tickets": 9},
        {"numbers": 2},
        {"ranking": held.receipt["ranking"][::-1]},
        {"ranking": held.receipt["ranking"][1:]},
    ):
        assert check_receipt({**held.receipt, **spoil})
    assert check_receipt(held.receipt, published="0" * 64)
    place = tmp_path / "receipt.json"  # type: ignore[operator]
    place.write_text(json.dumps(held.receipt))
    call_command("draw", "verify", str(place), "--json")
    assert json.loads(capsys.readouterr().out) == {"holds": True, "problems": []}
    place.write_text(json.dumps({**held.receipt, "seed": "1"}))
    with pytest.raises(SystemExit) as ended:
        call_command("draw", "verify", str(place))
    assert ended.value.code == 1


def test_capacity_grows_and_shrinks_only_where_numbers_are_free() -> None:
    hospital, people = a_hospital(), some_patients(3)
    session = a_session(hospital, capacity=2)
    book(session, people[0])
    book(session, people[1])
    with pytest.raises(refusals.CapacityTaken):
        scheduling.set_capacity(by=BY, session=session, capacity=1)
    scheduling.set_capacity(by=BY, session=session, capacity=3)
    assert book(session, people[2]).number == 3
    scheduling.cancel(by=CLIENT, appointment=Appointment.objects.get(number=3).pk)
    scheduling.set_capacity(by=BY, session=session, capacity=2)
    assert (Session.objects.get(pk=session).capacity, Pool.objects.get(session_id=session).size) == (2, 2)


def test_kept_numbers_fall_by_the_hour_without_anybody_booking() -> None:
    hospital = a_hospital(public=(1, 7), community=(8, 14))
    set_pool_share(by=BY, organization=hospital.id, code="community", percent=40)
    session = a_session(hospital, capacity=5, in_days=10)
    assert let_fall(now=timezone.now()) == 0
    assert let_fall(now=at_hour(1, in_days=3)) == 1
    assert {p.code: p.size for p in Pool.objects.filter(session_id=session)} == {"community": 0, "public": 5}


def test_weekly_rules_and_exceptions_become_sessions_once() -> None:
    from datetime import date, time

    hospital = a_hospital()
    plan = scheduling.set_schedule(by=BY, clinic=hospital.clinic, practitioner=None, valid_from=date(2018, 1, 1))
    scheduling_plans.set_week(by=BY, schedule=plan.pk, week=[(d, "am", time(8), time(12), 10) for d in range(7)])
    first = scheduling.today() + timedelta(days=1)
    scheduling.set_exception(by=BY, schedule=plan.pk, on=first, reason="holiday")
    scheduling.set_exception(by=BY, schedule=plan.pk, on=first + timedelta(days=1), part="am", capacity=4)
    scheduling.set_exception(
        by=BY,
        schedule=plan.pk,
        on=first + timedelta(days=2),
        part="evening",
        capacity=6,
        starts=time(18),
        ends=time(20),
    )
    assert scheduling.generate(by=BY, until=first + timedelta(days=2)) == 3
    assert scheduling.generate(by=BY, until=first + timedelta(days=2)) == 0
    assert list(Session.objects.order_by("date", "starts_at").values_list("part", "capacity")) == [
        ("am", 4),
        ("am", 10),
        ("evening", 6),
    ]
