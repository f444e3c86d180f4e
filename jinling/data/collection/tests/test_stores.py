"""Where the rows are kept: read by any program, as they are and as they were; on the disk or in an object store."""

from __future__ import annotations

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from django.core.management import call_command

from jinling.data.collection import public as collection
from jinling.data.collection.models import Part, State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.engine.lake.object_store import StoreAway
from jinling.engine.tests.s3 import store

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"


@pytest.fixture
def hospital():
    return an_institution()


def send(folder: Path, hospital, *rows: tuple[int, str]) -> collection.Outcome:
    path = folder / f"visits{Submission.objects.count()}.csv"
    data_set = collection.catalogue().find(CODE)
    path.write_bytes(as_csv(CODE, [a_row(data_set, number, hospital.code, HZXM=name) for number, name in rows]))
    return collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=hospital.code)


def listed(capsys, *arguments: str) -> list[dict]:
    capsys.readouterr()
    call_command("lake", *arguments, "--json", prepare=False)
    return json.loads(capsys.readouterr().out)


def names(parts: list[dict]) -> dict[str, str]:
    return dict(duckdb.sql(f'SELECT "JZLSH", "HZXM" FROM read_parquet({[one["address"] for one in parts]})').fetchall())


def test_any_program_reads_the_listed_files(tmp_path, hospital, capsys):
    send(tmp_path, hospital, (1, "AN"), (2, "BO"))
    parts = listed(capsys, "--dataset", CODE, "--organization", hospital.code, "--period", "2018-05")
    assert [(one["rows"], one["organization"]) for one in parts] == [(2, hospital.code)]
    assert names(parts) == {"1": "AN", "2": "BO"}
    table = pyarrow.parquet.ParquetFile(parts[0]["address"]).read()
    assert table.column_names == ["_row", *collection.catalogue().find(CODE).names]
    assert table.column("JZLSH").to_pylist() == ["1", "2"]
    assert listed(capsys, "--period", "2018-06") == []


def test_earlier_versions_stay_readable(tmp_path, hospital, capsys):
    first = send(tmp_path, hospital, (1, "AN"), (2, "BO"))
    second = send(tmp_path, hospital, (2, "CHEN"), (3, "DU"))
    moment = Submission.objects.get(pk=first.submission).finished_at
    assert names(listed(capsys)) == {"1": "AN", "2": "CHEN", "3": "DU"}
    assert names(listed(capsys, "--after", first.submission)) == {"1": "AN", "2": "BO"}
    assert names(listed(capsys, "--at", moment.isoformat())) == {"1": "AN", "2": "BO"}
    assert names(listed(capsys, "--after", second.submission)) == {"1": "AN", "2": "CHEN", "3": "DU"}
    assert listed(capsys, "--at", (moment - timedelta(hours=1)).isoformat()) == []


def test_a_time_that_is_none_is_used_wrongly():
    with pytest.raises(SystemExit) as ended:
        call_command("lake", "--at", "yesterday", prepare=False)
    assert ended.value.code == 2


@pytest.mark.parametrize("period", ["2018-13", "2018-5", "2018", "2018-05-01"])
def test_a_month_that_is_none_is_refused_and_not_listed_as_empty(period, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("lake", "--period", period, prepare=False)
    assert ended.value.code == 1 and "2018-05" in capsys.readouterr().err


@pytest.fixture
def s3(monkeypatch):
    for name, value in (("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with store() as running:
        monkeypatch.setenv("JINLING_LAKE", running.address)
        yield running


def test_parts_live_in_the_object_store(tmp_path, hospital, own_home, capsys, s3):
    first = send(tmp_path, hospital, (1, "AN"), (2, "BO"))
    send(tmp_path, hospital, (2, "CHEN"), (3, "DU"))
    held = {f"lake/held/{path}" for path in Part.objects.values_list("path", flat=True)}
    assert held == set(s3.objects) and len(held) == 3
    (whole, *_), parts = sorted(held), listed(capsys)
    assert {one["address"] for one in parts} < {f"s3://{path}" for path in held}
    assert pyarrow.parquet.ParquetFile(io.BytesIO(s3.objects[whole])).metadata.num_rows in (1, 2)
    # Another machine has no copies; it fetches what it reads.
    shutil.rmtree(own_home / "lake")
    paths = sorted(manifest.current_parts().values_list("path", flat=True))
    assert sorted(manifest.lake().rows(paths, ["JZLSH", "HZXM"])) == [("1", "AN"), ("2", "CHEN"), ("3", "DU")]
    was = sorted(manifest.parts_as_of(manifest.submission(first.submission)).values_list("path", flat=True))
    assert sorted(manifest.lake().rows(was, ["JZLSH", "HZXM"])) == [("1", "AN"), ("2", "BO")]
    assert send(tmp_path, hospital, (1, "AN")).duplicates == 1


@pytest.mark.django_db(transaction=True)
def test_a_store_that_refuses_leaves_nothing_half_done(tmp_path, hospital, s3):
    s3.broken = True
    with pytest.raises(StoreAway):
        send(tmp_path, hospital, (1, "AN"))
    assert not Part.objects.exists() and not s3.objects
    assert Submission.objects.get().state == State.CHECKED
    s3.broken = False
    (done,) = collection_intake.resume(by=BY)
    assert (done.state, done.accepted) == ("stored", 1)
    assert len(s3.objects) == 1
