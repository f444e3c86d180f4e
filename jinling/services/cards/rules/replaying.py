"""How a month's printed figures become single cards, over plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, tzinfo
from itertools import count as counting

from jinling.kernel.spreading import instants, spread

OPENS, CLOSES = time(8), time(17, 30)
WORKDAY, WEEKEND = 20, 7  # counters are open at weekends, with fewer windows


def people_needed(counts: Sequence[int]) -> int:
    """How many people hold these cards: nobody two from one issuer, most of them one or two in a month."""
    return max(max(counts, default=0), round(sum(counts) * 0.45), 1)


def turns(start: int, people: int) -> Iterator[int]:
    """Places of those who may come, from ``start``: everyone once, then people who have not been here before."""
    return ((start + turn) % people if turn < people else turn for turn in counting())


def moments(count: int, days: Sequence[date], zone: tzinfo) -> list[datetime]:
    """When each of ``count`` cards is issued: spread over the counters' open hours of the days."""
    shares = spread(count, [WEEKEND if day.weekday() > 4 else WORKDAY for day in days])
    return [
        at
        for day, share in zip(days, shares, strict=True)
        for at in instants(day, share, zone, opens=OPENS, closes=CLOSES)
    ]
