"""Ages in full years, as law and clinics count them."""

from __future__ import annotations

from datetime import date

GROWN_UP = 18


def age_on(birth_date: date, day: date) -> int:
    """Full years of life on a day; who was born on 29 February is a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
