"""Reads of the audit: entries about a patient, a search, and the check of every chain and signed head."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from jinling.foundation.audit.models import Entry, Lane, SignedHead
from jinling.foundation.audit.rules import (
    HEAD_ORIGIN,
    Finding,
    FindingKind,
    HeadClaim,
    LaneCheck,
    is_signed,
    public_key,
    read_root,
    root_document,
    signed_hashes,
)
from jinling.kernel.contexts import each, once
from jinling.kernel.sockets import AuditAction, gather


@lru_cache(maxsize=1)
def actions() -> Mapping[str, AuditAction]:
    """What a context may write into the audit, by code.

    Raises:
        SocketBroken: a code that does not begin with its context's name, or one that is declared twice.
    """
    return once(each(gather("actions"), "ACTIONS"), lambda one: str(one.code), "the audit action", own=True)


def sentence(code: str) -> str:
    """The msgid of what an entry's action reads as; of one that no context writes any more, that it was an access."""
    known = actions().get(code)
    return known.sentence if known else gettext_noop("Used the record")


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a check: entries and heads read and what was found."""

    entries: int
    heads: int
    findings: tuple[Finding, ...]


def about_patient(
    *records: str, limit: int = 100, before: datetime | None = None, leaving_out: str = ""
) -> list[Entry]:
    """Newest entries about one patient (whose records may be several, when some were merged), older than
    ``before`` and without one actor's when these are given."""
    rows = Entry.objects.filter(patient__in=records)
    if leaving_out:
        rows = rows.exclude(actor=leaving_out)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return list(rows.order_by("-at", "-seq")[:limit])


def matching(
    *,
    since: datetime,
    until: datetime,
    actor: str = "",
    patient: str = "",
    action: str = "",
    organization: str = "",
    outcome: str = "",
    limit: int = 200,
) -> list[Entry]:
    """Newest entries of a span that match every given word; ``action`` may be a beginning (``mpi.``)."""
    rows = Entry.objects.filter(at__gte=since, at__lt=until)
    exact = {"actor": actor, "patient": patient, "organization": organization, "outcome": outcome}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if action:
        rows = rows.filter(action__startswith=action)
    return list(rows.order_by("-at", "-seq")[:limit])


# -- heads ---------------------------------------------------------------------------------


def claim_of(head: SignedHead) -> HeadClaim:
    """What a stored head says."""
    return HeadClaim(
        head.at.astimezone(UTC).isoformat(), tuple((a, b, c) for a, b, c in head.lanes), bytes(head.previous).hex()
    )


def own_key() -> bytes:
    """The public key of this installation's signatures."""
    return public_key(settings.JINLING_AUDIT_KEY)


def root_of(day: date) -> dict[str, Any] | None:
    """The last signed head of a day (on the city's clock) as a document to be kept outside; None without one."""
    start = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    head = SignedHead.objects.filter(at__gte=start, at__lt=start + timedelta(days=1)).order_by("-id").first()
    if head is None:
        return None
    return root_document(claim_of(head), bytes(head.signature), day=day.isoformat(), key=own_key())


def exported_roots() -> list[Path]:
    """Files of roots that were exported on this machine."""
    return sorted(Path(settings.JINLING_AUDIT_ROOTS).glob("*.json"))


# -- verification --------------------------------------------------------------------------


def verify(*, roots: Iterable[Path] = ()) -> Verification:
    """Recompute every chain from its origin to its head and hold it against every signed head.

    Reads one snapshot, 5,000 rows at a time. ``roots`` are files of exported roots: the end of a chain that
    was cut off together with the heads in the database is seen against heads kept elsewhere.

    Raises:
        OSError, ValueError: a file of roots cannot be read.
    """
    outside = [read_root(json.loads(Path(path).read_text(encoding="utf-8"))) for path in roots]
    findings: list[Finding] = []
    count = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        claims, about_heads = _heads(outside)
        findings += about_heads
        signed = signed_hashes(claims)
        for lane in Lane.objects.order_by("lane"):
            check = LaneCheck(lane.lane, signed.get(lane.lane, {}))
            count += check.feed(_rows(lane.lane))
            findings += check.end(lane.seq, bytes(lane.hash))
    return Verification(count, len(claims), tuple(findings))


def _heads(outside: list[tuple[HeadClaim, bytes]]) -> tuple[list[HeadClaim], list[Finding]]:
    """Claims that are truly signed, from the database and from outside, and what is wrong with the others."""
    key, previous = own_key(), HEAD_ORIGIN
    claims: list[HeadClaim] = []
    findings: list[Finding] = []
    known: set[bytes] = set()
    for head in SignedHead.objects.order_by("id").iterator(chunk_size=1000):
        claim = claim_of(head)
        if not is_signed(claim, bytes(head.signature), key=key) or claim.digest() != bytes(head.digest):
            findings.append(Finding(FindingKind.HEAD_FORGED, -1, head.pk))
        else:
            claims.append(claim)
            if bytes(head.previous) != previous:
                findings.append(Finding(FindingKind.HEAD_MISSING, -1, head.pk))
        previous = bytes(head.digest)
        known.add(previous)
    for number, (claim, signature) in enumerate(outside, start=1):
        if not is_signed(claim, signature, key=key):
            findings.append(Finding(FindingKind.HEAD_FORGED, -1, -number))
        elif claim.digest() not in known:
            claims.insert(0, claim)
            findings.append(Finding(FindingKind.HEAD_MISSING, -1, -number))
    return claims, findings


def _rows(lane: int) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 5000  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT lane, seq, (extract(epoch FROM at) * 1000000)::bigint, actor_kind, actor, role, organization,"
            " purpose, channel, request_id, action, outcome, patient, target, detail, hash"
            " FROM audit_entry WHERE lane = %s ORDER BY seq",
            [lane],
        )
        yield from cursor
