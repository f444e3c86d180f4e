"""Reads of draws."""

from __future__ import annotations

from jinling.services.scheduling.models import Draw
from jinling.services.scheduling.rules.refusals import NoSuchSession


def draw_of(session: int) -> Draw:
    """The draw of a session.

    Raises:
        NoSuchSession: it has none.
    """
    row = Draw.objects.select_related("session").filter(session_id=session).first()
    if row is None:
        raise NoSuchSession(where=str(session), mend="This session is not released by draw.")
    return row
