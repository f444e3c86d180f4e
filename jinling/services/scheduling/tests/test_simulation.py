"""A release policy is tried on a demand before it goes live."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from jinling.services.scheduling.models import Appointment
from jinling.services.scheduling.simulation import Demand, simulate
from jinling.services.scheduling.testing import a_hospital

pytestmark = pytest.mark.django_db
POLICY = {
    "windows": {"public": [1, 7], "community": [8, 14]},
    "shares": {"community": 50},
    "days": 2,
    "sessions_per_day": 2,
    "capacity": 10,
    "channels": {"app": 3, "centre": 1},
    "districts": {"North": 1, "South": 1},
}


@pytest.mark.parametrize("release", ["rush", "draw"])
def test_a_demand_tells_who_got_what_the_same_each_time(release: str) -> None:
    a_hospital()
    demand = Demand.read(POLICY | {"release": release}, requests=400, seed=7)
    report = simulate(demand)
    assert report == simulate(demand)
    assert (report["asked"], report["numbers"], report["release"]) == (400, 40, release)
    assert report["got"] + report["left"] == 40 and report["got"] + sum(report["refused"].values()) == 400
    assert set(report["groups"]) == {"channel", "district", "age"}
    for rows in report["groups"].values():
        assert (sum(row["asked"] for row in rows.values()), sum(row["got"] for row in rows.values())) == (
            400,
            report["got"],
        )
    assert set(report["groups"]["channel"]) == {"app", "centre"} and Appointment.objects.count() == 0


def test_the_command_prints_the_report_as_json_and_as_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_hospital()
    place = tmp_path / "demand.json"
    place.write_text(json.dumps(POLICY))
    call_command("schedule", "simulate", str(place), "--requests", "50", "--json")
    assert json.loads(capsys.readouterr().out)["asked"] == 50
    call_command("schedule", "simulate", str(place), "--requests", "50")
    assert "North" in capsys.readouterr().out
