"""Reads of draws."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from jinling.services.scheduling.models import Draw, DrawTicket
from jinling.services.scheduling.rules.refusals import SessionUnknown


def draw_in(session: int) -> Draw | None:
    """The draw of a session, or None where it is released otherwise."""
    return Draw.objects.filter(session_id=session).first()


def held_draw(id_: UUID) -> Draw:
    """A draw that was held, with its receipt.

    Raises:
        SessionUnknown: there is none, or it was not held yet.
    """
    row = Draw.objects.select_related("session__clinic", "session__organization").filter(pk=id_).first()
    if row is None or row.drawn_at is None:
        raise SessionUnknown(where=str(id_), mend="The receipt is published when the draw was held.")
    return row


def tickets_of(draw: UUID, patients: Collection[UUID]) -> dict[UUID, DrawTicket]:
    """The tickets that some people hold in a draw."""
    return {ticket.patient_id: ticket for ticket in DrawTicket.objects.filter(draw_id=draw, patient_id__in=patients)}


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
