"""Workstations by month: each counts where it was heard, whatever is heard later, named by a replay or taken back."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from jinling.data.collection import public as collection
from jinling.data.collection.models import Deployment, DeploymentMonth
from jinling.data.collection.rules import ALWAYS
from jinling.data.collection.testing import BY, an_institution
from jinling.kernel.periods import Period, Span

pytestmark = pytest.mark.django_db
REPLAY = "replay:2019-03"


@pytest.fixture
def hospital():
    one = an_institution()
    collection.declare(by=BY, organization=one.code, required_of="hospital", way="declared", from_on=date(2019, 1, 1))
    return one


def at(day: str, hour: int = 4) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=UTC)


def beat(organization, *moments: datetime, name: str = "OPD-1", batch: str = "") -> int:
    beats = [collection.Heartbeat(organization.pk, "browser", name, moment) for moment in moments]
    return collection.beat_many(by=BY, heartbeats=beats, batch=batch)


def counted(organization, *months: str) -> list[int]:
    """Workstations of the months, as the bulletin and as the page counts them."""
    zone, found = timezone.get_default_timezone(), []
    for month in map(Period, months):
        told = collection.deployed(Span.of(month, zone), "organization", "hospital").get(organization.pk, {})
        shown = {one.kind: one.count for one in collection.heard(month, silent_since=timezone.now())}
        assert told.get("browser", 0) == shown.get("browser", 0)
        found.append(told.get("browser", 0))
    return found


SPRING = ("2019-02", "2019-03", "2019-04", "2019-05", "2019-06", "2019-07")


def test_a_workstation_counts_in_the_months_in_which_it_was_heard(hospital):
    beat(hospital, at("2019-03-05"))
    assert counted(hospital, *SPRING) == [0, 1, 0, 0, 0, 0]
    beat(hospital, at("2019-06-20"))
    beat(hospital, at("2019-06-21"))
    assert counted(hospital, *SPRING) == [0, 1, 0, 0, 1, 0], "a later sign of life moves no month before it"


def test_every_month_among_the_signs_that_come_together_counts_in_any_order(hospital):
    assert beat(hospital, at("2019-06-02"), at("2019-03-05"), at("2019-04-30")) == 1
    assert counted(hospital, *SPRING) == [0, 1, 1, 0, 1, 0]
    beat(hospital, at("2019-02-01"))  # told late
    assert counted(hospital, *SPRING) == [1, 1, 1, 0, 1, 0]
    one = Deployment.objects.get()
    assert (one.first_seen_at, one.last_seen_at) == (at("2019-02-01"), at("2019-06-02"))


def test_a_month_is_the_citys(hospital):
    beat(hospital, at("2019-03-31", hour=17))
    assert DeploymentMonth.objects.get().month == date(2019, 4, 1)
    assert counted(hospital, "2019-03", "2019-04") == [0, 1]


def test_a_replay_that_is_taken_back_leaves_what_lived(hospital):
    beat(hospital, at("2019-03-31"), name="A", batch=REPLAY)
    beat(hospital, at("2019-03-31"), name="B", batch=REPLAY)
    beat(hospital, at("2019-03-05"), name="B")
    beat(hospital, at("2019-06-05"), name="C")
    beat(hospital, at("2019-03-31"), name="C", batch=REPLAY)
    assert counted(hospital, *SPRING) == [0, 3, 0, 0, 1, 0], "named by both, it is one workstation"
    assert {one.workstation: one.batch for one in Deployment.objects.all()} == {"A": REPLAY, "B": "", "C": ""}
    collection.take_back(by=BY, batch=REPLAY)
    assert counted(hospital, *SPRING) == [0, 1, 0, 0, 1, 0]
    lived = Deployment.objects.order_by("workstation").values_list("workstation", "first_seen_at", "last_seen_at")
    assert list(lived) == [
        ("B", at("2019-03-05"), at("2019-03-05")),
        ("C", at("2019-06-05"), at("2019-06-05")),
    ]


def test_of_two_replays_each_is_taken_back_alone(hospital):
    beat(hospital, at("2019-03-31"), batch=REPLAY)
    beat(hospital, at("2019-06-30"), batch="replay:2019-06")
    collection.take_back(by=BY, batch=REPLAY)
    assert counted(hospital, *SPRING) == [0, 0, 0, 0, 1, 0]
    collection.take_back(by=BY, batch="replay:2019-06")
    assert not Deployment.objects.exists() and not DeploymentMonth.objects.exists()


def test_the_upgrade_moves_no_figure_of_a_past_month(hospital):
    """Until then a workstation counted in every month from its first sign of life to its last."""
    seen = {
        "A": (at("2019-03-05"), at("2019-06-20")),
        "B": (at("2019-03-31", hour=17), at("2019-04-30", hour=15)),  # April alone, on the city's clock
        "C": (at("2018-12-31", hour=16), at("2018-12-31", hour=16)),  # the first instant of January
        "D": (at("2019-05-31"), at("2019-03-31")),  # a replay of an earlier month came later: it counted in none
    }
    Deployment.objects.bulk_create(
        Deployment(organization=hospital, kind="browser", workstation=name, first_seen_at=first, last_seen_at=last)
        for name, (first, last) in seen.items()
    )
    Deployment.objects.filter(workstation="B").update(batch="replay:2019-04")
    upgrade = importlib.import_module("jinling.data.collection.migrations.0005_months_of_deployments")
    upgrade.to_months(None, SimpleNamespace(connection=connection))
    zone = timezone.get_default_timezone()
    for month in map(Period, ("2018-12", "2019-01", *SPRING)):
        before = Deployment.objects.filter(first_seen_at__lt=month.end(zone), last_seen_at__gte=month.start(zone))
        assert counted(hospital, str(month)) == [before.count() if month.first.year == 2019 else 0], month
    months = DeploymentMonth.objects.order_by("deployment__workstation", "month")
    assert [(one.month.month, one.batch) for one in months] == [
        (3, ""), (4, ""), (5, ""), (6, ""), (4, "replay:2019-04"), (1, ""),
    ]  # fmt: skip


def test_a_list_begins_to_be_heard_with_its_own_institutions(hospital):
    centre = an_institution("community_health_centre")
    beat(hospital, at("2018-05-31"), name="replayed", batch="replay:2018-05")
    beat(hospital, at("2018-11-30"))  # before it took part
    beat(centre, at("2019-02-28", hour=17))
    assert collection.first_heard("hospital") == date(2019, 1, 1)
    assert collection.first_heard("district") is None, "the centre is on no list yet"
    collection.declare(by=BY, organization=centre.code, required_of="district", way="declared", from_on=ALWAYS)
    assert collection.first_heard("district") == date(2019, 3, 1), "on the city's clock"
