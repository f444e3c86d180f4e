"""Months that were lived, not replayed: when their sources begin, what is still taken in, what came late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from jinling.data.collection import public as collection
from jinling.data.collection.models import Participation, State, Submission
from jinling.data.quality.figures import INDICATORS
from jinling.data.statistics import public as statistics
from jinling.data.statistics.rules.refusals import MonthNotCounted
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor, system

pytestmark = pytest.mark.django_db
TABLE, DISTRICTS = "collection_hospital", "collection_district"
DRUM = "32010100"
DISTRICT = "320102"


@pytest.fixture(autouse=True)
def city() -> None:
    directory.load_pack(by=system("tests"))


def received(
    on: date, state: State, rows: int, code: str = DRUM, data_set: str = "H_YL_MZ_MEDICAL_RECORD"
) -> Submission:
    """A file of the hospital's (or another's), as it stands after so many of its steps."""
    at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    return Submission.objects.create(
        id=uuid4(), organization=directory.get(code), data_set=data_set, size=1, sha256=uuid4().hex,
        channel="page", state=state, received_at=at, received_on=on, received_by="x",
        rows_received=rows, rows_accepted=rows,
    )  # fmt: skip


def row(period: str, table: str = TABLE, code: str = DRUM) -> dict[str, Any]:
    printed = statistics.document(statistics.bulletin(period, only=[table]))["tables"][table]
    own = printed["rows"][printed["codes"].index(code)]
    return dict(zip(printed["columns"], own, strict=True))


def test_a_month_begins_to_be_counted_with_its_source() -> None:
    Participation.objects.create(organization=directory.get(DRUM), from_on=date(2019, 3, 1), required_of="hospital")
    received(date(2019, 3, 4), State.STORED, 7)
    with pytest.raises(MonthNotCounted):
        statistics.bulletin("2019-02", only=[TABLE])
    assert row("2019-03")["records_loaded"] == 7
    assert row("2019-04")["records_loaded"] == 0  # nothing was sent: that was counted


def before_start(period: str, table: str = TABLE) -> set[str]:
    """The columns of a table of which nothing had been counted yet in a month."""
    printed = statistics.document(statistics.bulletin(period, only=[table]))["tables"][table]
    if printed["not_counted"] == "before_start":
        return set(printed["columns"][1:])
    return {one["column"] for one in printed["missing"] if one["reason"] == "before_start"}


def test_districts_and_deployments_begin_with_their_own_institutions() -> None:
    drum, deployed = directory.get(DRUM), {"browsers_deployed", "hints_deployed"}
    Participation.objects.create(organization=drum, from_on=date(2019, 3, 1), required_of="hospital")
    received(date(2019, 3, 4), State.STORED, 7)
    assert before_start("2019-03", DISTRICTS) >= {"records_loaded", "tables_required", "upload_days", *deployed}
    assert before_start("2019-03") == deployed
    assert not any(isinstance(cell, int | float) for cell in row("2019-03", DISTRICTS, DISTRICT).values())

    beat = collection.Heartbeat(drum.pk, "browser", "OPD-1", datetime(2019, 4, 3, 4, tzinfo=UTC))
    collection.beat_many(by=system("tests"), heartbeats=[beat])
    assert (before_start("2019-03"), before_start("2019-04")) == (deployed, set())
    assert row("2019-04")["browsers_deployed"] == 1
    assert before_start("2019-04", DISTRICTS) >= {"records_loaded", *deployed}

    centre = directory.register(
        by=system("tests"), code="C1", name="中心", name_en="Centre", kind="community_health_centre",
        ownership="municipal", district=DISTRICT,
    )  # fmt: skip
    received(date(2019, 5, 6), State.STORED, 3, centre.code, "D_YL_MZ_MEDICAL_RECORD")
    assert before_start("2019-04", DISTRICTS) >= {"records_loaded", *deployed}
    assert before_start("2019-05", DISTRICTS) == deployed, "of the districts no workstation was heard of"
    assert row("2019-05", DISTRICTS, DISTRICT)["records_loaded"] == 3


def test_a_list_is_asked_once_when_it_began() -> None:
    asked = {one.code: one.begins for one in INDICATORS}
    assert len({asked[f"collection.{code}"] for code in ("records_loaded", "upload_days", "discharges")}) == 1
    assert len(set(asked.values())) == 4, "for each list when it sends and when its workstations are heard"


def test_a_file_that_is_still_being_checked_leaves_no_number_in_its_month() -> None:
    received(date(2019, 3, 4), State.STORED, 7)
    waiting = received(date(2019, 3, 31), State.PARSED, 0)
    said = row("2019-03")
    assert {said[one] for one in ("records_loaded", "tables_uploaded", "upload_days")} == {"数据尚在接收"}
    Submission.objects.filter(pk=waiting.pk).update(state=State.STORED, rows_received=5, rows_accepted=5)
    assert row("2019-03")["records_loaded"] == 12


def test_health_records_are_not_known_while_a_file_of_any_earlier_month_is_checked() -> None:
    held = [f"health_records_{kind}" for kind in ("basic", "hypertension", "diabetes")]
    centre = directory.register(
        by=system("tests"), code="C1", name="中心", name_en="Centre", kind="community_health_centre",
        ownership="municipal", district=DISTRICT,
    )  # fmt: skip
    received(date(2019, 3, 1), State.STORED, 7, centre.code, "D_YL_MZ_MEDICAL_RECORD")
    waiting = received(date(2019, 4, 30), State.CHECKED, 0, centre.code, "D_CHSS_GRJKDA")
    said = {period: row(period, DISTRICTS, DISTRICT) for period in ("2019-03", "2019-04", "2019-05")}
    assert [said["2019-03"][column] for column in held] == [0, 0, 0], "it came later"
    for period in ("2019-04", "2019-05"):
        assert {said[period][column] for column in held} == {"数据尚在接收"}, period
    assert said["2019-05"]["records_loaded"] == 0, "nothing was received in May"
    assert said["2019-04"]["records_loaded"] == "数据尚在接收"
    other = row("2019-05", DISTRICTS, "320104")
    assert [other[column] for column in held] == [0, 0, 0]
    Submission.objects.filter(pk=waiting.pk).update(state=State.STORED)
    assert [row("2019-05", DISTRICTS, DISTRICT)[column] for column in held] == [0, 0, 0]
    # A file that tells nothing of health records leaves them known.
    received(date(2019, 5, 2), State.PARSED, 0, centre.code, "D_YL_MZ_MEDICAL_RECORD")
    assert [row("2019-05", DISTRICTS, DISTRICT)[column] for column in held] == [0, 0, 0]


def test_a_file_that_is_withdrawn_revises_the_month_in_which_it_was_received_and_no_later_one() -> None:
    received(date(2019, 3, 4), State.STORED, 7)
    late = received(date(2019, 3, 20), State.STORED, 5)
    received(date(2019, 4, 2), State.STORED, 3)
    ann, ben = (Actor("account", str(uuid4()), "statistician", "STATS") for _ in range(2))
    for period in ("2019-03", "2019-04"):
        prepared = statistics.prepare_release(by=ann, period=period)
        statistics.approve_release(by=ben, release=prepared.pk, digest=prepared.digest)
    Submission.objects.filter(pk=late.pk).update(state=State.REFUSED, rows_accepted=0)
    march, april = statistics.compare("2019-03"), statistics.compare("2019-04")
    changed = {(one.part, one.column, one.before, one.after) for one in march.changes if one.table == TABLE}
    assert march.revises
    assert ("cell", "records_loaded", 12, 7) in changed
    assert not april.revises
    assert {one.part for one in april.changes} == {"to_date"}
    printed = statistics.document(statistics.kept_bulletin("2019-03"))["tables"][TABLE]
    own = dict(zip(printed["columns"], printed["rows"][printed["codes"].index(DRUM)], strict=True))
    assert own["records_loaded"] == 12


def test_a_rename_entered_late_changes_recounts_and_no_release() -> None:
    received(date(2019, 3, 4), State.STORED, 7)
    ann, ben = (Actor("account", str(uuid4()), "statistician", "STATS") for _ in range(2))
    prepared = statistics.prepare_release(by=ann, period="2019-03")
    statistics.approve_release(by=ben, release=prepared.pk, digest=prepared.digest)
    change = directory.Change(directory.Step.RENAME, DRUM, date(2019, 3, 1), {"name": "南京鼓楼新院"}, reason="补录")
    directory.change(by=system("tests"), change=change)

    def names(of: statistics.Bulletin) -> set[str]:
        return {line[0] for line in statistics.document(of)["tables"][TABLE]["rows"]}

    assert "南京鼓楼新院" in names(statistics.bulletin("2019-03"))
    assert "南京鼓楼新院" not in names(statistics.kept_bulletin("2019-03"))
    assert ("cell", "organization") in {(one.part, one.column) for one in statistics.compare("2019-03").changes}
