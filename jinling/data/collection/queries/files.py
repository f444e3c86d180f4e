"""Received files and their rejected rows as plain values, for those who watch over every institution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jinling.data.collection.models import Channel, Rejection, State, Submission
from jinling.data.collection.queries import manifest
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class File:
    """One received file: who sent it, what it is, and what became of its rows. It holds no cell."""

    id: UUID
    organization: directory.Organization
    data_set: str
    file_name: str
    channel: str
    state: str
    received_at: datetime
    received_on: date
    rows_received: int
    rows_accepted: int
    rows_rejected: int
    duplicates: int
    corrections: int
    refusal: Mapping[str, Any] | None

    @property
    def channel_name(self) -> str:
        """How the file came, in the reader's language."""
        return str(Channel(self.channel).label)

    @property
    def state_name(self) -> str:
        """Where it stands, in the reader's language."""
        return str(State(self.state).label)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The rejected rows of a file as a piece of work: whose it is, since when, how many are still open."""

    organization: directory.Organization
    owner: str
    open_rows: int
    opened_at: datetime


def file(pk: UUID | str) -> File:
    """One file.

    Raises:
        SubmissionUnknown: there is none of that id.
    """
    one = manifest.submission(pk)
    return _file(one, one.organization)


def files_count(organization: directory.Organization, data_set: str, period: Period) -> int:
    """How many files of a data set an institution sent in a period, stored or not."""
    return _files(organization, data_set, period).count()


def files(organization: directory.Organization, data_set: str, period: Period, *, skip: int, take: int) -> list[File]:
    """Those files, latest first: after the first ``skip`` at most ``take``."""
    found = _files(organization, data_set, period).order_by("-received_at")[skip : skip + take]
    return [_file(one, organization) for one in found]


def waiting_of(submission: UUID) -> Waiting | None:
    """A file's rejected rows, mended or not; None where no row was rejected."""
    row = _rejections().filter(submission=submission).first()
    return None if row is None else _waiting(row)


def waiting_since(moment: datetime) -> list[Waiting]:
    """Rejected rows that wait since before a moment, the oldest first."""
    rows = _rejections().filter(closed_at=None, opened_at__lt=moment, open_rows__gt=0).order_by("opened_at")
    return [_waiting(row) for row in rows]


def _files(organization: directory.Organization, data_set: str, period: Period) -> QuerySet[Submission]:
    return Submission.objects.filter(
        organization=organization, data_set=data_set, received_on__range=(period.first, period.last)
    )


def _file(one: Submission, organization: directory.Organization) -> File:
    return File(
        id=one.pk,
        organization=organization,
        data_set=one.data_set,
        file_name=one.file_name,
        channel=one.channel,
        state=one.state,
        received_at=one.received_at,
        received_on=one.received_on,
        rows_received=one.rows_received,
        rows_accepted=one.rows_accepted,
        rows_rejected=one.rows_rejected,
        duplicates=one.duplicates,
        corrections=one.corrections,
        refusal=one.refusal,
    )


def _rejections() -> QuerySet[Rejection]:
    return Rejection.objects.select_related("submission__organization")


def _waiting(row: Rejection) -> Waiting:
    return Waiting(row.submission.organization, row.owner, row.open_rows, row.opened_at)
