"""Reads of draws."""

from __future__ import annotations

from jinling.services.scheduling.models import Draw
from jinling.services.scheduling.rules.refusals import SessionUnknown


def draw_of(session: int) -> Draw:
    """The draw of a session.

    Raises:
        SessionUnknown: it has none.
    """
    rows = Draw.objects.select_related("session__clinic", "session__organization", "session__practitioner")
    row = rows.filter(session_id=session).first()
    if row is None:
        raise SessionUnknown(where=str(session), mend="This session is not released by draw.")
    return row
