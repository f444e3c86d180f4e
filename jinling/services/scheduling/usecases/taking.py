"""Taking numbers: hold, book, book many, and the gathering of requests that wait at the same moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.idempotency import public as idempotency
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor
from jinling.kernel.gathering import Gatherer
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.events import AppointmentBooked
from jinling.services.scheduling.queries.facts import session_facts
from jinling.services.scheduling.queries.penalties import suspended_until
from jinling.services.scheduling.queries.policies import policy_of, routes, zone
from jinling.services.scheduling.queries.statements import rows_of
from jinling.services.scheduling.rules.kinds import Audience, Confirmation
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.services.scheduling.rules.limits import ClinicLimits, check_patient
from jinling.services.scheduling.rules.refusals import (
    OUTCOMES,
    PatientLimit,
    RouteUnknown,
    SegmentFull,
    SessionFull,
    SessionUnknown,
    Suspended,
)
from jinling.services.scheduling.rules.segments import segments
from jinling.services.scheduling.rules.windows import OpenPool, admissible_pools
from jinling.services.scheduling.values import BookingRequest, Outcome, SessionFacts, Taken, TakeRequest

Asked = tuple[Actor, BookingRequest]

MOST_GATHERED = 256  # one statement's share: larger batches only make others wait longer


def book(*, by: Actor, request: BookingRequest) -> Taken:
    """Take (or hold) one number for a patient.

    Requests that wait at the same moment in this process are settled by one statement. Not to be
    called inside a transaction: the number is taken and committed when this returns.

    Raises:
        Refused: the first rule that does not hold; nothing has changed then.
    """
    outcome = _gatherer.submit((by, request))
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def book_many(*, by: Actor, requests: Sequence[BookingRequest]) -> list[Outcome]:
    """Take numbers for many requests; one outcome each, in order. A refusal is an outcome, not raised.

    Each round is one statement and, outside a transaction, commits by itself; a patient who stands
    in the batch several times is settled in as many rounds.
    """
    return take_many([(by, request) for request in requests])


def take_many(asked: Sequence[Asked], *, draw: bool = False) -> list[Outcome]:
    """The one way in which numbers are taken. ``draw``: the requests won a draw."""
    outcomes: list[Outcome | None] = [None] * len(asked)
    waiting = list(range(len(asked)))
    while waiting:
        seen: set[UUID] = set()
        keys: set[tuple[str, str]] = set()
        now_, later = [], []
        for index in waiting:
            by, request = asked[index]
            key = (by.id, request.key)
            if request.patient in seen or (request.key and key in keys):
                later.append(index)
            else:
                seen.add(request.patient)
                keys.add(key)
                now_.append(index)
        for index, outcome in zip(now_, _take_round([asked[i] for i in now_], draw=draw), strict=True):
            outcomes[index] = outcome
        waiting = later
    return outcomes  # type: ignore[return-value]


def _take_round(asked: Sequence[Asked], *, draw: bool) -> list[Outcome]:
    """Settle requests of distinct patients: fetch, decide by the rules, take by one statement."""
    now = timezone.now()
    sessions = session_facts({request.session for _by, request in asked})
    patients = mpi.facts([request.patient for _by, request in asked])
    outcomes: list[Outcome | None] = []
    told: list[tuple[int, TakeRequest]] = []  # places among the outcomes, and what the statement is told
    for by, request in asked:
        try:
            one = _to_take(by, request, sessions.get(request.session), patients.get(request.patient), now, draw)
            outcomes.append(None)
        except Refused as refused:
            outcomes.append(refused)
            if not request.key:
                continue
            # A repeated request gets its kept answer even when a rule has turned against it since.
            one = _to_look_up(by, request, now)
        told.append((len(outcomes) - 1, one))
    if told:
        as_of = max((request.at or now for _by, request in asked), default=now)
        for (at, one), (word, number, answer) in zip(told, _take([one for _at, one in told], as_of, now), strict=True):
            if word == "taken":
                outcomes[at] = Taken(one.id, number)
            elif word == "repeated":
                kept = json.loads(answer)
                outcomes[at] = Taken(UUID(kept["id"]), kept["number"], repeated=True)
            elif outcomes[at] is None or word in ("reused", "running"):
                outcomes[at] = _refusal(word, one, asked[at][1], now)
    return outcomes  # type: ignore[return-value]


_TAKE = "SELECT outcome, number, answer FROM scheduling_take(%s::jsonb, %s, %s::date, %s) ORDER BY ord"


def _take(told: list[TakeRequest], as_of: datetime, now: datetime) -> list[tuple[Any, ...]]:
    documents = json.dumps([one.document() for one in told])
    return rows_of(_TAKE, [documents, as_of, as_of.astimezone(zone()).date(), now])


def _to_take(
    by: Actor, request: BookingRequest, session: SessionFacts | None, patient: Any, now: datetime, draw: bool
) -> TakeRequest:
    """What the taking statement is told about a request that passes the rules."""
    if session is None:
        raise SessionUnknown(where=str(request.session))
    route = routes().get(request.route)
    if route is None:
        raise RouteUnknown(where=request.route)
    at = request.at or now
    policy = policy_of(session.organization)
    check_patient(
        known=patient is not None,
        active=patient is not None and patient.active,
        real_name=patient is not None and patient.real_name,
        birth=patient.birth_date if patient else None,
        sex=patient.sex if patient else "",
        clinic=ClinicLimits(session.age_min, session.age_max, session.sex),
        day=session.date,
    )
    audience = Audience.COMMUNITY if Audience.COMMUNITY in (route.audience, by.audience) else Audience.PUBLIC
    pools = (
        [pool for pool, _code, _falls in session.pools]
        if draw
        else admissible_pools(
            day=session.date,
            starts_at=session.starts_at,
            windows=policy.windows,
            clocks=policy.clocks,
            pools=[OpenPool(*pool) for pool in session.pools],
            audience=audience,
            channel_kind=route.kind,
            at=at,
            zone=zone(),
        )
    )
    first = last = None
    if request.segment is not None:
        parts = segments(session.starts_at, session.ends_at, session.capacity, session.segment_minutes)
        if not 0 <= request.segment < len(parts):
            raise SegmentFull(where=str(request.segment))
        first, last = parts[request.segment].first, parts[request.segment].last
    status, expires = AppointmentState.BOOKED, None
    if request.hold:
        status, expires = AppointmentState.PROPOSED, at + timedelta(minutes=policy.hold_minutes)
    elif policy.confirmation == Confirmation.HOSPITAL:
        status, expires = AppointmentState.PENDING, at + timedelta(minutes=policy.confirm_minutes)
    event = AppointmentBooked(
        str(request.id), session.id, session.organization_code, str(request.patient), route.code, status, 0
    )
    limits = policy.limits
    return replace(
        _to_look_up(by, request, now),
        pools=pools,
        first=first,
        last=last,
        status=status,
        expires_at=expires,
        kind=route.kind,
        win=draw,
        day=limits.per_day,
        department=limits.per_department_day,
        doctor=limits.per_doctor_day,
        active=limits.active,
        act=audit.entry_document(
            by,
            action="scheduling.hold" if request.hold else "scheduling.book",
            patient=str(request.patient),
            target=f"Appointment/{request.id}",
            organization=session.organization_code,
        ),
        event=None if request.hold else outbox.event_document(event),
    )


def _to_look_up(by: Actor, request: BookingRequest, now: datetime) -> TakeRequest:
    """The part that names the request. Without pools nothing can be taken: it only asks for a kept answer."""
    return TakeRequest(
        id=request.id,
        session=request.session,
        patient=request.patient,
        route=request.route,
        at=request.at or now,
        actor=by.ref,
        batch=request.batch,
        replaces=request.replaces,
        client=by.id,
        key=request.key,
        hash=idempotency.body_hash(request.body()).hex() if request.key else "",
    )


# The statement's word for a limit: its figure in the request's document, and its name in the refusal.
LIMITS = {
    "limit_day": ("day", "day"),
    "limit_department": ("department", "department"),
    "limit_doctor": ("doctor", "doctor"),
    "limit_active": ("active", "open"),
}


def _refusal(word: str, told: TakeRequest, request: BookingRequest, now: datetime) -> Refused:
    where = str(request.session)
    if word in LIMITS:
        figure, limit = LIMITS[word]
        return PatientLimit(where=where, limit=limit, allowed=getattr(told, figure))
    if word == "suspended":
        until = suspended_until(request.patient, request.at or now)
        return Suspended(where=where, until=until.isoformat() if until else "")
    if word == "running":
        return idempotency.StillRunning(where=where)
    if word == "reused":
        return idempotency.KeyReused(where=where)
    return OUTCOMES.get(word, SessionFull)(where=where)


_gatherer: Gatherer[Asked, Outcome] = Gatherer(take_many, most=MOST_GATHERED)
