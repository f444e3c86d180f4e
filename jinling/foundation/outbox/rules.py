"""When a failed delivery is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

MAX_ATTEMPTS = 8


def next_try(attempts: int, now: datetime) -> datetime | None:
    """The next attempt: 5 s, then four times longer each time up to 1 h; None when given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + timedelta(seconds=min(5 * 4 ** (attempts - 1), 3600))


def event_document(event: Any) -> dict[str, Any]:
    """A context's event (a flat frozen dataclass) as stored: type ``<context>.<class>`` and its fields.

    The context is the package's name: ``jinling.services.scheduling.events`` gives ``scheduling``.
    """
    context = type(event).__module__.split(".")[2]
    return {
        "type": f"{context}.{type(event).__name__}",
        "payload": {name: getattr(event, name) for name in event.__dataclass_fields__},
    }
