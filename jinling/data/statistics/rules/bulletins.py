"""A month's bulletin as one value: all that it prints, in both languages, so that it prints the same ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import Wording
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.periods import Period

Standing = Literal["to_date", "not_released", "released"]


@dataclass(frozen=True, slots=True)
class Edition:
    """A release of a month: ``version`` 1 is the first, later ones are revisions with their reason."""

    version: int
    reason: str
    cut_off: datetime
    approved_at: datetime
    changed: int
    first_on: date


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A month's tables and checks. ``as_of`` is when they were counted; ``closed`` whether the month was over;
    ``scales`` are the scales of the replays that its tables rest on, ``partial`` whether one is not complete;
    ``reasons`` how each reason for a missing figure reads. ``edition`` is the release that it is printed from."""

    period: Period
    title: Wording
    publisher: Wording
    parts: tuple[Table, ...]
    checks: tuple[Check, ...]
    reasons: Mapping[str, Wording]
    as_of: datetime
    closed: bool
    scales: tuple[float, ...] = ()
    partial: bool = False
    edition: Edition | None = None

    @property
    def standing(self) -> Standing:
        """What the figures are: those of a running month, of one that nobody released, or released."""
        if self.edition is not None:
            return "released"
        return "not_released" if self.closed else "to_date"
