"""What the bulletin shows of collection, from rows that were made, checked, stored and counted."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import jinling
from jinling.data.collection import models as collection_models, public as collection
from jinling.data.quality import figures, overview, queries
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.replays import CollectionReplay
from jinling.data.quality.rules import CollectionImpossible, DaysImpossible, RecordsImpossible
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.figures import Figure, ReplayRequest
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period, Span
from jinling.kernel.spreading import scaled

pytestmark = pytest.mark.django_db
PERIOD = Period("2018-05")
REFERENCE = next((Path(jinling.__file__).parent / "cities" / "nanjing" / "reference").glob("*2018-05*.json"))


def request(scale: float, keep: dict[str, slice]) -> ReplayRequest:
    """The city's printed tables, some rows of each, as the replay's own reader gives them."""
    tables = json.loads(REFERENCE.read_text(encoding="utf-8"), parse_float=Decimal)["tables"]
    chosen = {name: {**tables[name], "rows": tables[name]["rows"][rows]} for name, rows in keep.items()}
    return ReplayRequest("2018-05", chosen, scale, 1, "digest")


def replayed(one: ReplayRequest) -> int:
    return sum(chunk.run() for chunk in CollectionReplay().plan(one))


# The columns of the bulletin that show each indicator, and the kind at which they show it.
SHOWN = {
    **{code: (code, None) for code in ("tables_declared", "tables_required", "tables_uploaded", "records_loaded")},
    **{code: (code, None) for code in ("upload_days", "outpatient_visits", "outpatient_rate")},
    **{code: (code, None) for code in ("discharges", "discharge_rate")},
    **{f"health_records_{kind}": ("health_records", kind) for kind in ("basic", "hypertension", "diabetes")},
    "browsers_deployed": ("deployments", "browser"),
    "hints_deployed": ("deployments", "hint"),
}


def counted(by: str, period: Period = PERIOD) -> dict[int, dict[str, object]]:
    """Every indicator of the institutions or districts, under the names of the bulletin's columns."""
    span = Span.of(period, ZoneInfo("Asia/Shanghai"))
    prefix = "collection.district_" if by == "district" else "collection."
    known = {one.code: one for one in figures.INDICATORS if one.dimensions[0] == by}
    found: dict[int, dict[str, object]] = {}
    for column, (code, kind) in SHOWN.items():
        indicator = known[prefix + code]
        for key, value in indicator.count(span).items():
            if key[1:] == ((kind,) if kind else ()):
                found.setdefault(key[0], {})[column] = value
    for shown in found.values():
        for column, (code, _kind) in SHOWN.items():
            shown.setdefault(column, known[prefix + code].missing)
    return found


def column_sum(table, column: str) -> int:
    """The sum of a column, of what is printed or what was counted."""
    if "rows" in table:
        return sum(row[table["columns"].index(column)] for row in table["rows"])
    return sum(row[column] for row in table.values() if type(row[column]) is int)


def test_hospitals_come_out_as_printed(city):
    one = request(0.0005, {"collection_hospital": slice(0, 4)})
    replayed(one)
    found = counted("organization")
    printed = one.tables["collection_hospital"]
    sent = 0
    for row in printed["rows"]:
        want = dict(zip(printed["columns"], row, strict=True))
        got = found[directory.resolve(want["organization"]).pk]
        assert got["tables_uploaded"] == want["tables_uploaded"]
        for column in ("records_loaded", "outpatient_visits", "discharges"):
            assert abs(got[column] - want[column] * 0.0005) < 1, column
        assert got["upload_days"] == want["upload_days"]
        assert got["tables_required"] == want["tables_required"]
        assert abs(got["outpatient_rate"].value - float(want["outpatient_rate"])) < 0.5  # of a few visits
        if isinstance(want["tables_declared"], int):
            assert got["tables_declared"] == want["tables_declared"]
        else:
            assert isinstance(got["tables_declared"], Figure) and got["tables_declared"].reason
        sent += got["records_loaded"]
    for column in ("records_loaded", "outpatient_visits", "discharges"):
        assert column_sum(found, column) == scaled(column_sum(printed, column), 0.0005), column
    paths = list(collection_models.Part.objects.filter(removed_by=None).values_list("path", flat=True))
    assert collection.lake().count(paths) == sent


def test_districts_come_out_as_printed_with_the_health_records_they_hold(city):
    one = request(0.0005, {"collection_district": slice(10, 12)})
    replayed(one)
    found = counted("district")
    printed = one.tables["collection_district"]
    for row in printed["rows"]:
        want = dict(zip(printed["columns"], row, strict=True))
        got = found[directory.district(want["district"]).pk]
        assert got["tables_required"] == want["tables_required"]
        assert got["upload_days"] == want["upload_days"]
        for column in (
            "health_records_basic",
            "health_records_hypertension",
            "health_records_diabetes",
            "records_loaded",
        ):
            assert abs(got[column] - want[column] * 0.0005) < 1, column
            assert column_sum(found, column) == scaled(column_sum(printed, column), 0.0005), column


def test_an_institution_without_uploads_shows_noughts_and_reasons(city):
    shown = counted("organization")
    assert len(shown) == directory.organizations(active=None).count()
    one = next(iter(shown.values()))
    assert (one["records_loaded"], one["upload_days"]) == (0, 0)
    assert one["tables_declared"] == Figure(None, "not_reported")
    assert one["outpatient_rate"] == Figure(None, "returns_missing")
    assert one["browsers_deployed"] == Figure(None, "not_deployed")


def test_what_came_since_a_day_is_counted_over_months(city):
    replayed(request(0.0005, {"collection_hospital": slice(0, 1)}))
    since = {one.code: one.since for one in figures.INDICATORS if one.since}
    assert set(since) == {"collection.records_loaded", "collection.district_records_loaded"}
    zone = ZoneInfo("Asia/Shanghai")
    own = {pk: shown["records_loaded"] for pk, shown in counted("organization").items() if shown["records_loaded"]}
    year = since["collection.records_loaded"](Span(date(2018, 1, 1), date(2018, 12, 31), zone))
    assert {pk: n for (pk,), n in year.items()} == own
    assert since["collection.records_loaded"](Span(date(2018, 1, 1), date(2018, 4, 30), zone)) == {}


def test_pages_and_bulletin_count_alike(city):
    replayed(request(0.0005, {"collection_hospital": slice(0, 4)}))
    shown = counted("organization")
    standings = overview.standings(PERIOD, "hospital")
    assert len(standings) == 4
    for one in standings:
        figure = shown[one.organization.pk]
        assert (one.sent.tables, one.sent.loaded) == (figure["tables_uploaded"], figure["records_loaded"])
        assert (one.sent.days, one.sent.visits) == (figure["upload_days"], figure["outpatient_visits"])
        assert Figure(one.outpatient.value, one.outpatient.reason) == figure["outpatient_rate"]
        declared = figure["tables_declared"]
        assert declared == (one.declared if one.way == "declared" else Figure(None, one.way))


def test_a_replay_can_be_taken_back_whole(city, django_capture_on_commit_callbacks):
    replayed(request(0.0003, {"collection_hospital": slice(0, 1)}))
    assert collection_models.Submission.objects.exists() and StatisticalReturn.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        taken = CollectionReplay().withdraw("2018-05")
    assert taken > 0
    assert not collection_models.Submission.objects.exists()
    assert not collection_models.Part.objects.exists()
    assert not StatisticalReturn.objects.exists()
    assert not collection_models.Deployment.objects.exists()
    assert not list(collection.lake().root.glob("*/period=*/*/*.parquet"))


@pytest.mark.parametrize(
    ("column", "cell", "refusal"),
    [
        ("tables_uploaded", 200, CollectionImpossible),
        ("tables_uploaded", 2, RecordsImpossible),
        ("upload_days", 32, DaysImpossible),
        ("upload_days", 0, RecordsImpossible),
        ("records_loaded", 20, RecordsImpossible),
        ("discharges", 10**9, RecordsImpossible),
    ],
)
def test_figures_that_cannot_all_become_true_are_refused(city, column, cell, refusal):
    one = request(0.01, {"collection_hospital": slice(0, 1)})
    row = one.tables["collection_hospital"]["rows"][0]
    row[one.tables["collection_hospital"]["columns"].index(column)] = cell
    with pytest.raises(refusal):
        CollectionReplay().plan(one)
    assert not collection_models.Submission.objects.exists()


def edited(one: ReplayRequest, **cells: object) -> ReplayRequest:
    """The first row of the hospitals' table, some of its cells otherwise."""
    table = one.tables["collection_hospital"]
    for column, cell in cells.items():
        table["rows"][0][table["columns"].index(column)] = cell
    return one


def test_what_only_does_not_tie_is_printed_as_it_stands(city):
    shown = {"tables_declared": 670, "tables_uploaded": 3, "records_loaded": 60, "outpatient_visits": 53}
    shown |= {
        "outpatient_rate": Decimal("1766.66"),
        "discharges": 5,
        "discharge_rate": "卫统数据过少",
        "upload_days": 31,
    }
    one = edited(request(1.0, {"collection_hospital": slice(0, 1)}), **shown)
    replayed(one)
    found = counted("organization")[directory.resolve("南京市妇幼保健院").pk]
    shown |= {"outpatient_rate": Figure(1766.66), "discharge_rate": Figure(None, "returns_too_few")}
    assert {column: found[column] for column in shown} == shown
    (standing,) = overview.standings(PERIOD, "hospital")
    assert (standing.declared, standing.outpatient.value) == (670, 1766.66)
    assert {stage.name: stage.count for stage in queries.waterfall(PERIOD, standing.organization.pk).stages}[
        "declared"
    ] == 670
    CollectionReplay().withdraw("2018-05")
    assert collection_models.Participation.objects.count() == 0


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("tables_required", 84, "replay_required_otherwise"),
        ("outpatient_rate", Decimal("75.721"), "replay_rate_impossible"),
        ("outpatient_visits", "未反馈", "figure_not_replayed"),
        ("tables_declared", "未部署", "figure_not_replayed"),
        ("browsers_deployed", 0, "replay_none_deployed"),
        ("upload_days", 45, "replay_days_impossible"),
    ],
)
def test_a_cell_that_cannot_be_printed_is_refused_with_its_place(city, column, cell, code):
    with pytest.raises(Refused) as refused:
        CollectionReplay().plan(edited(request(1.0, {"collection_hospital": slice(0, 1)}), **{column: cell}))
    assert (refused.value.code, refused.value.where) == (code, f"tables.collection_hospital row 1, column {column}")
    assert refused.value.mend


def test_the_waterfall_of_a_month_names_stages_and_rate(city):
    replayed(request(0.0005, {"collection_hospital": slice(0, 1)}))
    organization = collection_models.Submission.objects.first().organization_id
    told = queries.waterfall(PERIOD, organization)
    assert [stage.name for stage in told.stages][:5] == ["required", "declared", "uploaded", "received", "valid"]
    assert told.rate.value == 75.0 or told.rate.value is not None
    assert told.losses == []
    assert queries.timeliness(PERIOD, organization)
    assert collection.daily(PERIOD, organization=organization)


def of_district(period: Period) -> dict[str, dict[str, object]]:
    names = {row.pk: row.name for row in directory.districts()}
    return {names[key]: shown for key, shown in counted("district", period).items()}


def test_a_centre_that_moves_counts_for_the_district_in_which_it_lay(city):
    one = request(0.0005, {"collection_district": slice(0, 12)})
    replayed(one)
    before = of_district(PERIOD)
    [(sent, standing)] = [
        (row.sent.accepted, row)
        for row in overview.standings(PERIOD, "district")
        if row.district == "六合区" and row.sent.accepted
    ]
    assert before["六合区"]["records_loaded"] == sent > 0
    to_jiangbei = {"district": "320199"}

    def move(day: date) -> None:
        asked = directory.Change(
            directory.Step.MOVE, standing.organization.code, day, to_jiangbei, reason="New borders"
        )
        directory.change(by=system("tests"), change=asked)

    move(date(2018, 6, 1))
    assert of_district(PERIOD) == before
    [same] = [
        row for row in overview.standings(PERIOD, "district") if row.organization.code == standing.organization.code
    ]
    assert (same.district, same.outpatient) == ("六合区", standing.outpatient)
    [later] = directory.as_of(date(2018, 6, 30), ids=[standing.organization.pk]).values()
    assert later.district == directory.district("320199").pk
    # Entered late for a day of May, it is counted again; every row counts for one district.
    move(date(2018, 5, 1))
    after = of_district(PERIOD)
    for column in ("records_loaded", "upload_days"):
        assert after["六合区"].get(column) in (0, None)
    for column in ("records_loaded", "outpatient_visits", "health_records_basic"):
        whole = [sum(int(shown[column] or 0) for shown in found.values()) for found in (before, after)]
        assert whole[0] == whole[1] > 0
    assert after["江北新区"]["records_loaded"] == before["江北新区"]["records_loaded"] + sent


def test_an_institution_owes_nothing_before_it_opened_and_after_it_closed(city):
    new = {"kind": "hospital", "ownership": "other", "opened": date(2018, 6, 5)}
    one = directory.register(by=system("tests"), code="NJ9001", name="新院", name_en="New", **new)
    directory.change(
        by=system("tests"), change=directory.Change(directory.Step.CLOSE, "NJ9001", date(2018, 8, 1), reason="End")
    )
    owed = {month: counted("organization", Period(month)).get(one.pk) for month in ("2018-05", "2018-06", "2018-08")}
    assert {month: found is not None for month, found in owed.items()} == {
        "2018-05": False, "2018-06": True, "2018-08": False,
    }  # fmt: skip
