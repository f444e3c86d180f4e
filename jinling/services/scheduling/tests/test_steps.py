"""What the pages offer and what the verbs do, held together case by case: every state, every step, around every hour
that decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment, Session
from jinling.services.scheduling.pages.desk import BUTTONS
from jinling.services.scheduling.queries.appointments import step_facts
from jinling.services.scheduling.queries.policies import zone
from jinling.services.scheduling.rules.kinds import EndReason
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.services.scheduling.rules.refusals import DrawAnnounced, DrawNotPossible
from jinling.services.scheduling.rules.steps import STEPS, StepFacts, allows, offered_at_desk
from jinling.services.scheduling.testing import BY, CLIENT, a_hospital, a_session, some_patients
from jinling.services.scheduling.usecases.appointments import (
    cancel,
    check_in,
    confirm,
    fulfil,
    mark_no_show,
    refuse,
)
from jinling.services.scheduling.usecases.draws import announce_draw
from jinling.services.scheduling.usecases.sessions import close_session, set_capacity

pytestmark = pytest.mark.django_db
VERBS: dict[str, Callable[[UUID], Appointment]] = {
    "confirm": lambda id_: confirm(by=BY, appointment=id_),
    "refuse": lambda id_: refuse(by=BY, appointment=id_, reason=EndReason.DESK),
    "check_in": lambda id_: check_in(by=BY, appointment=id_),
    "check_in_late": lambda id_: check_in(by=BY, appointment=id_, late=True),
    "fulfil": lambda id_: fulfil(by=BY, appointment=id_),
    "miss": lambda id_: mark_no_show(by=BY, appointment=id_),
    "cancel": lambda id_: cancel(by=BY, appointment=id_),
    "cancel_at_desk": lambda id_: cancel(by=BY, appointment=id_, override=True),
}


@pytest.fixture
def booked() -> Appointment:
    """A booking of a session in four days, from nine to half past eleven."""
    session = a_session(a_hospital(), in_days=4, minutes=0)
    start = datetime.combine(scheduling.today() + timedelta(days=4), datetime.min.time(), zone()) + timedelta(hours=9)
    (patient,) = some_patients(1)
    request = scheduling.BookingRequest(session=session, patient=patient, route="app")
    id_ = scheduling.book(by=CLIENT, request=request).id
    Session.objects.filter(pk=session).update(starts_at=start, ends_at=start + timedelta(hours=2, minutes=30))
    return Appointment.objects.select_related("session").get(pk=id_)


def in_state(row: Appointment, state: str) -> Appointment:
    """The booking in another state; a number that is held is held for a month."""
    row.status = state
    row.expires_at = timezone.now() + timedelta(days=30) if state in ("proposed", "pending") else None
    row.save(update_fields=["status", "expires_at"])
    return row


def hours(now: StepFacts) -> dict[str, datetime]:
    """Moments on both sides of each that decides."""
    second = timedelta(seconds=1)
    return {
        "in time to cancel": now.cancel_by,
        "too late to cancel": now.cancel_by + second,
        "the evening before": now.starts_at - timedelta(hours=12),
        "before it begins": now.starts_at - second,
        "as it begins": now.starts_at,
        "in time to pick up": now.pickup_by,
        "too late to pick up": now.pickup_by + second,
        "the day after": now.starts_at + timedelta(days=1),
    }


def done(step: str, id_: UUID) -> bool:
    """Whether the verb takes the step; what it did is rolled back. Asked for again it may do nothing, harmlessly."""
    before = Appointment.objects.get(pk=id_).status
    try:
        with transaction.atomic():
            VERBS[step](id_)
            after = Appointment.objects.get(pk=id_).status
            transaction.set_rollback(True)
    except Refused:
        after = before
    return after != before


@pytest.mark.parametrize("state", AppointmentState)
def test_a_step_is_allowed_if_and_only_if_the_verb_takes_it(booked: Appointment, state: str) -> None:
    now = step_facts(in_state(booked, state))
    for name, at in hours(now).items():
        with time_machine.travel(at, tick=False):
            verbs = {step for step in STEPS if done(step, booked.pk)}
        assert {step for step in STEPS if allows(step, now, at=at, zone=zone())} == verbs, name


def test_every_step_of_the_desk_has_its_button_and_every_button_its_step() -> None:
    assert set(BUTTONS) == set(STEPS) - {"cancel"}, "a button of pages/desk.py is shown for a step of rules/steps.py"


def test_every_button_is_offered_at_some_time(booked: Appointment) -> None:
    offered = set()
    for state in AppointmentState:
        now = step_facts(in_state(booked, state))
        offered |= {step for at in hours(now).values() for step in offered_at_desk(now, at=at, zone=zone())}
    assert offered == set(BUTTONS), "offered_at_desk in rules/steps.py never offers these"


@pytest.mark.parametrize("state", AppointmentState)
def test_the_desk_offers_only_what_is_allowed(booked: Appointment, state: str) -> None:
    now = step_facts(in_state(booked, state))
    for at in hours(now).values():
        offered = offered_at_desk(now, at=at, zone=zone())
        assert set(offered) <= {step for step in STEPS if allows(step, now, at=at, zone=zone())} & set(BUTTONS)


@pytest.mark.parametrize(
    ("state", "hour", "offered"),
    [
        ("pending", "the evening before", ["Confirm", "Refuse"]),
        ("booked", "the evening before", ["Cancel"]),
        ("booked", "before it begins", ["Check in", "Cancel"]),
        ("booked", "as it begins", ["Check in", "Did not come"]),
        ("booked", "in time to pick up", ["Check in", "Did not come"]),
        ("booked", "too late to pick up", ["Check in late", "Did not come"]),
        ("booked", "the day after", ["Did not come"]),
        ("arrived", "as it begins", ["Seen"]),
        ("fulfilled", "as it begins", []),
        ("noshow", "the day after", []),
    ],
)
def test_the_desks_row_shows_these_buttons_and_each_of_them_does_it(
    booked: Appointment, state: str, hour: str, offered: list[str]
) -> None:
    at = hours(step_facts(in_state(booked, state)))[hour]
    code = booked.organization.code
    account = access.add_account(
        by=BY, username="desk", password="long-enough-for-the-tests-7", roles=["hospital_scheduler"],
        display_name="desk", organization=code,
    )  # fmt: skip
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    with time_machine.travel(at, tick=False):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/staff/booking/", {"day": booked.date.isoformat()})
        ((_view, actions),) = page.context["rows"]
        assert [action.label for action in actions] == offered
        for action in actions:
            assert action.url in page.content.decode()
            with transaction.atomic():
                answer = client.post(action.url, HTTP_HX_REQUEST="true")
                assert answer.status_code == 200, action.label
                assert Appointment.objects.get(pk=booked.pk).status != state
                transaction.set_rollback(True)


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("status", ["open", "closed"])
@pytest.mark.parametrize("before", ["untouched", "booked", "cancelled", "drawn"])
def test_a_sessions_page_offers_only_what_the_verbs_do(before: str, status: str, begun: bool) -> None:
    hospital = a_hospital()
    session = a_session(hospital, in_days=4)
    row = Session.objects.get(pk=session)
    if before in ("booked", "cancelled"):
        (patient,) = some_patients(1)
        request = scheduling.BookingRequest(session=session, patient=patient, route="app")
        id_ = scheduling.book(by=CLIENT, request=request).id
        if before == "cancelled":
            cancel(by=BY, appointment=id_, override=True)
    now = timezone.now()
    window = {"opens_at": now + timedelta(hours=1), "closes_at": now + timedelta(hours=2)}
    if before == "drawn":
        announce_draw(by=BY, session=session, **window)
    Session.objects.filter(pk=session).update(status=status)
    account = access.add_account(
        by=BY, username="desk", password="long-enough-for-the-tests-7", roles=["hospital_scheduler"],
        display_name="desk", organization=hospital.code,
    )  # fmt: skip
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    with time_machine.travel(row.starts_at if begun else now, tick=False):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/staff/sessions/{session}/")
    offered = page.context["steps"]
    shown = {
        step
        for step, sign in {
            "set_capacity": 'value="capacity"',
            "announce_draw": 'value="draw"',
            "close": f"/staff/sessions/{session}/close/",
        }.items()
        if sign in page.content.decode()
    }
    assert shown == set(offered)
    if begun or status == "closed":
        assert offered == ()
        return
    assert set_capacity(by=BY, session=session, capacity=row.capacity + 1).capacity == row.capacity + 1
    if "announce_draw" in offered:
        assert announce_draw(by=BY, session=session, **window).session_id == session
    else:
        with pytest.raises((DrawAnnounced, DrawNotPossible)):
            announce_draw(by=BY, session=session, **window)
    close_session(by=BY, session=session, reason="ill")
    assert Session.objects.get(pk=session).status == "closed"
