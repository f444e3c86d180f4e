"""Numbers and their times: a session's numbers fall into equal segments of its half-day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a session and the numbers ``first..last`` that are seen in it."""

    index: int
    starts_at: datetime
    ends_at: datetime
    first: int
    last: int


def segments(starts_at: datetime, ends_at: datetime, capacity: int, minutes: int) -> list[Segment]:
    """Split a session. ``minutes`` 0 or longer than the session gives one segment.

    The numbers are shared out as evenly as they go, earlier segments getting the rest.
    """
    length = int((ends_at - starts_at).total_seconds() // 60)
    count = max(1, min(length // minutes if minutes else 1, max(capacity, 1)))
    share, rest = divmod(capacity, count)
    found: list[Segment] = []
    first = 1
    step = timedelta(minutes=length / count)
    for index in range(count):
        last = first + share - 1 + (1 if index < rest else 0)
        found.append(Segment(index, starts_at + step * index, starts_at + step * (index + 1), first, last))
        first = last + 1
    return found


def segment_of(number: int, parts: list[Segment]) -> Segment:
    """The segment in which a number is seen; numbers beyond the last belong to the last."""
    for part in parts:
        if part.first <= number <= part.last:
            return part
    return parts[-1]


def pool_sizes(capacity: int, shares: list[tuple[str, int]], rest: str) -> list[tuple[str, int]]:
    """Split a session's numbers into pools. ``shares`` are (code, percent); what is left goes to ``rest``.

    Kept shares are rounded down, so that the general pool never loses to rounding.
    """
    sizes = [(code, capacity * percent // 100) for code, percent in shares]
    left = capacity - sum(size for _code, size in sizes)
    return [(code, size) for code, size in sizes if size] + [(rest, left)]
