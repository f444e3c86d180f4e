"""Taking back what a replay made: synthetic bookings of synthetic people, never anybody's appointment."""

from __future__ import annotations

from django.db import connection, transaction

from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.services.scheduling.rules.refusals import BatchNotReplayed


@transaction.atomic
def withdraw_batch(*, by: Actor, batch: str) -> int:
    """Remove the appointments and sessions of a replay; returns how many appointments.

    The audit keeps what was done, and gains an entry for the withdrawal. Sessions in which somebody
    else has booked stay.

    Raises:
        BatchNotReplayed: the batch is not a replay's.
    """
    if not batch.startswith("replay:"):
        raise BatchNotReplayed(where=batch)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduling_pool p SET taken = p.taken - x.n FROM (SELECT pool_id, count(*)::integer AS n"
            " FROM scheduling_appointment WHERE batch = %s AND status NOT IN"
            " ('cancelled', 'suspended', 'expired', 'refused') GROUP BY pool_id) x WHERE p.id = x.pool_id",
            [batch],
        )
        cursor.execute(
            "UPDATE scheduling_session SET low_free = 1 WHERE id IN (SELECT session_id FROM scheduling_appointment"
            " WHERE batch = %s)",
            [batch],
        )
        cursor.execute("DELETE FROM scheduling_appointment WHERE batch = %s", [batch])
        taken_back = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM scheduling_pool WHERE session_id IN (SELECT s.id FROM scheduling_session s WHERE s.batch = %s"
            " AND NOT EXISTS (SELECT 1 FROM scheduling_appointment a WHERE a.session_id = s.id))",
            [batch],
        )
        cursor.execute(
            "DELETE FROM scheduling_session s WHERE s.batch = %s"
            " AND NOT EXISTS (SELECT 1 FROM scheduling_pool p WHERE p.session_id = s.id)",
            [batch],
        )
    audit.record(
        by=by, action="scheduling.withdraw_replay", target=f"batch/{batch}", detail={"appointments": taken_back}
    )
    return taken_back
