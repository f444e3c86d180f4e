"""The watched folder, the rows to repair, the scheduled work, the way back in."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from jinling.data.collection import jobs, public as collection
from jinling.data.collection.folders import sweep
from jinling.data.collection.models import Rejection, State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.rejections import as_plain, reason, rows_of, workbook
from jinling.data.collection.rules import SubmissionUnknown
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"


@pytest.fixture
def hospital():
    return an_institution()


def row(hospital, number: int, **cells: str) -> dict[str, str]:
    return a_row(collection.catalogue().find(CODE), number, hospital.code, **cells)


def dropped(root: Path, hospital, name: str, content: bytes, age: int = 60, data_set: str = CODE) -> Path:
    path = root / hospital.code / data_set / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))
    return path


def test_quiet_files_of_the_folder_are_taken_and_moved(hospital, tmp_path):
    path = dropped(tmp_path, hospital, "a.csv", as_csv(CODE, [row(hospital, 1)]))
    (done,) = sweep(tmp_path, by=BY)
    assert (done.state, done.accepted, done.organization) == ("stored", 1, hospital.code)
    assert not path.exists()
    assert (tmp_path / "done" / hospital.code / CODE / "a.csv").exists()
    assert Submission.objects.get().channel == "folder"
    assert sweep(tmp_path, by=BY) == []


@pytest.mark.parametrize("name,age", [("a.csv", 1), ("a.csv.part", 60), (".hidden.csv", 60), ("a.CSV.filepart", 60)])
def test_files_still_being_written_are_left_alone(hospital, tmp_path, name, age):
    path = dropped(tmp_path, hospital, name, as_csv(CODE, [row(hospital, 1)]), age)
    assert sweep(tmp_path, by=BY) == []
    assert path.exists() and not Submission.objects.exists()


@pytest.mark.parametrize("data_set,content", [(CODE, b"%PDF"), ("H_NOTHING", b"a\n1\n")])
def test_refused_files_get_a_note_of_the_reason(hospital, tmp_path, data_set, content):
    dropped(tmp_path, hospital, "a.csv", content, data_set=data_set)
    assert sweep(tmp_path, by=BY) == []
    folder = tmp_path / "refused" / hospital.code / data_set
    assert {path.name for path in folder.iterdir()} == {"a.csv", "a.csv.reason.txt"}
    assert len((folder / "a.csv.reason.txt").read_text(encoding="utf-8").splitlines()) == 3


def test_links_in_the_folder_are_not_followed(hospital, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(as_csv(CODE, [row(hospital, 1)]))
    folder = tmp_path / "in" / hospital.code / CODE
    folder.mkdir(parents=True)
    (folder / "a.csv").symlink_to(secret)
    assert sweep(tmp_path / "in", by=BY, quiet=0) == []


def sent(hospital, tmp_path, *rows: dict[str, str]) -> collection.Outcome:
    path = tmp_path / "sent.csv"
    path.write_bytes(as_csv(CODE, rows))
    return collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=hospital.code)


def test_rejected_rows_tell_line_column_rule_value_and_mend(hospital, tmp_path):
    done = sent(hospital, tmp_path, row(hospital, 1), row(hospital, 2, SSY="12", TW="9"), row(hospital, 3, KLX="8"))
    first, second = rows_of(done.submission)
    assert (first.row, second.row) == (3, 4)
    assert [(one.rule, one.column, one.value) for one in first.findings] == [
        ("range", "SSY", "12"),
        ("range", "TW", "9"),
    ]
    assert all(one.mend for one in first.findings)
    assert "SSY: range." in reason(first)
    assert as_plain(second)["findings"][0]["column"] == "KLX"
    assert [one.row for one in rows_of(done.submission, after=3)] == [4]
    with pytest.raises(SubmissionUnknown):
        rows_of("nothing")


def test_the_workbook_of_rejected_rows_is_repaired_and_sent_back(hospital, tmp_path):
    done = sent(
        hospital, tmp_path, row(hospital, 1), row(hospital, 2, SSY="12", ZZMS="=1+1"), row(hospital, 3, SSY="13")
    )
    path = tmp_path / "repair.xlsx"
    assert workbook(done.submission, path) == 2
    book = openpyxl.load_workbook(path)
    sheet = book.active
    names = [cell.value for cell in sheet[1]]
    assert names[:2] == ["_row", "_reason"]
    column = names.index(next(one.title for one in collection.catalogue().find(CODE).columns if one.name == "SSY")) + 1
    symptoms = (
        names.index(next(one.title for one in collection.catalogue().find(CODE).columns if one.name == "ZZMS")) + 1
    )
    assert sheet.cell(2, symptoms).value == "=1+1" and sheet.cell(2, symptoms).data_type == "s"
    for place in (2, 3):
        sheet.cell(place, column).value = "120"
    book.save(path)
    again = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=hospital.code)
    assert (again.accepted, again.rejected) == (2, 0)
    assert Rejection.objects.get().open_rows == 0


def test_a_file_without_rejections_has_an_empty_workbook(hospital, tmp_path):
    done = sent(hospital, tmp_path, row(hospital, 1))
    assert workbook(done.submission, tmp_path / "none.xlsx") == 0
    assert rows_of(done.submission) == []


def test_the_worker_finishes_what_was_received(hospital, tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv(CODE, [row(hospital, 1)]))
    with path.open("rb") as stream:
        one, repeated = collection.receive(
            by=BY, stream=stream, file_name="x.csv", data_set=CODE, organization=hospital.code, channel="api"
        )
    assert (one.state, repeated) == (State.RECEIVED, False)
    by_name = {job.name: job for job in jobs.JOBS}
    by_name["collection.process"].run(None)
    one.refresh_from_db()
    assert (one.state, one.rows_accepted) == (State.STORED, 1)
    monkeypatch.setenv("JINLING_COLLECTION_FOLDER", str(tmp_path / "in"))
    dropped(tmp_path / "in", hospital, "b.csv", as_csv(CODE, [row(hospital, 2)]))
    by_name["collection.folder"].run(None)
    assert manifest.current_parts().count() == 2


def test_what_waits_has_an_owner_and_an_age(hospital, tmp_path, capsys):
    done = sent(hospital, tmp_path, row(hospital, 1), row(hospital, 2, SSY="12"))
    Rejection.objects.update(opened_at=timezone.now() - timedelta(days=9, hours=1))
    call_command("rejections", "--json", "--organization", hospital.code, prepare=False)
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["submission"], one["open_rows"], one["owner"], one["days"]) == (done.submission, 1, BY.id, 9)
    sent(hospital, tmp_path, row(hospital, 2, SSY="120"))
    call_command("rejections", "--json", prepare=False)
    assert json.loads(capsys.readouterr().out) == []
