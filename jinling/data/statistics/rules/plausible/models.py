"""What a column's figures are expected to be after the months before, and how far a figure is from that.

Each row has a level; what all rows of a column do alike (seasons, holidays, growth) is a factor of the month, which is
taken from the month itself, so that no holiday alarms. What is left is noise, whose size the rows' own past says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Literal

# `count`: things that happened, which scatter more the fewer they are; `held`: what there is; `rate`; `ratio` of two.
Kind = Literal["count", "held", "rate", "amount", "ratio"]
Values = Mapping[str, float]

LATEST = 5  # months that a level is of
PRIOR = 4  # for how many months of a row's own the noise of the whole column stands
ENOUGH, WIDEST = 8, 2.0  # rows that tell how much a column scatters now, and the most that is believed
FEWEST = 3  # rows that make a factor of the month
SPREAD = 1.4826  # of a median deviation to a standard one
SHIFT = {"count": 0.5, "held": 0.5, "rate": 0.02, "amount": 0.5, "ratio": 1e-9}
SMALLEST = {"count": 5.0, "held": 1.0, "rate": 0.05, "amount": 1.0, "ratio": 1e-9}
FLOOR = {"count": 0.02, "held": 0.004, "rate": 0.01, "amount": 0.02, "ratio": 0.004}
UNKNOWN = {"count": 0.25, "held": 0.05, "rate": 0.15, "amount": 0.3, "ratio": 0.1}  # noise where no past says


@dataclass(slots=True)
class Past:
    """The months before of one column."""

    kind: Kind
    months: Sequence[Values]
    factors: list[float] = field(default_factory=list)
    past: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    noise: dict[str, float] = field(default_factory=dict)
    common: float = 0.0
    excess: float = 1.25

    @classmethod
    def of(cls, kind: Kind, months: Sequence[Values]) -> Past:
        """What the months before tell, oldest first."""
        made = cls(kind, months)
        made._factors()
        made._noise()
        made._excess()
        return made

    def _factors(self) -> None:
        """What all rows did alike, month by month, and what each did beside it."""
        shift, least = SHIFT[self.kind], SMALLEST[self.kind]
        for at, values in enumerate(self.months):
            step = 0.0
            if at:
                before = self.months[at - 1]
                both = [
                    (math.log((value + shift) / (before[name] + shift)), _weight(self.kind, value))
                    for name, value in values.items()
                    if value >= least and before.get(name, 0.0) >= least
                ]
                step = _middle(both) if len(both) >= FEWEST else 0.0
            self.factors.append((self.factors[-1] if self.factors else 0.0) + step)
            for name, value in values.items():
                self.past.setdefault(name, []).append((at, math.log(value + shift) - self.factors[at]))

    def _noise(self) -> None:
        steps = {
            name: [abs(b - a) / math.sqrt(2) for (_, a), (_, b) in pairwise(levels)]
            for name, levels in self.past.items()
        }
        large = [step for name, own in steps.items() if self._typical(name) >= 30 for step in own]
        pooled = large if len(large) >= 12 or self.kind != "count" else [step for own in steps.values() for step in own]
        floor = FLOOR[self.kind]
        if len(pooled) >= 6:
            few = median(1 / max(self._typical(name), 1.0) for name in steps) if self.kind == "count" else 0.0
            large_few = few if pooled is not large else 0.0
            self.common = math.sqrt(max((SPREAD * median(pooled)) ** 2 - large_few, floor**2))
        else:
            self.common = UNKNOWN[self.kind]
        for name, own in steps.items():
            few = 1 / max(self._typical(name), 1.0) if self.kind == "count" else 0.0
            square = max((SPREAD * median(own)) ** 2 - few, floor**2) if own else floor**2
            weight = len(own)
            self.noise[name] = math.sqrt((PRIOR * self.common**2 + weight * square) / (PRIOR + weight))

    def _excess(self) -> None:
        """By how much the past itself was farther off than its noise says: seldom things are in the past as well."""
        found = []
        for name, levels in self.past.items():
            for at in range(3, len(levels)):
                month, level = levels[at]
                now = math.exp(level + self.factors[month])
                found.append(abs(self._far(name, now - SHIFT[self.kind], levels[max(0, at - LATEST) : at], month)))
        if len(found) >= 30:
            found.sort()
            self.excess = max(1.0, found[int(len(found) * 0.99) - 1] / 2.6)

    def known(self, name: str) -> bool:
        """Whether the months before know the row."""
        return name in self.past

    def _typical(self, name: str) -> float:
        levels = self.past[name]
        return math.exp(median(level for _, level in levels) + self.factors[-1])

    def _far(
        self,
        name: str,
        value: float,
        levels: Sequence[tuple[int, float]],
        month: int | None,
        step: float = 0.0,
        extra: float = 0.0,
    ) -> float:
        latest = [level for _, level in levels][-1 if self.kind == "held" else 0 :]
        factor = self.factors[month] if month is not None else self.factors[-1] + step
        expected = math.exp(median(latest) + factor)
        return distance(self.kind, value, expected - SHIFT[self.kind], self.noise[name], extra) / _unsure(len(latest))


@dataclass(frozen=True, slots=True)
class Outlook:
    """A column now, before its past.

    ``step`` is what all its rows do alike, ``shift`` what was measured of that, ``spread`` how much more than before
    they scatter around it.
    """

    past: Past
    now: Values
    step: float
    shift: float | None
    extra: Mapping[str, float] = field(default_factory=dict)
    spread: float = 1.0

    @classmethod
    def of(cls, past: Past, now: Values, extra: Mapping[str, float] | None = None) -> Outlook:
        """A column of this month; ``extra``: noise of a row beyond what its past says."""
        shift, least = SHIFT[past.kind], SMALLEST[past.kind]
        both = []
        for name, value in now.items():
            levels = past.past.get(name)
            if levels and value >= least:
                level = median([one for _, one in levels[-_span(past.kind) :]])
                if math.exp(level + past.factors[-1]) >= least:
                    step = math.log(value + shift) - level - past.factors[-1]
                    both.append((step, _weight(past.kind, value)))
        measured = _middle(both) if len(both) >= FEWEST else None
        made = cls(past, now, measured or 0.0, measured, extra or {})
        # A holiday does not do the same to all rows: where all scatter more than they use to, each may.
        far = [abs(made.far(name, value)) for name, value in now.items() if value >= least and past.known(name)]
        spread = SPREAD * median(far) if len(far) >= ENOUGH else 1.0
        return replace(made, spread=min(max(1.0, spread), WIDEST))

    def expected(self, name: str) -> float:
        """What was to be expected of a row."""
        levels = [level for _, level in self.past.past[name][-_span(self.past.kind) :]]
        return max(math.exp(median(levels) + self.past.factors[-1] + self.step) - SHIFT[self.past.kind], 0.0)

    def far(self, name: str, value: float) -> float:
        """How far a value is from what was to be expected of a row, in its usual deviations."""
        past = self.past
        levels = past.past[name][-LATEST:]
        off = past._far(name, value, levels, None, self.step, self.extra.get(name, 0.0))
        young = 1.5 if len(past.past[name]) < 3 else 1.0
        return off / past.excess / young / self.spread


def _unsure(months: int) -> float:
    """By how much a level that is the median of so many months is itself uncertain."""
    return math.sqrt(1 + 1.57 / max(months, 1))


def past_largest(past: Past) -> float:
    """The largest step that a whole column can be believed to make."""
    steps = [abs(b - a) for a, b in pairwise(past.factors)]
    least = {"count": 1.0, "amount": 1.0, "held": 0.25, "rate": 0.7, "ratio": 0.4}[past.kind]
    return max(least, 1.5 * max(steps, default=0.0))


def distance(kind: Kind, value: float, expected: float, noise: float, extra: float = 0.0) -> float:
    """How far a value is from what was expected, in deviations of this noise."""
    if kind == "count":  # counts scatter by their noise and by chance: this makes both one deviation
        return _even(value, noise) - _even(expected, noise)
    shift = SHIFT[kind]
    if kind == "held":  # one more or less is nothing, of few things too
        extra = max(extra, 0.7 / (expected + 0.5))
    if kind == "rate":
        extra = max(extra, 0.006 / (expected + 0.02))
    return math.log((value + shift) / (max(expected, 0.0) + shift)) / math.hypot(noise, extra)


def _even(value: float, noise: float) -> float:
    return 2 / noise * math.asinh(noise * math.sqrt(max(value, 0.0) + 0.375))


def _span(kind: Kind) -> int:
    return 1 if kind == "held" else LATEST


def _weight(kind: Kind, value: float) -> float:
    return math.sqrt(min(value, 2500.0)) if kind == "count" else 1.0


def _middle(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of weighted numbers."""
    ordered = sorted(pairs)
    half, reached = sum(weight for _, weight in ordered) / 2, 0.0
    for value, weight in ordered:
        reached += weight
        if reached >= half:
            return value
    return 0.0
