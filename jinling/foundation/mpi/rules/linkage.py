"""Merging and separating records, over plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jinling.kernel.outcomes import Conflict, Invalid, NotFound
from jinling.kernel.states import States


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which of two records survives a merge."""

    id: UUID
    real_name_verified: bool
    numbers: int
    registered_at: datetime


class SamePerson(Conflict):
    """The records count for one person already."""

    code = "same_person"
    text = "Both records count for one person already."


class AlreadyDecided(Conflict):
    """Somebody has judged the pair."""

    code = "already_decided"
    text = "This pair was judged already."
    mend = "Load the work list again."


# A pair of the work list: judged once, as one person or as two. A merge that is taken back leaves two in any case.
PAIR = States({"link": {"open": "linked"}, "keep_apart": {"open": "apart"}}, AlreadyDecided)


class NotMerged(Conflict):
    """The merge was taken back already, or a later one rests on it."""

    code = "not_merged"
    text = "This merge does not stand any more."
    mend = "Load the history of the record again."


class LinkageUnknown(NotFound):
    """No merge has this id."""

    code = "linkage_unknown"
    text = "There is no such merge."


class ReasonMissing(Invalid):
    """A person's judgement states its reason."""

    code = "reason_missing"
    text = "Say why."
    mend = "Name the document or the call that made you sure."


def survivor(one: Standing, other: Standing) -> tuple[Standing, Standing]:
    """(the record that stays, the record that counts for it): a checked name before an unchecked one, more numbers
    before fewer, the older record before the younger."""
    order = sorted(
        (one, other),
        key=lambda record: (not record.real_name_verified, -record.numbers, record.registered_at, str(record.id)),
    )
    return order[0], order[1]
