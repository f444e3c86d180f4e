"""What the booking verbs must know of sessions: one statement for a whole batch."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from jinling.services.scheduling.values import SessionFacts

_FACTS = """
SELECT s.id, s.organization_id, o.code, s.clinic_id, s.date, s.starts_at, s.ends_at, s.capacity, s.segment_minutes,
       c.age_min, c.age_max, c.sex, p.id, p.code, p.falls_at
FROM scheduling_session s
JOIN scheduling_clinic c ON c.id = s.clinic_id
JOIN directory_organization o ON o.id = s.organization_id
JOIN scheduling_pool p ON p.session_id = s.id
WHERE s.id = ANY(%s) ORDER BY s.id, p.id
"""


def session_facts(ids: Collection[int]) -> dict[int, SessionFacts]:
    """Facts of sessions by id; sessions that do not exist are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(ids)])
        rows = cursor.fetchall()
    found: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return {
        id_: SessionFacts(*group[0][:12], pools=tuple((row[12], row[13], row[14]) for row in group))  # type: ignore[arg-type]
        for id_, group in found.items()
    }
