"""Files from arrival to manifest: what is stored, what is refused, and that a refusal or a crash changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from jinling.data.collection import public as collection
from jinling.data.collection.models import Part, PartDay, Rejection, RejectionCount, State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.rules import LIFE, safe_name
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake, intake as usecases
from jinling.engine.intake.refusals import FileRefused, HeaderMissing
from jinling.foundation.audit import public as audit
from jinling.foundation.outbox.models import Event
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"
NAME = "HZXM"


class Sender:
    """A hospital that sends outpatient visits."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.organization = an_institution()
        self.data_set = collection.catalogue().find(CODE)

    def row(self, number: int, **cells: str) -> dict[str, str]:
        return a_row(self.data_set, number, self.organization.code, **cells)

    def file(self, *rows: dict[str, str]) -> Path:
        self.count += 1
        path = self.folder / f"visits{self.count}.csv"
        path.write_bytes(as_csv(CODE, rows))
        return path

    def send(self, *rows: dict[str, str]) -> collection.Outcome:
        return collection_intake.ingest(
            by=BY, file=self.file(*rows), data_set=CODE, organization=self.organization.code
        )

    def stored(self, *columns: str) -> list[tuple]:
        paths = sorted(manifest.current_parts(data_sets=[CODE]).values_list("path", flat=True))
        return sorted(manifest.lake().rows(paths, columns))


@pytest.fixture
def sender(tmp_path):
    return Sender(tmp_path)


def state() -> tuple[int, ...]:
    """What a refusal must leave as it was."""
    return (
        Part.objects.count(),
        PartDay.objects.count(),
        RejectionCount.objects.count(),
        Rejection.objects.count(),
        len(list(manifest.lake().root.glob("*/period=*/*/*.parquet"))),
    )


def test_a_good_file_is_stored_with_audit_and_event(sender):
    done = sender.send(sender.row(1), sender.row(2))
    assert (done.state, done.received, done.accepted, done.rejected, done.duplicates) == ("stored", 2, 2, 0, 0)
    assert sender.stored("JZLSH") == [("1",), ("2",)]
    part = Part.objects.get()
    assert (part.rows, part.period, part.removed_by) == (2, "2018-05", None)
    assert list(part.days.values_list("rows", flat=True)) == [2]
    event = Event.objects.get(type="collection.SubmissionStored")
    assert event.payload["accepted"] == 2
    assert audit.Entry.objects.filter(action="collection.store").count() == 1
    assert not list(manifest.inbox().glob("*"))


def test_rejected_rows_are_counted_by_rule_and_kept_with_their_texts(sender):
    done = sender.send(sender.row(1), sender.row(2, SSY="12"), sender.row(3, TW="65", JZKSRQ="20180230"))
    assert (done.received, done.accepted, done.rejected) == (3, 1, 2)
    assert done.rejected_by_rule == {"format:JZKSRQ": 1, "range:SSY": 1, "range:TW": 1}
    rejection = Rejection.objects.get()
    assert (rejection.owner, rejection.rows, rejection.open_rows, rejection.closed_at) == (BY.id, 2, 2, None)
    folder = manifest.quarantine_of(Submission.objects.get().pk)
    assert {path.name.partition("-")[0] for path in folder.iterdir()} == {"rejected", "findings"}


def test_the_same_file_twice_is_recognised(sender):
    path = sender.file(sender.row(1))
    first = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    before = state()
    second = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    assert second.submission == first.submission
    assert (first.repeated, second.repeated) == (False, True)
    assert state() == before
    assert Submission.objects.count() == 1


def test_duplicates_and_corrections_are_told_apart(sender):
    sender.send(sender.row(1), sender.row(2))
    done = sender.send(sender.row(1), sender.row(2, **{NAME: "new"}), sender.row(3), sender.row(3))
    assert (done.received, done.accepted, done.duplicates, done.corrections) == (4, 2, 2, 1)
    assert sender.stored("JZLSH", NAME) == [("1", "1"), ("2", "new"), ("3", "1")]
    first = Submission.objects.order_by("received_at").first()
    was = sorted(manifest.parts_as_of(first).values_list("path", flat=True))
    assert sorted(manifest.lake().rows(was, ["JZLSH", NAME])) == [("1", "1"), ("2", "1")]


def test_contradicting_rows_are_rejected_by_their_key(sender):
    done = sender.send(sender.row(1), sender.row(2), sender.row(2, **{NAME: "other"}))
    assert (done.accepted, done.rejected, done.rejected_by_rule) == (1, 2, {"key_conflict:JZLSH": 2})
    assert sender.stored("JZLSH") == [("1",)]


def test_a_repaired_row_closes_its_rejection(sender):
    sender.send(sender.row(1), sender.row(2, SSY="12"), sender.row(3, SSY="12"))
    sender.send(sender.row(2, SSY="120"))
    rejection = Rejection.objects.get()
    assert (rejection.open_rows, rejection.closed_at) == (1, None)
    sender.send(sender.row(3, SSY="120"))
    rejection.refresh_from_db()
    assert rejection.open_rows == 0 and rejection.closed_at is not None


def test_a_file_of_another_shape_is_refused_and_nothing_is_stored(sender, tmp_path):
    path = tmp_path / "other.csv"
    path.write_bytes(b"a,b\n1,2\n")
    before = state()
    with pytest.raises(HeaderMissing):
        collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    assert state() == before
    one = Submission.objects.get()
    assert (one.state, one.refusal["code"]) == (State.REFUSED, "header_missing")
    assert Event.objects.filter(type="collection.SubmissionRefused").count() == 1
    assert not list(manifest.inbox().glob("*"))


@pytest.mark.parametrize(
    "change", [{"data_set": "H_NOTHING"}, {"organization": "nobody"}, {"file": Path("/nowhere/x.csv")}]
)
def test_unknown_names_are_refused_before_anything_is_written(sender, change):
    order = {"file": sender.file(sender.row(1)), "data_set": CODE, "organization": sender.organization.code, **change}
    with pytest.raises(Refused):
        collection_intake.ingest(by=BY, **order)
    assert Submission.objects.count() == 0
    assert not list(manifest.inbox().glob("*"))


def test_rows_of_another_institution_are_rejected(sender):
    other = an_institution()
    done = sender.send(sender.row(1), {**sender.row(2), "YLJGDM": other.code}, {**sender.row(3), "YLJGDM": "LOCAL9"})
    assert (done.accepted, done.rejected_by_rule) == (2, {"institution:YLJGDM": 1})


@pytest.mark.parametrize("at", ["take_in", "_check", "_store", "_flip"])
def test_a_crash_leaves_nothing_behind_and_the_file_is_finished_later(sender, monkeypatch, at):
    path = sender.file(sender.row(1), sender.row(2, SSY="12"))

    def crash(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    before = state()
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(usecases, at, crash)
        collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    assert state()[:4] == before[:4]
    assert sender.stored("JZLSH") == []
    (done,) = collection_intake.resume(by=BY)
    assert (done.state, done.accepted, done.rejected) == ("stored", 1, 1)
    assert sender.stored("JZLSH") == [("1",)]
    assert collection_intake.resume(by=BY) == []
    assert len(list(manifest.lake().root.glob("*/period=*/*/*.parquet"))) == 1


def test_sending_again_after_a_crash_finishes_the_same_submission(sender, monkeypatch):
    path = sender.file(sender.row(1))
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(usecases, "_flip", lambda *_: (_ for _ in ()).throw(SystemExit()))
        collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    done = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    assert (done.state, done.accepted, done.repeated) == ("stored", 1, True)
    assert Submission.objects.count() == 1
    assert sender.stored("JZLSH") == [("1",)]


def test_a_refused_file_may_be_sent_again(sender, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"%PDF-1.7")
    for _ in range(2):
        with pytest.raises(FileRefused):
            collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.organization.code)
    assert Submission.objects.filter(state=State.REFUSED).count() == 2


def test_counts_that_do_not_add_up_cannot_be_stored(sender):
    sender.send(sender.row(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.update(rows_accepted=5)


def test_states_only_go_forward():
    assert LIFE.after("received", "parse") == "parsed" and LIFE.after("checked", "store") == "stored"
    assert not LIFE.allows("received", "store") and not LIFE.allows("refused", "store")
    assert LIFE.final() == ("stored", "refused")


@pytest.mark.parametrize(
    "given,kept",
    [
        ("a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\表.csv", "表.csv"),
        ("", "file"),
        ("\u202ecsv.exe", "csv.exe"),
        ("x" * 300, "x" * 120),
        ("a\x00b\n.csv", "ab.csv"),
        ("...", "file"),
    ],
)
def test_file_names_are_made_harmless(given, kept):
    assert safe_name(given) == kept


def test_the_command_prints_counts_and_goes_on_after_a_refusal(sender, tmp_path, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"a\n1\n")
    good = sender.file(sender.row(1), sender.row(2, SSY="12"))
    with pytest.raises(SystemExit) as ended:
        call_command(
            "ingest",
            str(bad),
            str(good),
            "--dataset",
            CODE,
            "--organization",
            sender.organization.code,
            "--json",
            prepare=False,
        )
    assert ended.value.code == 1
    first, second = json.loads(capsys.readouterr().out)
    assert (first["state"], first["refusal"]["code"]) == ("refused", "header_missing")
    assert first["submission"] == str(Submission.objects.get(state="refused").pk)
    assert (second["state"], second["received"], second["accepted"], second["rejected"]) == ("stored", 2, 1, 1)
    assert second["rejected_by_rule"] == {"range:SSY": 1}
    assert second["submission"] and second["duplicates"] == 0
