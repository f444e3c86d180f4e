"""How one printed figure becomes single events: scaled, split over days or places, set at instants.

Everything follows from the figures alone, so that a plan can be made again and gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo


def scaled(figure: int, scale: float) -> int:
    """A figure's share, halves upward."""
    return int(figure * scale + 0.5)


def spread(total: int, weights: Sequence[int], *, least: int = 0) -> list[int]:
    """``total`` in whole parts that go by the weights, none smaller than ``least``; what is over falls evenly.

    Raises:
        ValueError: the total cannot give every part the least.
    """
    free, whole = total - least * len(weights), sum(weights)
    if free < 0 or (free and not whole):
        raise ValueError(f"{total} cannot fill {len(weights)} places")
    parts, sofar, given = [], 0, 0
    for weight in weights:
        sofar += weight
        upto = (2 * free * sofar + whole) // (2 * whole) if whole else 0
        parts.append(least + upto - given)
        given = upto
    return parts


def instants(on: date, count: int, zone: tzinfo, *, opens: time, closes: time) -> list[datetime]:
    """``count`` instants of a day, in order and as far apart as its open hours allow."""
    first = datetime.combine(on, opens, tzinfo=zone)
    seconds = int((datetime.combine(on, closes, tzinfo=zone) - first).total_seconds())
    return [first + timedelta(seconds=seconds * index // count) for index in range(count)]
