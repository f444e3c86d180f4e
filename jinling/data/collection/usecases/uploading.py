"""Verbs: a large file sent in pieces, continued where it was cut, and received once when it is whole.

What has come stands in the inbox under a name made from sender, data set and checksum, so that whoever begins the same
file again goes on with it. Its size on the disk is the truth of how far it came. Nothing of it is a submission before
the last byte stands and the checksum is the announced one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid5

from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.rules import (
    Channel,
    ChecksumDiffers,
    OffsetDiffers,
    Upload,
    UploadBusy,
    UploadInvalid,
    UploadTooLong,
    UploadUnknown,
    safe_name,
)
from jinling.data.collection.usecases.intake import receive
from jinling.engine.intake.reception import checksum
from jinling.engine.intake.refusals import FileTooLarge
from jinling.engine.intake.segmenting import Stream
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor

BLOCK = 1 << 20
KEPT_DAYS = 7  # how long an upload may lie untouched
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMES = UUID("5f0f7bd6-6ab1-4c3b-9d0e-2f1d7a0c8e55")


def begin(*, by: Actor, data_set: str, organization: str, file_name: str, size: int, sha256: str) -> Upload:
    """Announce a file, or go on with one; a file that was received before is recognised without being sent.

    Args:
        size: bytes of the whole file.
        sha256: its checksum, 64 hexadecimal digits.

    Raises:
        DataSetUnknown, OrganizationUnknown, UploadInvalid, FileTooLarge: nothing is written.
    """
    code, sender, digest = catalogue().find(data_set).code, directory.resolve(organization), sha256.lower()
    if size < 1 or not _SHA256.fullmatch(digest):
        raise UploadInvalid()
    most = manifest.limits().file_bytes
    if size > most:
        raise FileTooLarge(limit=most)
    earlier = (
        Submission.objects.filter(organization=sender, data_set=code, sha256=digest)
        .exclude(state=State.REFUSED)
        .values_list("pk", flat=True)
        .first()
    )
    pk = uuid5(_NAMES, f"{sender.code}/{code}/{digest}/{size}").hex
    if earlier is not None:
        return Upload(pk, size, size, str(earlier))
    folder = _folder(pk)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "about.json").exists() or _about(folder)["submission"]:
        # A first try, or one that ended in a refused submission: it may come again.
        _write(
            folder,
            {
                "organization": sender.code,
                "data_set": code,
                "file_name": safe_name(file_name),
                "size": size,
                "sha256": digest,
                "submission": "",
            },
        )
    (folder / "data").touch()
    return state(upload=pk, organization=sender.code)


def state(*, upload: str, organization: str) -> Upload:
    """How far an upload has come.

    Raises:
        UploadUnknown: there is none of that name, or it is another institution's.
    """
    folder = _folder(upload)
    about = _of(folder, organization)
    held = about["size"] if about["submission"] else (folder / "data").stat().st_size
    return Upload(upload, held, about["size"], about["submission"])


def append(
    *, by: Actor, upload: str, organization: str, offset: int, stream: Stream, channel: str = Channel.API
) -> Upload:
    """Add a piece; with the last one the file is received, once, whoever sends it however often.

    A connection that is cut leaves what had come; the sender asks how far that is and goes on from there.

    Raises:
        UploadUnknown, UploadBusy, OffsetDiffers, UploadTooLong: nothing is added.
        ChecksumDiffers: what came is not the announced file; it is let go, and sent anew from the beginning.
    """
    folder = _folder(upload)
    about = _of(folder, organization)
    if about["submission"]:
        return state(upload=upload, organization=organization)
    with _alone(folder) as data:
        held = data.seek(0, os.SEEK_END)
        if offset != held:
            raise OffsetDiffers(where=upload, held=held)
        _take(data, stream, about["size"] - held)
        if data.tell() == about["size"]:
            return _finish(by, upload, folder, about, channel)
    return state(upload=upload, organization=organization)


def abandon(*, by: Actor, upload: str, organization: str) -> None:
    """Let an unfinished upload go.

    Raises:
        UploadUnknown, UploadBusy: nothing is changed.
    """
    folder = _folder(upload)
    _of(folder, organization)
    with _alone(folder):
        shutil.rmtree(folder)


def purge(*, now: float | None = None) -> int:
    """Let uploads go that were not touched for a week. Returns how many."""
    oldest, gone = (timezone.now().timestamp() if now is None else now) - KEPT_DAYS * 86_400, 0
    for folder in (manifest.inbox() / "uploads").glob("*"):
        if max((path.stat().st_mtime for path in folder.iterdir()), default=0.0) < oldest:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def _take(data: IO[bytes], stream: Stream, most: int) -> None:
    begin = data.tell()
    try:
        while block := stream.read(BLOCK):
            if data.tell() - begin + len(block) > most:
                data.truncate(begin)
                raise UploadTooLong()
            data.write(block)
    except OSError:
        pass  # the sender is gone; what came before is kept
    finally:
        data.flush()
        os.fsync(data.fileno())


def _finish(by: Actor, upload: str, folder: Path, about: dict[str, Any], channel: str) -> Upload:
    if checksum(folder / "data")[0] != about["sha256"]:
        os.truncate(folder / "data", 0)
        raise ChecksumDiffers(where=about["file_name"])
    with (folder / "data").open("rb") as whole:
        one, _repeated = receive(
            by=by,
            stream=whole,
            file_name=about["file_name"],
            data_set=about["data_set"],
            organization=about["organization"],
            channel=channel,
        )
    # A crash before this line ends in the same submission: the same file again is recognised.
    _write(folder, {**about, "submission": str(one.pk)})
    os.truncate(folder / "data", 0)
    return Upload(upload, about["size"], about["size"], str(one.pk))


@contextmanager
def _alone(folder: Path) -> Iterator[IO[bytes]]:
    """The upload's bytes, held against other processes.

    Raises:
        UploadBusy: another process adds to it.
    """
    with (folder / "data").open("r+b") as data:
        try:
            fcntl.flock(data, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UploadBusy(where=folder.name) from None
        yield data


def _folder(upload: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", upload):
        raise UploadUnknown(where=upload[:60])
    return manifest.inbox() / "uploads" / upload


def _of(folder: Path, organization: str) -> dict[str, Any]:
    try:
        about = _about(folder)
    except (OSError, ValueError):
        raise UploadUnknown(where=folder.name) from None
    if about["organization"] != directory.resolve(organization).code:
        raise UploadUnknown(where=folder.name)
    return about


def _about(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return found


def _write(folder: Path, about: dict[str, Any]) -> None:
    """Whole or not at all."""
    new = folder / f"about.{os.getpid()}.new"
    new.write_text(json.dumps(about), encoding="utf-8")
    new.replace(folder / "about.json")
