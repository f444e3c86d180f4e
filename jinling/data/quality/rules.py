"""Rates, outliers and the waterfall over plain values; refusals of imported returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from jinling.kernel.outcomes import Invalid

MISSING, TOO_FEW = "returns_missing", "returns_too_few"
TOO_SMALL_BY = 5  # a return of less than a fifth of what was sent is no return to compare with
OUTLIER_AT = 3.5  # modified z-score (Iglewicz and Hoaglin, 1993)


class Measure(StrEnum):
    """What institutions return to the statistics office: visits to outpatient and emergency departments, discharges."""

    OUTPATIENT = "outpatient"
    DISCHARGE = "discharge"


class ReturnsUnreadable(Invalid):
    """An imported file of returns is not one; nothing of it is kept."""

    code = "returns_unreadable"
    text = "The returns cannot be read: %(reason)s."
    mend = (
        "Head the columns institution (or district), outpatient, discharge; write whole numbers, or leave cells empty."
    )


class CollectionImpossible(Invalid):
    """A row of the file asks for something that the catalogue cannot hold."""

    code = "replay_collection_impossible"
    text = "%(subject)s: %(tables)s tables cannot be sent; %(most)s can."
    mend = "Correct the number of tables sent."


class RequiredOtherwise(Invalid):
    """Another number of tables required than the list has: the bulletin prints the list's."""

    code = "replay_required_otherwise"
    text = "%(subject)s: %(tables)s tables required; the list has %(most)s in this month."
    mend = "Write the list's number, or nothing where the institution opened its database."


class DaysImpossible(Invalid):
    """More days with an upload than the month has."""

    code = "replay_days_impossible"
    text = "%(subject)s: %(days)s days with an upload; the month has %(most)s."
    mend = "Correct the number of days."


class RecordsImpossible(Invalid):
    """Figures of a row that no rows of data could give together."""

    code = "replay_records_impossible"
    text = (
        "%(subject)s: %(records)s records cannot be %(visits)s visits and %(discharges)s discharges, in %(tables)s "
        "tables and on %(days)s days."
    )
    mend = "Correct the numbers of the row."


class RateImpossible(Invalid):
    """A rate that no return can give: it would have to be a part of one."""

    code = "replay_rate_impossible"
    text = "%(subject)s: %(sent)s are %(rate)s %% of no whole number; the nearest rate that can be is %(nearest)s %%."
    mend = "Correct the rate, or the number that it is a rate of."


class NoneDeployed(Invalid):
    """Nought workstations: the bulletin prints a reason."""

    code = "replay_none_deployed"
    text = "%(subject)s: where nothing is deployed, the bulletin prints %(reason)s."
    mend = "Write the reason in place of 0."


class NobodySends(Invalid):
    """A district of which no institution can send anything."""

    code = "replay_nobody_sends"
    text = "%(subject)s has no institution that could send its data."
    mend = "Add one to the city pack, or take the row away."


class ReturnsTooLarge(Invalid):
    """A file that is no file of returns of any city."""

    code = "returns_too_large"
    text = "A file of returns has at most %(megabytes)s MB."
    mend = "Send the sheet of the returns alone."


@dataclass(frozen=True, slots=True)
class Rate:
    """Sent over returned in percent with two decimals, or the reason why there is none. May lie above 100."""

    value: float | None
    reason: str = ""

    @property
    def above(self) -> bool:
        """Whether more was sent than returned: double counting, or a return that leaves something out."""
        return self.value is not None and self.value > 100


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the waterfall: how many tables or rows are left, and what was lost since the step before."""

    name: str
    count: int
    lost: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What cost most rows: a rule on a column, a data set, or a day."""

    kind: str
    name: str
    rows: int


class Returned(NamedTuple):
    """What was returned, and whether it was said to be comparable with what was sent; None: nobody said."""

    value: int | None = None
    comparable: bool | None = None


def upload_rate(sent: int, returned: int | None, comparable: bool | None = None) -> Rate:
    """Sent over returned in percent. Without a return, or with one too small to compare with, a reason stands instead.

    Digits beyond the second are cut off, not rounded: only so do whole numbers give every rate that was ever printed.

    Args:
        comparable: whether a rate was printed of the return; its size says so where nobody does.
    """
    if returned is None or (returned == 0 and sent == 0 and comparable is None):
        return Rate(None, MISSING)
    if comparable is False or returned == 0 or (comparable is None and returned * TOO_SMALL_BY < sent):
        return Rate(None, TOO_FEW)
    return Rate(float(_cut(sent, returned)))


def _cut(sent: int, returned: int) -> Decimal:
    return (Decimal(100 * sent) / Decimal(returned)).quantize(Decimal("0.01"), ROUND_DOWN)


def returned_for(sent: int, rate: Decimal) -> int:
    """The whole number of which ``sent`` is ``rate`` percent, or nearest to it: ``upload_rate`` inverted."""
    if rate == 0:
        return 1000 if sent == 0 else sent * 100_000
    most = int(Decimal(100 * sent) / rate)
    return min((n for n in (most, most + 1) if n), key=lambda n: abs(_cut(sent, n) - rate))


def days_of(rows_of: Mapping[str, int], days: int) -> dict[str, list[int]]:
    """On which days of a month, from 0, each table is sent: every table once, and one of them on each of the days.

    No table is sent on more days than it has rows; the largest are sent most often.
    """
    found: dict[str, list[int]] = {code: [] for code in rows_of}
    if not days:
        return {}
    for place, code in enumerate(rows_of):
        found[code].append(place % days)
    free = range(min(len(rows_of), days), days)
    for code in sorted(rows_of, key=lambda code: -rows_of[code]):
        room = rows_of[code] - 1
        found[code] += free[:room]
        free = free[room:]
    return found


def outlier(value: int, history: Sequence[int]) -> float | None:
    """How far a count lies from an institution's own history, as a modified z-score; None if it is not unusual.

    Args:
        history: counts of earlier months, at least three.
    """
    if len(history) < 3:
        return None
    middle = median(history)
    spread = median(abs(one - middle) for one in history) or max(abs(middle) * 0.01, 1)
    score = 0.6745 * (value - middle) / spread
    return round(score, 1) if abs(score) > OUTLIER_AT else None


def trend(counts: Sequence[int]) -> float | None:
    """Change of the last count against the one before in percent; None without a count before."""
    if len(counts) < 2 or counts[-2] == 0:
        return None
    return round(100 * (counts[-1] - counts[-2]) / counts[-2], 1)


def stages(
    *, required: int, declared: int, uploaded: int, received: int, accepted: int, returned: int | None, sent: int
) -> list[Stage]:
    """The waterfall: tables required, declared, uploaded; rows received, valid; visits against the returns."""
    steps = [
        Stage("required", required, 0),
        Stage("declared", declared, max(required - declared, 0)),
        Stage("uploaded", uploaded, max(declared - uploaded, 0)),
        Stage("received", received, 0),
        Stage("valid", accepted, max(received - accepted, 0)),
    ]
    if returned is not None:
        steps += [Stage("returned", returned, 0), Stage("compared", sent, max(returned - sent, 0))]
    return steps


def costliest(kind: str, counts: Mapping[str, int]) -> Loss | None:
    """The entry that cost most rows; ties go to the name that sorts first. None where nothing was lost."""
    if not counts or max(counts.values()) <= 0:
        return None
    name = min(counts, key=lambda one: (-counts[one], one))
    return Loss(kind, name, counts[name])


def whole_number(cell: object, where: str) -> int | None:
    """A cell of a return: a whole number, or None where it is empty.

    Raises:
        ReturnsUnreadable: anything else.
    """
    text = "" if cell is None else str(cell).strip().replace(",", "")
    if not text:
        return None
    if text.endswith(".0"):
        text = text[:-2]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ReturnsUnreadable(where=where, reason="a cell holds no whole number")
    return int(text)
