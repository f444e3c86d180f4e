"""Reads of the audit: entries about a patient, and the check of every chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from jinling.foundation.audit.models import Entry, Lane
from jinling.foundation.audit.rules import chain_hash, lane_origin


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a chain does not hold: ``kind`` is changed, missing, truncated or beyond_head."""

    kind: str
    lane: int
    seq: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a check: entries read and what was found."""

    entries: int
    findings: tuple[Finding, ...]


def about_patient(patient: str, *, limit: int = 100) -> list[Entry]:
    """Newest entries about one patient."""
    return list(Entry.objects.filter(patient=patient).order_by("-at", "-seq")[:limit])


def verify() -> Verification:
    """Recompute every chain from its origin to its head.

    Reads one snapshot, 5,000 rows at a time. Cutting off a lane's end together with its head is
    seen only against heads kept elsewhere.
    """
    findings: list[Finding] = []
    count = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for lane in Lane.objects.order_by("lane"):
            previous, expected = lane_origin(lane.lane), 1
            for row in _rows(lane.lane):
                count += 1
                seq, stored = row[1], bytes(row[-1])
                if seq != expected:
                    kind = "beyond_head" if seq > lane.seq else "missing"
                    findings.append(Finding(kind, lane.lane, expected))
                elif chain_hash(previous, row[:-1]) != stored:
                    findings.append(Finding("changed", lane.lane, seq))
                previous, expected = stored, seq + 1
            if expected != lane.seq + 1:
                findings.append(Finding("truncated", lane.lane, expected))
            elif previous != bytes(lane.hash):
                findings.append(Finding("changed", lane.lane, lane.seq))
    return Verification(count, tuple(findings))


def _rows(lane: int) -> Iterator[tuple[object, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 5000
        cursor.execute(
            "SELECT lane, seq, (extract(epoch FROM at) * 1000000)::bigint, actor_kind, actor, role, organization,"
            " purpose, channel, request_id, action, outcome, patient, target, detail, hash"
            " FROM audit_entry WHERE lane = %s ORDER BY seq", [lane])
        yield from cursor
