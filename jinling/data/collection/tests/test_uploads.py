"""Files that come in pieces: continued after a cut, recognised when they come again, received exactly once."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os

import pytest
from django.test import Client

from jinling.data.collection import public as collection
from jinling.data.collection.models import Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake, uploading
from jinling.foundation.access import public as access

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"


class Sender:
    """A hospital's client and the file that it sends."""

    def __init__(self) -> None:
        self.hospital = an_institution()
        self.key = access.add_client(
            by=BY,
            code=f"his-{self.hospital.code}",
            name="HIS",
            role="hospital_client",
            organization=self.hospital.code,
            channel="",
        )[1]
        data_set = collection.catalogue().find(CODE)
        self.file = as_csv(CODE, [a_row(data_set, number, self.hospital.code) for number in range(40)])

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
        response = Client().generic(
            method,
            f"/api/v1/collection/uploads{path}",
            body,
            content_type=headers.pop("kind", "application/octet-stream"),
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )
        return response.status_code, json.loads(response.content or b"{}")

    def begin(self, **change: object) -> tuple[int, dict]:
        announced = {
            "data_set": CODE,
            "file_name": "visits.csv",
            "size": len(self.file),
            "sha256": hashlib.sha256(self.file).hexdigest(),
            **change,
        }
        return self.ask("POST", "", json.dumps(announced).encode(), kind="application/json")

    def piece(self, upload: str, first: int, last: int | None = None) -> tuple[int, dict]:
        return self.ask("PATCH", f"/{upload}", self.file[first:last], **{"Upload-Offset": str(first)})


@pytest.fixture
def sender() -> Sender:
    return Sender()


def test_a_file_in_pieces_is_one_submission(sender):
    status, told = sender.begin()
    assert (status, told["offset"], told["size"], told["submission"]) == (201, 0, len(sender.file), None)
    upload = told["upload"]
    status, told = sender.piece(upload, 0, 1000)
    assert (status, told["offset"], told["submission"]) == (200, 1000, None)
    assert not Submission.objects.exists()
    assert sender.ask("GET", f"/{upload}")[1]["offset"] == 1000
    # The sender has lost everything but the file; beginning again goes on.
    assert sender.begin()[1] == {**told, "offset": 1000}
    status, told = sender.piece(upload, 1000)
    assert (status, told["offset"], told["submission"]["state"]) == (200, len(sender.file), "received")
    collection_intake.resume(by=BY)
    one = Submission.objects.get()
    assert (one.state, one.rows_accepted, one.channel, one.file_name) == ("stored", 40, "api", "visits.csv")
    # The last answer was lost on its way: the same piece, the question, and the beginning all name the submission.
    for again in (sender.piece(upload, 1000), sender.ask("GET", f"/{upload}"), sender.begin()):
        assert again[1]["submission"]["submission"] == str(one.pk)
    assert Submission.objects.count() == 1


def test_a_file_received_another_way_is_recognised_before_it_is_sent(sender, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_bytes(sender.file)
    done = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=sender.hospital.code)
    status, told = sender.begin()
    assert (status, told["offset"], told["submission"]["submission"]) == (201, len(sender.file), done.submission)
    assert not list((manifest.inbox() / "uploads").glob("*"))


def test_a_piece_at_another_place_is_refused(sender):
    upload = sender.begin()[1]["upload"]
    sender.piece(upload, 0, 500)
    for first in (0, 499, 501):
        status, told = sender.piece(upload, first)
        assert status == 409 and "500" in told["detail"]
    assert sender.ask("GET", f"/{upload}")[1]["offset"] == 500


class Cut(io.BytesIO):
    """A connection that breaks after so many bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= len(self.getvalue()):
            raise OSError("connection reset")
        return super().read(min(size or 100, 100))


def test_what_came_before_a_cut_is_kept(sender):
    upload = sender.begin()[1]["upload"]
    told = collection.append(
        by=BY, upload=upload, organization=sender.hospital.code, offset=0, stream=Cut(sender.file[:700])
    )
    assert told.offset == 700
    assert sender.piece(upload, 700)[1]["submission"]["state"] == "received"


def test_more_than_announced_and_other_bytes_are_refused(sender):
    upload = sender.begin()[1]["upload"]
    status, told = sender.ask("PATCH", f"/{upload}", sender.file + b"x", **{"Upload-Offset": "0"})
    assert (status, told["type"].rsplit("/", 1)[-1].rsplit(":", 1)[-1]) == (422, "upload_too_long")
    assert sender.ask("GET", f"/{upload}")[1]["offset"] == 0
    status, told = sender.ask("PATCH", f"/{upload}", b"x" * len(sender.file), **{"Upload-Offset": "0"})
    assert (status, told["type"].rsplit("/", 1)[-1].rsplit(":", 1)[-1]) == (422, "checksum_differs")
    assert sender.ask("GET", f"/{upload}")[1]["offset"] == 0
    assert not Submission.objects.exists()
    assert sender.piece(upload, 0)[0] == 200


def test_a_piece_may_be_larger_than_a_form(sender):
    upload = sender.begin(size=8 << 20)[1]["upload"]
    status, told = sender.ask("PATCH", f"/{upload}", b"x" * (7 << 20), **{"Upload-Offset": "0"})
    assert (status, told["offset"]) == (200, 7 << 20)


@pytest.mark.parametrize("change", [{"size": 0}, {"sha256": "abc"}, {"data_set": "H_NOTHING"}, {"size": 1 << 60}])
def test_what_cannot_be_announced_leaves_nothing(sender, change):
    assert sender.begin(**change)[0] in (404, 422)
    assert not list((manifest.inbox() / "uploads").glob("*"))


def test_another_institutions_upload_is_as_good_as_none(sender):
    upload, other = sender.begin()[1]["upload"], Sender()
    for method in ("GET", "DELETE", "PATCH"):
        assert other.ask(method, f"/{upload}", **{"Upload-Offset": "0"})[0] == 404
    assert sender.ask("GET", "/..secret")[0] == 404
    assert sender.ask("GET", f"/{upload}")[0] == 200


def test_two_at_once_do_not_mix(sender):
    upload = sender.begin()[1]["upload"]
    with (manifest.inbox() / "uploads" / upload / "data").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert sender.piece(upload, 0, 100)[0] == 409
        assert sender.ask("DELETE", f"/{upload}")[0] == 409
    assert sender.piece(upload, 0, 100)[1]["offset"] == 100


def test_a_crash_after_receiving_receives_once(sender, monkeypatch):
    upload = sender.begin()[1]["upload"]
    sender.piece(upload, 0, 1000)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(uploading, "_write", crash)
    with pytest.raises(KeyboardInterrupt):
        collection.append(
            by=BY, upload=upload, organization=sender.hospital.code, offset=1000, stream=io.BytesIO(sender.file[1000:])
        )
    monkeypatch.undo()
    assert Submission.objects.count() == 1
    assert sender.begin()[1]["submission"]["submission"] == str(Submission.objects.get().pk)
    status, told = sender.ask("PATCH", f"/{upload}", b"", **{"Upload-Offset": str(len(sender.file))})
    assert (status, told["submission"]["repeated"]) == (200, False)
    assert Submission.objects.count() == 1


def test_uploads_are_let_go_by_hand_or_after_a_week(sender):
    upload = sender.begin()[1]["upload"]
    assert sender.ask("DELETE", f"/{upload}")[0] == 204
    assert sender.ask("GET", f"/{upload}")[0] == 404
    upload = sender.begin()[1]["upload"]
    assert uploading.purge() == 0
    folder = manifest.inbox() / "uploads" / upload
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert uploading.purge() == 1 and not folder.exists()
