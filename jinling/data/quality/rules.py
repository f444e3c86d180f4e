"""Rates, outliers and the waterfall over plain values; refusals of imported returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

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


def upload_rate(sent: int, returned: int | None) -> Rate:
    """Sent over returned in percent. Without a return, or with one too small to compare with, a reason stands instead.

    Digits beyond the second are cut off, not rounded: only so do whole numbers give every rate that was ever printed.
    """
    if returned is None or (returned == 0 and sent == 0):
        return Rate(None, MISSING)
    if returned * TOO_SMALL_BY < sent:
        return Rate(None, TOO_FEW)
    exact = Decimal(100 * sent) / Decimal(returned)
    return Rate(float(exact.quantize(Decimal("0.01"), ROUND_DOWN)))


def returned_for(sent: int, rate: float) -> int:
    """The whole number of which ``sent`` is ``rate`` percent, cut off after two decimals: ``upload_rate`` inverted."""
    if rate == 0:
        return 1000 if sent == 0 else sent * 100_000
    guess = max(1, int((Decimal(100 * sent) / Decimal(str(rate))).to_integral_value(ROUND_HALF_UP)))
    for near in sorted(range(max(guess - 200, 1), guess + 201), key=lambda one: abs(one - guess)):
        if upload_rate(sent, near).value == rate:
            return near
    return guess


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
