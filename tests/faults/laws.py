"""How figures come about, and how surprising a figure is to somebody who knows how.

A ``Course`` is one count over the months of a sequence: a level, a trend, a season, a slow walk of its own, and counts
around them that scatter more than Poisson's. It keeps the law of each month beside the count that it drew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from statistics import NormalDist


@dataclass(frozen=True)
class Law:
    """Where a figure of a month should lie: relative laws are of logarithms, the others of the figure itself."""

    middle: float
    spread: float
    relative: bool = True
    counted: bool = False  # a count, whose small values follow the negative binomial

    def surprise(self, value: float) -> float:
        """How many spreads away a value lies."""
        if not self.relative or self.middle <= 0:
            return abs(value - self.middle) / self.spread
        if self.counted and self.middle < 200 and value < 2000:
            return self._tail(max(0, round(value)))
        # Half a count keeps small figures and nought comparable.
        return abs(math.log((max(value, 0) + 0.5) / (self.middle + 0.5))) / self.spread

    def _tail(self, count: int) -> float:
        """The chance of a count so far out, said in spreads of the normal law."""
        shape = 1 / max(self.spread**2 - 1 / max(self.middle, 1.0), 1e-4)
        odds = math.log(self.middle / (self.middle + shape))
        none = shape * math.log(shape / (self.middle + shape)) - math.lgamma(shape)
        chances = [math.exp(none + math.lgamma(shape + n) - math.lgamma(n + 1) + n * odds) for n in range(count + 1)]
        below = sum(chances)
        tail = min(below, 1 - below + chances[-1])
        return NormalDist().inv_cdf(1 - min(0.5, max(tail, 1e-15)))


NOTHING = Law(0, 0.1, relative=False)


@dataclass(frozen=True)
class Manner:
    """How the counts of a table behave."""

    trend: float = 0.08  # spread of the yearly growth
    season: float = 0.06  # amplitude over the year
    busy: float = 1.0  # how far it follows the working days; 0 for what does not
    wander: float = 0.02  # the level's own walk in a month
    spread: float = 0.1  # scatter of a month beyond Poisson's


def poisson(rng: Random, middle: float) -> int:
    """A count of independent events."""
    if middle > 200:
        return max(0, round(rng.gauss(middle, math.sqrt(middle))))
    count, left = 0, rng.expovariate(1.0)
    while left < middle:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def scattered(rng: Random, middle: float, spread: float) -> int:
    """A count whose events come in crowds: negative binomial with this relative spread beyond Poisson's."""
    if middle <= 0:
        return 0
    shape = 1 / spread**2
    return poisson(rng, rng.gammavariate(shape, middle / shape))


class Course:
    """One count, month by month. It may begin and end: before and after there is nothing."""

    def __init__(
        self, rng: Random, level: float, manner: Manner, months: int, *, begins: int = 0, ends: int | None = None
    ) -> None:
        """Draw the whole path at once, so that months may be asked in any order."""
        self.rng, self.manner = rng, manner
        self.begins, self.ends = begins, months if ends is None else ends
        growth, phase = rng.gauss(0.04, manner.trend), rng.uniform(0, 12)
        walk, self.path = 0.0, []
        for month in range(months):
            walk += rng.gauss(0, manner.wander)
            wave = manner.season * (math.cos(2 * math.pi * (month - phase) / 12) - math.cos(2 * math.pi * -phase / 12))
            self.path.append(level * math.exp(growth * month / 12 + wave + walk))

    def middle(self, month: int, busy: float) -> float:
        """What is to be expected of a month; an opening takes three months to come to its level."""
        if not self.begins <= month < self.ends:
            return 0.0
        opening = min(1.0, (month - self.begins + 1) / 3) if self.begins else 1.0
        return self.path[month] * opening * busy**self.manner.busy

    def draw(self, month: int, busy: float, shock: float = 1.0, shocked: float = 0.0) -> tuple[int, Law]:
        """A count and its law; ``shock`` is what the institution's other counts share, of spread ``shocked``."""
        middle = self.middle(month, busy)
        if middle <= 0:
            return 0, NOTHING
        value = scattered(self.rng, middle * shock, self.manner.spread)
        return value, Law(middle, math.sqrt(self.manner.spread**2 + shocked**2 + 1 / max(middle, 1.0)), counted=True)


class Steps:
    """A small number that stands for months and then moves a little: tables declared, doctors, kiosks."""

    def __init__(self, rng: Random, level: int, months: int, *, chance: float = 0.05, most: int | None = None) -> None:
        """Draw all moves; upwards is likelier."""
        self.stride = max(1, round(level * 0.03))
        self.values: list[int] = []
        value = level
        for _ in range(months):
            if self.values and rng.random() < chance:
                value = max(0, value + rng.choice((-1, 1, 1)) * rng.randint(1, self.stride))
                value = value if most is None else min(value, most)
            self.values.append(value)

    def draw(self, month: int) -> tuple[int, Law]:
        """A value and its law: what stood before, give or take a move."""
        before = self.values[max(0, month - 1)]
        return self.values[month], Law(before, self.stride / 3 + 0.02, relative=False)


class Stock:
    """What grows: records held. A month adds a little; now and then a cleaning takes some away."""

    def __init__(self, rng: Random, level: float, months: int, *, growth: float = 0.004) -> None:
        """Draw the whole path."""
        self.growth = growth
        self.values: list[int] = []
        value = level
        for _ in range(months):
            self.values.append(round(value))
            value *= 1 + (rng.uniform(-0.02, 0) if rng.random() < 0.02 else rng.gammavariate(4, growth / 4))

    def draw(self, month: int) -> tuple[int, Law]:
        """A value and its law."""
        before = self.values[max(0, month - 1)]
        return self.values[month], Law(before * (1 + self.growth), self.growth * 2 + 0.5 / max(before, 1))
