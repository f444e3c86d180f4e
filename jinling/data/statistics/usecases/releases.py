"""A month's figures are released by two people: one prepares, another approves. Nothing that was released changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jinling.data.statistics.models import Release
from jinling.data.statistics.queries import coverage, releases, stored
from jinling.data.statistics.queries.bulletins import bulletin, said_checks
from jinling.data.statistics.queries.layout import zone
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.refusals import (
    MonthRunning,
    ReleaseChanged,
    ReleasePersonMissing,
    ReleaseUnknown,
    ReleaseWaiting,
    ReplayIncomplete,
    RevisionEmpty,
    RevisionReasonMissing,
    SecondPersonMissing,
)
from jinling.data.statistics.rules.releases import RELEASE, Change, differences, not_following, revises
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.periods import Period

LOCK = 20180533  # advisory lock class: releases of a month


@dataclass(frozen=True, slots=True)
class Compared:
    """A month's latest release beside its count of now; ``revises`` when the month's own figures differ. ``apart`` are
    totals to date that do not go on from the release of the month before; ``since`` what changed since what waits for
    its second person was prepared."""

    release: Release | None
    counted: Bulletin
    changes: Sequence[Change]
    revises: bool
    apart: Sequence[Check]
    since: Sequence[Change]


def compare(period: str | Period) -> Compared:
    """What a count of now would change in a month's latest release; no change where it was never released.

    Raises:
        As ``bulletin``.
    """
    month = coverage.month(period)
    latest, counted = releases.approved(month).first(), bulletin(month)
    changes = differences(releases.bulletin_of(latest), counted) if latest is not None else []
    before = releases.released(month.previous())
    apart = [] if before is None else said_checks(not_following(before, counted), month)
    waits = releases.waiting(month)
    since = [] if waits is None else differences(releases.bulletin_of(waits), counted)
    return Compared(latest, counted, changes, revises(changes), apart, since)


def prepare_release(*, by: Actor, period: str | Period, reason: str = "") -> Release:
    """Freeze a month's figures, definitions and directory as they stand now, for another person to approve.

    Args:
        reason: why a month that was released already is revised; none for the first release.

    Raises:
        PeriodUnreadable, NotAMonth, PeriodInFuture, MonthNotCounted: no month that has figures.
        ReleasePersonMissing: no person asks.
        MonthRunning: the month is not over.
        ReplayIncomplete: a replay of the month has not ended.
        ReleaseWaiting: what was prepared before waits for approval.
        RevisionEmpty: the month was released, and its figures are the same.
        RevisionReasonMissing: a revision without its reason.
    """
    month, why = coverage.month(period), reason.strip()
    _person(by)
    if timezone.now() < month.end(zone()):
        raise MonthRunning(where=str(month), period=str(month))
    # Counted before anything is locked, in one snapshot of the database.
    found, directory = compare(month), releases.directory_on(month)
    if found.counted.partial:
        raise ReplayIncomplete(where=str(month), period=str(month))
    if found.release is not None and not found.revises:
        raise RevisionEmpty(where=str(month), period=str(month))
    if found.release is not None and not why:
        raise RevisionReasonMissing(where="reason", period=str(month))
    document = stored.plain(found.counted)
    with transaction.atomic():
        _one_at_a_time(month)
        if releases.waiting(month) is not None:
            raise ReleaseWaiting(where=str(month), period=str(month))
        if releases.approved(month).first() != found.release:  # another was approved while this one was counted
            raise ReleaseChanged(where=str(month), period=str(month))
        row = Release.objects.create(
            period=str(month),
            version=found.release.version + 1 if found.release is not None else 1,
            document=document,
            directory=directory,
            digest=releases.digest(document, directory),
            cut_off=found.counted.as_of,
            reason=why if found.release is not None else "",
            changes=[change.stored() for change in found.changes],
            prepared_by=by.ref,
            prepared_at=timezone.now(),
        )
        _record(by, row, "statistics.prepare_release")
    return row


@transaction.atomic
def approve_release(*, by: Actor, release: UUID, digest: str) -> Release:
    """Release what another person prepared: it is printed from now on, and never changes.

    Args:
        digest: of what the approver saw.

    Raises:
        ReleaseUnknown: there is none.
        ReleasePersonMissing, SecondPersonMissing: no person asks, or the one who prepared it.
        ReleaseChanged: what waits is not what the approver saw.
        ReleaseStepRefused: it was approved or declined already.
    """
    row = _locked(release)
    if digest != row.digest:
        raise ReleaseChanged(where=row.period, period=row.period)
    _judge(by, row, "approve", "")
    _record(by, row, "statistics.approve_release")
    return row


@transaction.atomic
def decline_release(*, by: Actor, release: UUID, reason: str) -> Release:
    """Do not release what another person prepared; it stays on record with the reason.

    Raises:
        ReleaseUnknown, ReleaseStepRefused: as for approval.
        RevisionReasonMissing: no reason was given.
    """
    row = _locked(release)
    if not reason.strip():
        raise RevisionReasonMissing(where="reason", period=row.period)
    _judge(by, row, "decline", reason.strip())
    _record(by, row, "statistics.decline_release")
    return row


def _person(by: Actor) -> None:
    if by.kind != "account":
        raise ReleasePersonMissing(where=by.kind)


def _judge(by: Actor, row: Release, step: str, why: str) -> None:
    _person(by)
    row.state = RELEASE.after(row.state, step, where=row.period)
    if by.ref == row.prepared_by:
        raise SecondPersonMissing(where=row.period, period=row.period)
    row.judged_by, row.judged_at, row.judgement = by.ref, timezone.now(), why
    row.save(update_fields=["state", "judged_by", "judged_at", "judgement"])


def _locked(key: UUID) -> Release:
    row = Release.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise ReleaseUnknown(where=str(key), period=str(key), version="-")
    return row


def _one_at_a_time(month: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(month)])


def _record(by: Actor, row: Release, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        target=f"Release/{row.pk}",
        detail={"period": row.period, "version": row.version, "digest": row.digest, "changes": len(row.changes)},
    )
