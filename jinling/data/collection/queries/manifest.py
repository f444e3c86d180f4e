"""Reads of collection: submissions, the manifest, what is current and what was."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from jinling.data.collection.models import Channel, Part, Rejection, RejectionCount, State, Submission
from jinling.data.collection.rules import Outcome, SubmissionUnknown, by_rule
from jinling.engine.intake.segments import Limits
from jinling.engine.lake.object_store import Objects
from jinling.engine.lake.parts import Lake
from jinling.foundation.directory import public as directory


def lake() -> Lake:
    """The lake of this installation: ``$JINLING_LAKE``, by default ``lake`` under the home.

    With an address (``s3://bucket/prefix``) parts live there; ``lake`` under the home then holds copies of them.
    """
    named, here = os.environ.get("JINLING_LAKE", ""), Path(settings.HOME) / "lake"
    if named.startswith("s3://"):
        return Lake(here, Objects(named))
    return Lake(Path(named) if named else here)


def limits() -> Limits:
    """What one file may take on this installation: its bytes by the setting, unpacked twice as many."""
    most: int = settings.JINLING_UPLOAD_LIMIT
    return Limits(file_bytes=most, unpacked_bytes=2 * most)


def inbox() -> Path:
    """Where received files wait: ``inbox`` under the home."""
    return Path(settings.HOME) / "inbox"


def quarantine_of(submission: UUID) -> Path:
    """The folder of a submission's rejected rows and findings."""
    return lake().root / "_quarantine" / str(submission)


def submission(pk: UUID | str) -> Submission:
    """One submission.

    Raises:
        SubmissionUnknown: there is none of that id.
    """
    try:
        return Submission.objects.select_related("organization").get(pk=pk)
    except (Submission.DoesNotExist, ValidationError, ValueError, TypeError):
        raise SubmissionUnknown(where=str(pk)[:60]) from None


def outcome(one: Submission, *, repeated: bool = False) -> Outcome:
    """A submission as every face tells it."""
    counts = RejectionCount.objects.filter(submission=one).values_list("rule", "column", "rows")
    return Outcome(
        submission=str(one.pk),
        file=one.file_name,
        data_set=one.data_set,
        organization=one.organization.code,
        state=one.state,
        received=one.rows_received,
        accepted=one.rows_accepted,
        rejected=one.rows_rejected,
        rejected_by_rule=by_rule({(rule, column): rows for rule, column, rows in counts}),
        duplicates=one.duplicates,
        corrections=one.corrections,
        repeated=repeated,
        refusal=one.refusal,
    )


def received_files() -> QuerySet[Submission]:
    """What was received and stored; what was carried over from before came on no day."""
    return Submission.objects.filter(state=State.STORED).exclude(channel=Channel.CARRIED)


def current_parts(
    *, data_sets: Iterable[str] | None = None, organization: int | None = None, period: str | None = None
) -> QuerySet[Part]:
    """The parts that a reader sees now."""
    parts = Part.objects.filter(removed_by=None)
    if data_sets is not None:
        parts = parts.filter(data_set__in=list(data_sets))
    if organization is not None:
        parts = parts.filter(organization_id=organization)
    if period is not None:
        parts = parts.filter(period=period)
    return parts


def parts_as_of(one: Submission) -> QuerySet[Part]:
    """The parts of a submission's data set and institution that were current right after it was stored."""
    return Part.objects.filter(data_set=one.data_set, organization_id=one.organization_id).filter(
        Q(added_by__finished_at__lte=one.finished_at),
        Q(removed_by=None) | Q(removed_by__finished_at__gt=one.finished_at),
    )


def parts_at(moment: datetime) -> QuerySet[Part]:
    """The parts that a reader saw at a moment."""
    return Part.objects.filter(
        Q(added_by__finished_at__lte=moment),
        Q(removed_by=None) | Q(removed_by__finished_at__gt=moment),
    )


def submissions_of(organization: int, *, data_set: str = "", state: str = "") -> QuerySet[Submission]:
    """An institution's submissions, latest first; of one data set, in one state."""
    found = Submission.objects.filter(organization_id=organization).order_by("-received_at")
    if data_set:
        found = found.filter(data_set=data_set)
    return found.filter(state=state) if state else found


def rejection_of(submission: UUID) -> Rejection | None:
    """A submission's rejected rows as a task; None where no row was rejected."""
    return Rejection.objects.filter(submission_id=submission).first()


def open_rejections(organization: int | None = None) -> QuerySet[Rejection]:
    """Rejected rows that still wait to be mended, the oldest first; each has an owner and, by ``opened_at``, an age."""
    waiting = Rejection.objects.filter(open_rows__gt=0).select_related("submission__organization").order_by("opened_at")
    return waiting if organization is None else waiting.filter(submission__organization_id=organization)


def foreign_codes(organization: directory.Organization, required_of: str) -> tuple[str, ...]:
    """Codes of institutions whose rows may not come in a file of this one.

    A hospital sends its own rows and those of its branches; what a district owes may come from any institution of
    the same district.
    """
    others = directory.organizations(active=None).exclude(pk=organization.pk).exclude(part_of=organization)
    if required_of == "district" and organization.district_id:
        others = others.exclude(district_id=organization.district_id)
    return tuple(sorted(others.values_list("code", flat=True)))


def unfinished() -> QuerySet[Submission]:
    """Submissions that a crash may have left behind, oldest first."""
    return Submission.objects.exclude(state__in=[State.STORED, State.REFUSED]).order_by("received_at")
