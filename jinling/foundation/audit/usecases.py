"""Verbs of the audit: append entries in the transaction of the act, sign heads, keep roots outside, search."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit.models import Entry, Lane, SignedHead
from jinling.foundation.audit.queries import actions, matching, root_of
from jinling.foundation.audit.rules import HEAD_ORIGIN, HeadClaim, Outcome, entry_document, sign_claim
from jinling.kernel.actor import Actor
from jinling.kernel.contexts import SocketBroken


@dataclass(frozen=True, slots=True)
class Act:
    """What is told of one act: ``action`` reads ``scheduling.book``, ``target`` ``Appointment/<id>``."""

    action: str
    patient: str = ""
    target: str = ""
    outcome: str = Outcome.OK
    organization: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(
    *,
    by: Actor,
    action: str,
    patient: str = "",
    target: str = "",
    outcome: str = Outcome.OK,
    organization: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry. Raises whatever the database raises: then the act must not happen."""
    record_many(by=by, acts=[Act(action, patient, target, outcome, organization, detail or {})])


def record_many(*, by: Actor, acts: Iterable[Act]) -> None:
    """Append entries in one statement, in the order given, within the caller's transaction.

    Raises:
        SocketBroken: no context declares an action in its ``actions.py``, so nobody could say what was done.
    """
    acts = list(acts)
    if strange := {act.action for act in acts} - set(actions()):
        raise SocketBroken(f"no context declares what {', '.join(sorted(strange))} reads as; see actions.py")
    documents = [
        entry_document(
            by,
            action=act.action,
            patient=act.patient,
            target=act.target,
            outcome=act.outcome,
            organization=act.organization,
            detail=act.detail,
        )
        for act in acts
    ]
    if not documents:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_append(%s::jsonb, %s)", [json.dumps(documents), timezone.now()])


# -- heads ---------------------------------------------------------------------------------


@transaction.atomic
def sign_head(*, now: datetime) -> SignedHead | None:
    """Sign where every lane stands; None when nothing was written since the last head."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(201806)")  # heads follow one another
    lanes = tuple((lane.lane, lane.seq, bytes(lane.hash).hex()) for lane in Lane.objects.order_by("lane"))
    last = SignedHead.objects.order_by("-id").first()
    if last is not None and last.lanes == [list(lane) for lane in lanes]:
        return None
    previous = bytes(last.digest) if last is not None else HEAD_ORIGIN
    claim = HeadClaim(now.astimezone(UTC).isoformat(), lanes, previous.hex())
    return SignedHead.objects.create(
        at=now,
        lanes=[list(lane) for lane in lanes],
        previous=previous,
        digest=claim.digest(),
        signature=sign_claim(claim, secret=settings.JINLING_AUDIT_KEY),
    )


def export_root(day: date) -> Path | None:
    """Write a day's root to the folder of roots, which a city keeps on another machine; None without entries.

    A root that was exported stays as it is: writing another one for the same day is refused by the file system.
    """
    document = root_of(day)
    if document is None:
        return None
    folder = Path(settings.JINLING_AUDIT_ROOTS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day.isoformat()}.json"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return path


@transaction.atomic
def search(
    *,
    by: Actor,
    since: datetime,
    until: datetime,
    actor: str = "",
    patient: str = "",
    action: str = "",
    organization: str = "",
    outcome: str = "",
    limit: int = 200,
) -> list[Entry]:
    """Entries for the audit administrator; the search itself leaves an entry."""
    found = matching(
        since=since,
        until=until,
        actor=actor,
        patient=patient,
        action=action,
        organization=organization,
        outcome=outcome,
        limit=limit,
    )
    record(
        by=by,
        action="audit.search",
        patient=patient,
        detail={"entries": len(found), "action": action, "actor": actor, "organization": organization},
    )
    return found
