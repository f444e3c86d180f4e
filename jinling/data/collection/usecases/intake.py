"""Verbs of collection: receive a file, process it to its end, and both at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.events import SubmissionRefused, SubmissionStored
from jinling.data.collection.models import Part, PartDay, Rejection, RejectionCount, State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.rules import LIFE, Channel, FileNotThere, Outcome, SubmissionBusy, safe_name
from jinling.engine.check import conflicts
from jinling.engine.check.result import Checked
from jinling.engine.check.rules import Receipt
from jinling.engine.intake.reception import Received, receive as take_in
from jinling.engine.intake.refusals import FileRefused, FileTooLarge
from jinling.engine.lake.settling import KEY_CONFLICT, Part as LakePart, Settled
from jinling.engine.spec import DataSet
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id

BLOCK = 1 << 20
TELL_SECONDS = 0.5
Progress = Callable[[str, int], None]


def ingest(
    *,
    by: Actor,
    file: Path,
    data_set: str,
    organization: str,
    channel: str = Channel.COMMAND,
    progress: Progress | None = None,
) -> Outcome:
    """Receive a file and process it to its end. The same file again gives the first one's outcome.

    Raises:
        DataSetUnknown, OrganizationUnknown, FileNotThere: before anything is written.
        FileRefused: the file as a whole; the refusal stands in the submission.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        raise FileNotThere(where=safe_name(file.name), reason=error.strerror or "unknown") from None
    with stream:
        one, repeated = receive(
            by=by, stream=stream, file_name=file.name, data_set=data_set, organization=organization, channel=channel
        )
    if one.state in LIFE.final():
        return manifest.outcome(one, repeated=repeated)
    return process(by=by, submission=one.pk, progress=progress, repeated=repeated)


def receive(
    *,
    by: Actor,
    stream: IO[bytes],
    file_name: str,
    data_set: str,
    organization: str,
    channel: str,
    received_on: date | None = None,
    batch: str = "",
) -> tuple[Submission, bool]:
    """Write a file into the inbox with its checksum, and the submission after it.

    Returns:
        The submission, and whether the same file had come before (then nothing new was written).

    Raises:
        DataSetUnknown, OrganizationUnknown, FileTooLarge: nothing is kept.
    """
    one = catalogue().find(data_set)
    sender = directory.resolve(organization)
    pk = new_id()
    folder = manifest.inbox() / str(pk)
    folder.mkdir(parents=True)
    digest, size, most = hashlib.sha256(), 0, manifest.limits().file_bytes
    try:
        with (folder / "file").open("wb") as kept:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                if size > most:
                    raise FileTooLarge(limit=most)
                kept.write(block)
            kept.flush()
            os.fsync(kept.fileno())
        now = timezone.now()
        with transaction.atomic():
            submission = Submission.objects.create(
                id=pk,
                organization=sender,
                data_set=one.code,
                file_name=safe_name(file_name),
                size=size,
                sha256=digest.hexdigest(),
                channel=channel,
                received_at=now,
                received_on=received_on or timezone.localdate(now),
                received_by=by.id,
                batch=batch,
            )
            audit.record(
                by=by,
                action="collection.receive",
                target=f"Submission/{pk}",
                organization=sender.code,
                detail={"data_set": one.code, "size": size},
            )
    except IntegrityError:
        shutil.rmtree(folder)
        earlier = (
            Submission.objects.select_related("organization")
            .exclude(state=State.REFUSED)
            .get(organization=sender, data_set=one.code, sha256=digest.hexdigest())
        )
        return earlier, True
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return submission, False


def process(*, by: Actor, submission: UUID, progress: Progress | None = None, repeated: bool = False) -> Outcome:
    """Parse, check and store a received file; a submission that a crash left half-way is begun anew.

    Nothing is visible before the last transaction, which writes the manifest, the counts and the state together.

    Raises:
        SubmissionUnknown, SubmissionBusy: nothing is changed.
        FileRefused: the file as a whole; the submission is refused and nothing of it is stored.
    """
    with _alone(submission):
        one = manifest.submission(submission)
        if one.state in LIFE.final():
            return manifest.outcome(one, repeated=True)
        data_set = catalogue().find(one.data_set)
        folder = manifest.inbox() / str(one.pk)
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        try:
            received = take_in(
                folder / "file",
                data_set,
                work / "segments",
                limits=manifest.limits(),
                progress=_step(progress, "bytes"),
            )
            rows = sum(segment.lines for segment in received.segments) + len(received.malformed)
            _advance(one, "parse", kind=received.kind, rows_read=rows, rows_checked=0)
            receipt = Receipt(one.received_on, manifest.foreign_codes(one.organization, data_set.required_of))
            checked = _check(received, data_set, receipt, work / "checked", _watched(one, progress))
            _advance(one, "check", rows_checked=rows)
        except FileRefused as refused:
            _refuse(by, one, refused)
            refused.submission = str(one.pk)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _store(by, one, data_set, received, checked, work)
        shutil.rmtree(folder, ignore_errors=True)
    return manifest.outcome(one, repeated=repeated)


def resume(*, by: Actor) -> list[Outcome]:
    """Take every submission that a crash left behind to its end; files that come to no good end as refused."""
    done = []
    for pk in list(manifest.unfinished().values_list("pk", flat=True)):
        try:
            done.append(process(by=by, submission=pk))
        except FileRefused:
            done.append(manifest.outcome(manifest.submission(pk)))
        except SubmissionBusy:
            continue
    return done


def _check(received: Received, data_set: DataSet, receipt: Receipt, folder: Path, progress: Progress | None) -> Checked:
    engine = os.environ.get("JINLING_ENGINE", "duckdb")
    if engine.startswith("spark"):
        from jinling.engine.check import spark  # noqa: PLC0415 - starts a Java machine; only where it is asked for

        return spark.check(received, data_set, receipt, folder, master=engine)
    from jinling.engine.check import runner  # noqa: PLC0415 - brings Arrow, which no start should wait for

    return runner.check(received, data_set, receipt, folder, progress=_step(progress, "rows"))


def _store(by: Actor, one: Submission, data_set: DataSet, received: Received, checked: Checked, work: Path) -> None:
    """Compare with what is stored, and flip the manifest: one institution's data set at a time."""
    lake = manifest.lake()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"collection/{one.data_set}/{one.organization_id}"],
            )
        current = dict(
            manifest.current_parts(data_sets=[one.data_set], organization=one.organization_id).values_list("path", "pk")
        )
        settled = lake.settle(
            checked.parts,
            data_set,
            institution=one.organization.code,
            submission=str(one.pk),
            current=sorted(current),
            in_order=checked.in_order,
        )
        torn = conflicts.reject(received, data_set, settled.conflicts, KEY_CONFLICT, work / "checked")
        quarantined = _quarantine(one, [*checked.rejected, *torn.rejected], [*checked.findings, *torn.findings])
        _flip(one, settled, current)
        one.rows_received = checked.received
        one.rows_accepted = settled.stored
        one.rows_rejected = checked.rejected_rows + torn.rejected_rows
        one.duplicates = settled.duplicates + settled.known
        one.corrections = settled.corrections
        one.finished_at = timezone.now()
        one.state = LIFE.after(one.state, "store", where=str(one.pk))
        one.save()
        RejectionCount.objects.bulk_create(
            RejectionCount(submission=one, rule=rule, column=column, rows=rows)
            for (rule, column), rows in (checked.rules + torn.rules).items()
        )
        if quarantined:
            Rejection.objects.create(
                submission=one,
                owner=by.id,
                rows=one.rows_rejected,
                open_rows=one.rows_rejected,
                opened_at=one.finished_at,
            )
        _close_mended(one, data_set, settled)
        audit.record(
            by=by,
            action="collection.store",
            target=f"Submission/{one.pk}",
            organization=one.organization.code,
            detail={"accepted": one.rows_accepted, "rejected": one.rows_rejected, "duplicates": one.duplicates},
        )
        outbox.announce(
            SubmissionStored(
                submission=one.pk,
                organization=one.organization.code,
                data_set=one.data_set,
                received=one.rows_received,
                accepted=one.rows_accepted,
                rejected=one.rows_rejected,
                duplicates=one.duplicates,
                corrections=one.corrections,
            )
        )
    lake.sweep(Part.objects.filter(path__contains=str(one.pk)).values_list("path", flat=True), submission=str(one.pk))


def _flip(one: Submission, settled: Settled, current: dict[str, int]) -> None:
    gone = [current[path] for path in settled.replaced]
    Part.objects.filter(pk__in=gone).update(removed_by=one)
    new: list[LakePart] = [*settled.added, *(part for part in settled.replaced.values() if part is not None)]
    rows = Part.objects.bulk_create(
        Part(
            path=part.path,
            organization_id=one.organization_id,
            data_set=one.data_set,
            period=part.period,
            rows=part.rows,
            size=part.size,
            added_by=one,
        )
        for part in new
    )
    PartDay.objects.bulk_create(
        (
            PartDay(part=row, day=day, rows=count)
            for row, part in zip(rows, new, strict=True)
            for day, count in part.days
        ),
        batch_size=5000,
    )


def _quarantine(one: Submission, rejected: list[Path], findings: list[Path]) -> bool:
    """Move rejected rows and findings under the lake; whole, before the manifest names them."""
    folder = manifest.quarantine_of(one.pk)
    shutil.rmtree(folder, ignore_errors=True)
    if not rejected:
        return False
    folder.mkdir(parents=True)
    for kind, paths in (("rejected", rejected), ("findings", findings)):
        for place, path in enumerate(paths):
            shutil.move(path, folder / f"{kind}-{place:04}.parquet")
    return True


def _close_mended(one: Submission, data_set: DataSet, settled: Settled) -> None:
    """Open rejections of the same institution and data set lose the rows whose keys came well this time."""
    if not settled.added:
        return
    waiting = (
        Rejection.objects.select_for_update()
        .filter(submission__organization_id=one.organization_id, submission__data_set=one.data_set, closed_at=None)
        .exclude(submission=one)
    )
    for rejection in waiting:
        files = sorted(manifest.quarantine_of(rejection.submission_id).glob("rejected-*.parquet"))
        stored = list(
            manifest.current_parts(data_sets=[one.data_set], organization=one.organization_id).values_list(
                "path", flat=True
            )
        )
        lake = manifest.lake()
        still = lake.waiting(files, lake.local(stored), data_set)
        rejection.open_rows = min(still, rejection.open_rows)
        rejection.closed_at = one.finished_at if rejection.open_rows == 0 else None
        rejection.save()


def _refuse(by: Actor, one: Submission, refused: FileRefused) -> None:
    with transaction.atomic():
        one.refusal = {"code": refused.code, "fields": {name: str(value) for name, value in refused.fields.items()}}
        one.finished_at = timezone.now()
        one.state = LIFE.after(one.state, "refuse", where=str(one.pk))
        one.save()
        audit.record(
            by=by,
            action="collection.refuse",
            target=f"Submission/{one.pk}",
            outcome="refused",
            organization=one.organization.code,
            detail={"reason": refused.code},
        )
        outbox.announce(
            SubmissionRefused(
                submission=one.pk, organization=one.organization.code, data_set=one.data_set, reason=refused.code
            )
        )


def _advance(one: Submission, step: str, **more: str | int) -> None:
    state = LIFE.after(one.state, step, where=str(one.pk))
    if one.state != state:
        Submission.objects.filter(pk=one.pk).update(state=state, **more)
        one.state = state
        for name, value in more.items():
            setattr(one, name, value)


def _watched(one: Submission, progress: Progress | None) -> Progress:
    """Progress that the page sees too: told to the database, at most so many times a second."""
    told = 0.0

    def tell(what: str, done: int) -> None:
        nonlocal told
        if what == "rows" and time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            Submission.objects.filter(pk=one.pk).update(rows_checked=done)
        if progress:
            progress(what, done)

    return tell


def _step(progress: Progress | None, what: str) -> Callable[[int], None] | None:
    return (lambda done: progress(what, done)) if progress else None


@contextmanager
def _alone(submission: UUID) -> Iterator[None]:
    """Hold the submission against other processes; the lock ends with the connection if the process dies.

    Raises:
        SubmissionBusy: another process holds it.
    """
    name = f"collection/submission/{submission}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise SubmissionBusy()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
