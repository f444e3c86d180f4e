"""Values that the fields of an address or form name, or None where they name nothing."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from jinling.services.scheduling.public import today


def day_asked(text: str) -> date | None:
    """The day that a field names; None for anything else, and for days a year away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day - today()) < timedelta(days=366) else None


def id_asked(text: str) -> UUID | None:
    """The id that a field holds."""
    try:
        return UUID(text)
    except ValueError:
        return None
