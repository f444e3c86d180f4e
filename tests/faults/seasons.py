"""How busy a month is: working days, weekends, the long holidays and the Spring Festival, which moves."""

from __future__ import annotations

from datetime import date, timedelta

# New Year's Day of the lunar calendar.
SPRING_FESTIVALS = (date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1))
WEEKDAY, SATURDAY, SUNDAY = 1.0, 0.6, 0.45
HOLIDAYS = {(1, 1), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}


def weight(day: date) -> float:
    """How much of an ordinary weekday's work a day brings."""
    away = min((day - festival).days for festival in SPRING_FESTIVALS if abs((day - festival).days) < 200)
    if -1 <= away <= 5:
        return 0.15
    usual = {5: SATURDAY, 6: SUNDAY}.get(day.weekday(), WEEKDAY)
    if (day.month, day.day) in HOLIDAYS:
        return 0.4 * usual
    if -8 <= away < -1 or 5 < away <= 14:
        return 0.75 * usual
    return usual


def days(period: str) -> int:
    """How many days the month has."""
    year, month = (int(part) for part in period.split("-"))
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days


def busy(period: str) -> float:
    """A month's work as a share of May 2018, from which the levels come."""
    return _work(period) / _work("2018-05")


def _work(period: str) -> float:
    first = date.fromisoformat(f"{period}-01")
    return sum(weight(first + timedelta(days=day)) for day in range(days(period)))


def later(period: str, months: int) -> str:
    """The month so many months after, before it where the number is negative."""
    year, month = (int(part) for part in period.split("-"))
    count = year * 12 + month - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"
