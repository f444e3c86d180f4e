"""What cannot be kept is refused by a name of its own, and nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.utils import timezone

from jinling.foundation.audit.models import Entry
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import (
    Clinic,
    PoolShare,
    ReleaseWindow,
    Schedule,
    ScheduleRule,
    Session,
    Suspension,
)
from jinling.services.scheduling.rules import refusals
from jinling.services.scheduling.simulation import Demand
from jinling.services.scheduling.testing import BY, Hospital, a_hospital, some_patients
from jinling.services.scheduling.usecases.plans import set_week
from jinling.services.scheduling.usecases.withdrawal import withdraw_batch

pytestmark = pytest.mark.django_db
DAY, NINE, TEN = date(2018, 5, 1), time(9), time(10)
KEPT = (Clinic, PoolShare, ReleaseWindow, Schedule, ScheduleRule, Session, Entry)


def a_schedule(hospital: Hospital) -> int:
    return scheduling.set_schedule(by=BY, clinic=hospital.clinic, practitioner=None, valid_from=DAY).pk


def _publish(clinic: int, starts: time = NINE, ends: time = TEN, capacity: int = 1) -> None:
    new = scheduling.NewSession(clinic=clinic, date=DAY, part="am", starts=starts, ends=ends, capacity=capacity)
    scheduling.publish_many(by=BY, sessions=[new])


def _schedule(clinic: int, **more: object) -> None:
    scheduling.set_schedule(by=BY, clinic=clinic, practitioner=None, valid_from=DAY, **more)  # type: ignore[arg-type]


def _rule(schedule: int, weekday: int, part: str, ends: time) -> None:
    scheduling.set_rule(by=BY, schedule=schedule, weekday=weekday, part=part, starts=NINE, ends=ends, capacity=1)


def _window(organization: int, audience: str, first: int, last: int) -> None:
    scheduling.set_release_window(
        by=BY, organization=organization, audience=audience, days=(first, last), valid_from=DAY
    )


REFUSED: list[tuple[type[Refused], Callable[[Hospital, int], object]]] = [
    (refusals.ClinicUnknown, lambda h, s: _publish(0)),
    (refusals.SessionInvalid, lambda h, s: _publish(h.clinic, starts=TEN, ends=NINE)),
    (refusals.SessionInvalid, lambda h, s: _publish(h.clinic, capacity=0)),
    (refusals.SessionInvalid, lambda h, s: _publish(h.clinic, capacity=100_001)),
    (refusals.ClinicUnknown, lambda h, s: _schedule(0)),
    (refusals.ScheduleInvalid, lambda h, s: _schedule(h.clinic, release="auction")),
    (refusals.ScheduleInvalid, lambda h, s: _schedule(h.clinic, valid_to=date(2018, 4, 30))),
    (refusals.ScheduleRuleInvalid, lambda h, s: _rule(s, 7, "am", TEN)),
    (refusals.ScheduleRuleInvalid, lambda h, s: _rule(s, 0, "night", TEN)),
    (refusals.ScheduleRuleInvalid, lambda h, s: _rule(s, 0, "am", NINE)),
    (refusals.ScheduleRuleInvalid, lambda h, s: set_week(by=BY, schedule=s, week=[(0, "am", NINE, NINE, 1)])),
    (
        refusals.ScheduleExceptionInvalid,
        lambda h, s: scheduling.set_exception(by=BY, schedule=s, on=DAY, part="night"),
    ),
    (
        refusals.ScheduleExceptionInvalid,
        lambda h, s: scheduling.set_exception(by=BY, schedule=s, on=DAY, starts=TEN, ends=NINE),
    ),
    (
        refusals.FieldsInvalid,
        lambda h, s: scheduling.open_clinic(
            by=BY, organization=h.code, code="C2", name="x", department="x" * 61, place="x" * 121
        ),
    ),
    (refusals.FieldsInvalid, lambda h, s: scheduling.set_policy(by=BY, organization=h.id, max_per_day=-1)),
    (refusals.AudienceUnknown, lambda h, s: _window(h.id, "everybody", 1, 7)),
    (refusals.WindowInvalid, lambda h, s: _window(h.id, "public", 7, 1)),
    (refusals.WindowInvalid, lambda h, s: _window(h.id, "public", 1, 367)),
    (
        refusals.SharesTooLarge,
        lambda h, s: scheduling.set_pool_share(by=BY, organization=h.id, code="community", percent=101),
    ),
    (refusals.BatchNotReplayed, lambda h, s: withdraw_batch(by=BY, batch="may")),
    (refusals.SuspensionUnknown, lambda h, s: scheduling.lift_suspension(by=BY, suspension=0, reason="x")),
    (
        refusals.WaitlistEntryUnknown,
        lambda h, s: scheduling.leave_waitlist(by=BY, entry=UUID(int=1), patient=UUID(int=2)),
    ),
    (refusals.OfferUnknown, lambda h, s: scheduling.decline(by=BY, offer=UUID(int=1), patient=UUID(int=2))),
]


@pytest.mark.parametrize(("why", "verb"), REFUSED, ids=[f"{n}-{why.code}" for n, (why, _verb) in enumerate(REFUSED)])
def test_what_cannot_be_kept_changes_nothing(why: type[Refused], verb: Callable[[Hospital, int], object]) -> None:
    hospital = a_hospital()
    schedule = a_schedule(hospital)
    before = [set(model.objects.values_list()) for model in KEPT]
    with pytest.raises(why) as caught:
        verb(hospital, schedule)
    assert type(caught.value) is why and caught.value.where and caught.value.mend_message()
    assert [set(model.objects.values_list()) for model in KEPT] == before


def test_a_refusal_names_the_fields_that_it_is_about() -> None:
    with pytest.raises(refusals.FieldsInvalid) as caught:
        scheduling.open_clinic(by=BY, organization=a_hospital().code, code="C2", name="x", department="x" * 61)
    assert "department" in caught.value.message() and caught.value.where.endswith("C2")


@pytest.mark.parametrize(
    ("document", "why", "where"),
    [
        ([], refusals.DemandInvalid, "demand"),
        ({"releases": "rush", "dayz": 1}, refusals.DemandFieldUnknown, "dayz, releases"),
        ({"days": "many"}, refusals.DemandInvalid, "demand: invalid literal"),
        ({"days": 91}, refusals.DemandInvalid, "demand"),
        ({"release": "auction"}, refusals.DemandInvalid, "demand"),
        ({"channels": {"nowhere": 1}}, refusals.RouteUnknown, "channels: nowhere"),
    ],
)
def test_a_demand_that_cannot_be_tried(document: object, why: type[Refused], where: str) -> None:
    a_hospital()
    with pytest.raises(why) as caught:
        Demand.read(document, requests=10, seed=1)
    assert type(caught.value) is why and caught.value.where.startswith(where) and caught.value.mend_message()


def test_the_command_names_its_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "demand.json"
    place.write_text("{")
    for words, code in (
        (["generate", "--days", "367"], "days_invalid"),
        (["simulate", str(place)], "demand_unreadable"),
    ):
        with pytest.raises(SystemExit) as ended:
            call_command("schedule", *words, "--json")
        assert ended.value.code == 1 and json.loads(capsys.readouterr().out)["refused"] == code


def test_a_suspension_is_lifted_once() -> None:
    now = timezone.now()
    (patient,) = some_patients(1)
    row = Suspension.objects.create(patient_id=patient, kind="staff", starts_at=now, ends_at=now)
    scheduling.lift_suspension(by=BY, suspension=row.pk, reason="a mistake")
    with pytest.raises(refusals.SuspensionLifted):
        scheduling.lift_suspension(by=BY, suspension=row.pk, reason="again")
    assert Suspension.objects.get().lifted_reason == "a mistake"
