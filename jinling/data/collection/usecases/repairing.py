"""Verbs: take over the repair of rejected rows, and close one that will not be repaired."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.data.collection.models import Rejection
from jinling.data.collection.rules import CloseReasonMissing, RejectionClosed, SubmissionUnknown
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor

SHORTEST, LONGEST = 5, 300


@transaction.atomic
def take_rejection(*, by: Actor, submission: UUID) -> Rejection:
    """Make the rejected rows of a file the actor's own work.

    Raises:
        SubmissionUnknown, RejectionClosed: nothing is changed.
    """
    row = _open(submission)
    before, row.owner = row.owner, by.id
    row.save(update_fields=["owner"])
    audit.record(
        by=by,
        action="collection.take_rejection",
        target=f"Submission/{submission}",
        organization=row.submission.organization.code,
        detail={"before": before},
    )
    return row


@transaction.atomic
def close_rejection(*, by: Actor, submission: UUID, reason: str) -> Rejection:
    """Close rejected rows that will not be repaired; how many stay open is kept, the reason stands in the audit.

    Raises:
        SubmissionUnknown, RejectionClosed, CloseReasonMissing: nothing is changed.
    """
    words = " ".join(reason.split())
    if not SHORTEST <= len(words) <= LONGEST:
        raise CloseReasonMissing(where="reason")
    row = _open(submission)
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    audit.record(
        by=by,
        action="collection.close_rejection",
        target=f"Submission/{submission}",
        organization=row.submission.organization.code,
        detail={"open_rows": row.open_rows, "reason": words},
    )
    return row


def _open(submission: UUID) -> Rejection:
    row = (
        Rejection.objects.select_for_update(of=("self",))
        .select_related("submission__organization")
        .filter(submission_id=submission)
        .first()
    )
    if row is None:
        raise SubmissionUnknown(where=str(submission))
    if not row.is_open:
        raise RejectionClosed(where=str(submission))
    return row
