"""How a month's printed figure becomes single cards, over plain values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

OPENS, CLOSES = time(8), time(17, 30)
WEEKEND = 0.35  # counters are open at weekends, with fewer windows


def scaled(count: int, scale: float) -> int:
    """A figure at a share: rounded, at least one where there was any."""
    return 0 if count <= 0 else max(1, round(count * scale))


def people_needed(counts: list[int]) -> int:
    """How many people hold these cards: nobody two from one issuer, most of them one or two in a month."""
    return max(max(counts, default=0), round(sum(counts) * 0.45), 1)


def moment(index: int, count: int, first: date, last: date, zone: tzinfo) -> datetime:
    """When card ``index`` of ``count`` is issued: spread evenly over the counters' open hours of the month."""
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    weights = [WEEKEND if day.weekday() > 4 else 1.0 for day in days]
    at = (index + 0.5) / count * sum(weights)
    place = 0
    while place < len(days) - 1 and at >= weights[place]:
        at -= weights[place]
        place += 1
    opens = datetime.combine(days[place], OPENS, zone)
    span = datetime.combine(days[place], CLOSES, zone) - opens
    return opens + timedelta(seconds=int(min(at / weights[place], 1.0) * span.total_seconds()))
