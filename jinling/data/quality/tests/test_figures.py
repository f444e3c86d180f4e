"""The bulletin's two tables, from rows that were made, checked, stored and counted."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

import jinling
from jinling.data.collection import public as collection
from jinling.data.quality import figures, queries
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.replays import CollectionImpossible, CollectionReplay
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.kernel.sockets import Figure, ReplayRequest, TableResult

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


def plain(table: TableResult, subject: str) -> dict[str, dict]:
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def test_hospitals_come_out_as_printed(city):
    one = request(0.0005, {"collection_hospital": slice(0, 4)})
    replayed(one)
    found = plain(figures.collection_hospital(PERIOD), "organization")
    printed = one.tables["collection_hospital"]
    for row in printed["rows"]:
        want = dict(zip(printed["columns"], row, strict=True))
        got = found[directory.resolve(want["organization"]).name]
        assert got["tables_uploaded"] == want["tables_uploaded"]
        assert got["records_loaded"] == int(want["records_loaded"] * 0.0005 + 0.5)
        assert got["outpatient_visits"] == int(want["outpatient_visits"] * 0.0005 + 0.5)
        assert got["upload_days"] == want["upload_days"]
        assert got["tables_required"] == want["tables_required"]
        if isinstance(want["tables_declared"], int):
            assert got["tables_declared"] == want["tables_declared"]
        else:
            assert isinstance(got["tables_declared"], Figure) and got["tables_declared"].reason
    paths = list(collection.current_parts().values_list("path", flat=True))
    assert collection.lake().count(paths) == sum(row["records_loaded"] for row in found.values())


def test_districts_come_out_as_printed_with_the_health_records_they_hold(city):
    one = request(0.0005, {"collection_district": slice(10, 12)})
    replayed(one)
    found = plain(figures.collection_district(PERIOD), "district")
    printed = one.tables["collection_district"]
    for row in printed["rows"]:
        want = dict(zip(printed["columns"], row, strict=True))
        got = found[want["district"]]
        assert got["tables_required"] == len(collection.catalogue().required_of("district"))
        for column in (
            "health_records_basic",
            "health_records_hypertension",
            "health_records_diabetes",
            "records_loaded",
        ):
            assert got[column] == int(want[column] * 0.0005 + 0.5), column


def test_an_institution_without_uploads_shows_noughts_and_reasons(city):
    table = plain(figures.collection_hospital(PERIOD), "organization")
    one = next(iter(table.values()))
    assert (one["records_loaded"], one["upload_days"]) == (0, 0)
    assert one["outpatient_rate"] == Figure(None, "returns_missing")
    assert one["browsers_deployed"] == Figure(None, "not_deployed")


def test_the_total_to_date_adds_the_listed_institutions(city):
    one = request(0.0005, {"collection_hospital": slice(0, 1)})
    before = figures.collection_hospital(PERIOD).cumulative
    replayed(one)
    after = figures.collection_hospital(PERIOD)
    assert after.cumulative - before == sum(row[4] for row in after.rows) > 0
    assert figures.collection_hospital(Period("2018-04")).cumulative is None


def test_a_replay_can_be_taken_back_whole(city, django_capture_on_commit_callbacks):
    replayed(request(0.0003, {"collection_hospital": slice(0, 1)}))
    assert collection.Submission.objects.exists() and StatisticalReturn.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        taken = CollectionReplay().withdraw("2018-05")
    assert taken > 0
    assert not collection.Submission.objects.exists()
    assert not collection.Part.objects.exists()
    assert not StatisticalReturn.objects.exists()
    assert not collection.Deployment.objects.exists()
    assert not list(collection.lake().root.glob("*/period=*/*/*.parquet"))


def test_more_tables_than_the_catalogue_has_are_refused(city):
    one = request(0.01, {"collection_hospital": slice(0, 1)})
    row = one.tables["collection_hospital"]["rows"][0]
    row[one.tables["collection_hospital"]["columns"].index("tables_uploaded")] = 200
    with pytest.raises(CollectionImpossible):
        CollectionReplay().plan(one)
    assert not collection.Submission.objects.exists()


def test_the_waterfall_of_a_month_names_stages_and_rate(city):
    replayed(request(0.0005, {"collection_hospital": slice(0, 1)}))
    organization = collection.Submission.objects.first().organization_id
    told = queries.waterfall(PERIOD, organization)
    assert [stage.name for stage in told.stages][:5] == ["required", "declared", "uploaded", "received", "valid"]
    assert told.rate.value == 75.0 or told.rate.value is not None
    assert told.losses == []
    assert queries.timeliness(PERIOD, organization)
    assert queries.daily(PERIOD, organization=organization)


def test_every_indicator_counts_what_the_tables_show(city):
    replayed(request(0.001, {"collection_hospital": slice(0, 4), "collection_district": slice(2, 4)}))
    hospitals = figures.collection_hospital(PERIOD)
    districts = plain(figures.collection_district(PERIOD), "district")
    counted = {one.code.removeprefix("collection."): one.count(PERIOD) for one in figures.INDICATORS}
    for row in hospitals.rows[:4]:
        shown = dict(zip(hospitals.columns, row, strict=True))
        pk = directory.resolve(shown["organization"]).pk
        assert counted["tables_uploaded"][pk, "hospital"] == shown["tables_uploaded"]
        assert counted["upload_days"][pk, "hospital"] == shown["upload_days"]
        assert sum(n for (one, _code), n in counted["records_loaded"].items() if one == pk) == shown["records_loaded"]
        assert counted["outpatient_rate"]["organization", pk] == shown["outpatient_rate"]
        assert counted["discharge_rate"]["organization", pk] == shown["discharge_rate"]
        if isinstance(shown["tables_declared"], int):
            assert counted["tables_declared"][pk, "hospital"] == shown["tables_declared"]
        deployed = counted["deployments"].get((pk, "hospital", "browser"))
        assert deployed == shown["browsers_deployed"] or isinstance(shown["browsers_deployed"], Figure)
    gaochun = directory.district("高淳区")
    assert counted["outpatient_rate"]["district", gaochun.pk] == districts["高淳区"]["outpatient_rate"]
    held = {
        key[2]: n
        for key, n in counted["health_records"].items()
        if n == districts["高淳区"][f"health_records_{key[2]}"]
    }
    assert set(held) == {"basic", "hypertension", "diabetes"}
