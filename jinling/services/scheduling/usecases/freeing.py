"""Giving numbers back: cancel, expire, refuse; the one place where a taken number comes free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from jinling.foundation.outbox import public as outbox
from jinling.services.scheduling.events import NumbersFreed
from jinling.services.scheduling.models import Appointment, Session
from jinling.services.scheduling.rules.kinds import EndReason
from jinling.services.scheduling.rules.life import APPOINTMENT, FREED


def lock_sessions(ids: Sequence[int]) -> dict[int, Session]:
    """Sessions locked in order of id, as the taking statement locks them."""
    return {
        row.pk: row for row in Session.objects.select_for_update(of=("self",)).filter(pk__in=set(ids)).order_by("pk")
    }


def lock_appointment(id_: UUID) -> Appointment | None:
    """An appointment with its session, locked: session first, then the appointment read afresh."""
    session = Appointment.objects.filter(pk=id_).values_list("session_id", flat=True).first()
    if session is None:
        return None
    lock_sessions([session])
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("session", "session__clinic", "organization")
        .get(pk=id_)
    )


def free(
    appointments: Sequence[Appointment], *, step: str, at: datetime, reason: EndReason, offer: bool = True
) -> None:
    """End live appointments whose sessions are locked, and put their numbers back.

    ``offer`` tells the waiting list that numbers came free. Appointments that are freed already stay as they are.
    """
    chosen = [a for a in appointments if a.status not in FREED]
    if not chosen:
        return
    for appointment in chosen:
        appointment.status = APPOINTMENT.after(appointment.status, step, where=str(appointment.pk))
        appointment.ended_at, appointment.reason = at, reason
        appointment.expires_at = None if step != "expire" else appointment.expires_at
    Appointment.objects.bulk_update(chosen, ["status", "ended_at", "reason", "expires_at"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduling_free(%s::uuid[])", [[a.pk for a in chosen]])
    if offer:
        outbox.announce_many(NumbersFreed(session) for session in sorted({a.session_id for a in chosen}))
