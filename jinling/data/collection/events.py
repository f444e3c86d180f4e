"""What collection announces: ids and counts, never a cell."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SubmissionStored:
    """A file's good rows are current from now on."""

    submission: UUID
    organization: str
    data_set: str
    received: int
    accepted: int
    rejected: int
    duplicates: int
    corrections: int


@dataclass(frozen=True, slots=True)
class SubmissionRefused:
    """A file could not be taken in; nothing of it is stored."""

    submission: UUID
    organization: str
    data_set: str
    reason: str
