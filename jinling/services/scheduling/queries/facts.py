"""What the booking verbs must know of sessions: one statement for a whole batch."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from jinling.foundation.directory import public as directory
from jinling.services.scheduling.queries.statements import rows_of
from jinling.services.scheduling.values import SessionFacts

KEPT_SECONDS = 1.0
MOST_KEPT = 20_000
_kept: dict[int, tuple[float, SessionFacts]] = {}

_FACTS = """
SELECT s.id, s.organization_id, s.clinic_id, s.date, s.starts_at, s.ends_at, s.capacity, s.segment_minutes,
       c.age_min, c.age_max, c.sex, p.id, p.code, p.falls_at
FROM scheduling_session s
JOIN scheduling_clinic c ON c.id = s.clinic_id
JOIN scheduling_pool p ON p.session_id = s.id
WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id, p.id
"""


def session_facts(ids: Collection[int]) -> dict[int, SessionFacts]:
    """Facts of sessions by id; sessions that do not exist are missing.

    They are kept in the process for a second: in a rush everyone asks for the same few. Whether a session
    is open and how many numbers are left is not among them; the taking statement looks at that itself.
    """
    now = time.monotonic()
    found: dict[int, SessionFacts] = {}
    missing: list[int] = []
    for id_ in ids:
        kept = _kept.get(id_)
        if kept is not None and kept[0] > now:
            found[id_] = kept[1]
        else:
            missing.append(id_)
    if missing:
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        for facts in _read(missing):
            found[facts.id] = facts
            _kept[facts.id] = (now + KEPT_SECONDS, facts)
    return found


def forget_sessions() -> None:
    """Read every session anew at the next call, in this process."""
    _kept.clear()


def _read(ids: list[int]) -> list[SessionFacts]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows_of(_FACTS, [ids]):
        groups.setdefault(row[0], []).append(row)
    codes = directory.codes(group[0][1] for group in groups.values())
    return [
        _facts(group[0], codes[group[0][1]], tuple((row[11], row[12], row[13]) for row in group))
        for group in groups.values()
    ]


def _facts(row: tuple[Any, ...], code: str, pools: tuple[tuple[int, str, Any], ...]) -> SessionFacts:
    id_, organization, clinic, date, starts_at, ends_at, capacity, minutes, age_min, age_max, sex = row[:11]
    return SessionFacts(
        id_, organization, code, clinic, date, starts_at, ends_at, capacity, minutes, age_min, age_max, sex, pools
    )
