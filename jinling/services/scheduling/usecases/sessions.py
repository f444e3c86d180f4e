"""Sessions: publish, generate from schedules, change their numbers, close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor
from jinling.services.scheduling.events import AppointmentSuspended, NumbersFreed, SessionsClosed
from jinling.services.scheduling.models import (
    Appointment,
    Clinic,
    Pool,
    PoolShare,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Session,
)
from jinling.services.scheduling.queries.facts import forget_sessions
from jinling.services.scheduling.queries.policies import policy_of, zone
from jinling.services.scheduling.rules.kinds import Audience, EndReason, SessionStatus
from jinling.services.scheduling.rules.life import APPOINTMENT, FREED
from jinling.services.scheduling.rules.refusals import (
    CapacityTaken,
    ClinicUnknown,
    SessionClosed,
    SessionInvalid,
    SessionUnknown,
)
from jinling.services.scheduling.rules.segments import pool_sizes
from jinling.services.scheduling.rules.windows import closes_at, local
from jinling.services.scheduling.usecases.freeing import free, lock_sessions
from jinling.services.scheduling.usecases.offers import offer_instead
from jinling.services.scheduling.values import NewSession

MOST_NUMBERS = 100_000


@transaction.atomic
def publish_many(*, by: Actor, sessions: Sequence[NewSession]) -> list[int]:
    """Publish sessions with their pools; a session that stands already keeps its numbers.

    Returns:
        Ids in order; an existing session (same clinic, doctor, day and half-day) gives its id.

    Raises:
        ClinicUnknown, SessionInvalid: an impossible one; nothing is published then.
    """
    clinics = {c.pk: c for c in Clinic.objects.filter(pk__in={s.clinic for s in sessions})}
    rows: list[Session] = []
    for item in sessions:
        clinic = clinics.get(item.clinic)
        where = f"clinic {item.clinic}, {item.date} {item.part}"
        if clinic is None:
            raise ClinicUnknown(where=where)
        if item.starts >= item.ends or not 1 <= item.capacity <= MOST_NUMBERS:
            raise SessionInvalid(
                where=f"{where}, {item.starts:%H:%M}-{item.ends:%H:%M}, {item.capacity}", most=MOST_NUMBERS
            )
        rows.append(
            Session(
                schedule_id=item.schedule,
                clinic_id=item.clinic,
                organization_id=clinic.organization_id,
                practitioner_id=item.practitioner,
                date=item.date,
                part=item.part,
                starts_at=local(item.date, item.starts, zone()),
                ends_at=local(item.date, item.ends, zone()),
                segment_minutes=item.segment_minutes,
                capacity=item.capacity,
                release=item.release,
                batch=item.batch,
                fee_cents=clinic.fee_cents if item.fee_cents is None else item.fee_cents,
            )
        )
    Session.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    found = _ids_of(rows)
    bare = [row for row in rows if found[_identity(row)][1]]
    shares = _shares({row.organization_id for row in bare})
    pools = [pool for row in bare for pool in _pools(row, found[_identity(row)][0], shares)]
    Pool.objects.bulk_create(pools, batch_size=5000)
    if bare:
        audit.record(
            by=by,
            action="scheduling.publish",
            target=f"Session/{found[_identity(bare[0])][0]}",
            detail={"sessions": len(bare), "numbers": sum(row.capacity for row in bare)},
        )
    return [found[_identity(row)][0] for row in rows]


def generate(*, by: Actor, until: date, schedules: Iterable[int] | None = None, start: date | None = None) -> int:
    """Publish the sessions that weekly rules give, from ``start`` (tomorrow) to ``until`` included.

    Exceptions win over rules; days that have their session keep it. Returns how many were published.
    """
    first = start or timezone.now().astimezone(zone()).date() + timedelta(days=1)
    plans = Schedule.objects.select_related("clinic").filter(clinic__active=True, hospital_managed=False)
    if schedules is not None:
        plans = plans.filter(pk__in=list(schedules))
    plans = plans.prefetch_related("rules", "exceptions")
    wanted = [new for plan in plans for new in _planned(plan, first, until)]
    before = Session.objects.filter(date__range=(first, until)).count()
    for start_at in range(0, len(wanted), 5000):
        publish_many(by=by, sessions=wanted[start_at : start_at + 5000])
    return Session.objects.filter(date__range=(first, until)).count() - before


@transaction.atomic
def set_capacity(*, by: Actor, session: int, capacity: int) -> Session:
    """A hospital publishes more numbers or takes back free ones; kept shares stay, the public pool moves.

    Raises:
        SessionUnknown, SessionClosed; CapacityTaken: fewer than are taken.
    """
    row = _locked(session)
    if row.status != SessionStatus.OPEN:
        raise SessionClosed(where=str(session))
    pools = {pool.code: pool for pool in Pool.objects.select_for_update().filter(session=row)}
    public = pools[Audience.PUBLIC]
    wanted = public.size + capacity - row.capacity
    top = (
        Appointment.objects.filter(session=row)
        .exclude(status__in=FREED)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    ) or 0
    taken = sum(pool.taken for pool in pools.values())
    if wanted < public.taken or capacity < max(taken, top) or capacity < 1:
        raise CapacityTaken(where=str(session), taken=max(taken, top, row.capacity - (public.size - public.taken)))
    grew = capacity > row.capacity
    row.low_free = min(row.low_free, row.capacity + 1) if grew else row.low_free
    public.size, row.capacity = wanted, capacity
    public.save(update_fields=["size"])
    row.save(update_fields=["capacity", "low_free"])
    transaction.on_commit(forget_sessions)
    audit.record(by=by, action="scheduling.set_capacity", target=f"Session/{session}", detail={"capacity": capacity})
    if grew:
        outbox.announce(NumbersFreed(session))
    return row


@transaction.atomic
def close_session(*, by: Actor, session: int, reason: str) -> int:
    """Close a session: every patient is told and, where there is one, offered another number.

    Returns:
        How many appointments were suspended. Closing again changes nothing and returns 0.
    """
    row = _locked(session)
    if row.status == SessionStatus.CLOSED:
        return 0
    row.status, row.closed_reason = SessionStatus.CLOSED, reason[:120]
    row.save(update_fields=["status", "closed_reason"])
    live = list(
        Appointment.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(session=row, status__in=APPOINTMENT.before("suspend"))
        .order_by("number")
    )
    now = timezone.now()
    free(live, step="suspend", at=now, reason=EndReason.CLOSED, offer=False)
    audit.record_many(
        by=by,
        acts=[
            audit.Act("scheduling.close", target=f"Session/{session}", detail={"reason": reason[:120]}),
            *(audit.Act("scheduling.suspend", patient=str(a.patient_id), target=f"Appointment/{a.pk}") for a in live),
        ],
    )
    told = [a for a in live if a.expires_at is None]
    offers = offer_instead(by=by, appointments=told, closed=row, now=now)
    outbox.announce_many(
        AppointmentSuspended(str(a.pk), session, a.organization.code, str(a.patient_id), offers.get(a.pk, ""))
        for a in live
    )
    outbox.announce(SessionsClosed(session, live[0].organization.code if live else "", len(live), reason[:120]))
    return len(live)


def let_fall(*, now: datetime) -> int:
    """Unused kept numbers fall to everyone, for every session whose hour has come; returns pools moved.

    Booking does the same for the session it touches, so that nobody waits for this job.
    """
    moved = 0
    while True:
        with transaction.atomic():
            due = list(
                Pool.objects.filter(falls_at__lte=now, size__gt=0, session__starts_at__gt=now)
                .exclude(taken=_size())
                .values_list("session_id", flat=True)
                .distinct()[:500]
            )
            if not due:
                return moved
            lock_sessions(due)
            with connection.cursor() as cursor:
                cursor.execute("SELECT scheduling_let_fall(%s, %s)", [due, now])
                moved += cursor.fetchone()[0]


def _size() -> Any:
    return F("size")


def _locked(session: int) -> Session:
    row = lock_sessions([session]).get(session)
    if row is None:
        raise SessionUnknown(where=str(session))
    return row


Identity = tuple[int, int | None, date, str]


def _identity(row: Session) -> Identity:
    return (row.clinic_id, row.practitioner_id, row.date, row.part)


def _ids_of(rows: Sequence[Session]) -> dict[Identity, tuple[int, bool]]:
    """Ids by identity, and whether the session still lacks its pools (it is new)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.clinic_id, s.practitioner_id, s.date, s.part, s.id,"
            " NOT EXISTS (SELECT 1 FROM scheduling_pool p WHERE p.session_id = s.id)"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[]) AS w(clinic, practitioner, day, part)"
            " JOIN scheduling_session s ON s.clinic_id = w.clinic AND s.date = w.day AND s.part = w.part"
            " AND s.practitioner_id IS NOT DISTINCT FROM w.practitioner",
            [
                [r.clinic_id for r in rows],
                [r.practitioner_id for r in rows],
                [r.date for r in rows],
                [r.part for r in rows],
            ],
        )
        return {(row[0], row[1], row[2], row[3]): (row[4], row[5]) for row in cursor.fetchall()}


def _shares(organizations: set[int]) -> dict[int, list[PoolShare]]:
    """Kept shares by organisation; key 0 is the city's default."""
    found: dict[int, list[PoolShare]] = {0: list(PoolShare.objects.filter(organization__isnull=True))}
    for share in PoolShare.objects.filter(organization_id__in=organizations):
        found.setdefault(share.organization_id or 0, []).append(share)
    return found


def _pools(row: Session, id_: int, shares: dict[int, list[PoolShare]]) -> list[Pool]:
    """The pools of a new session: kept shares whose window exists, the rest public."""
    policy = policy_of(row.organization_id)
    kept: list[tuple[str, int]] = []
    falls: dict[str, datetime] = {}
    for share in shares.get(row.organization_id) or shares[0]:
        if share.code == Audience.COMMUNITY:
            window = next((w for w in policy.windows if w.audience == Audience.COMMUNITY), None)
            if window is None:
                continue  # not open to the community: nothing is kept from the public
            falls[share.code] = closes_at(row.date, row.starts_at, window, policy.clocks, zone())
        else:
            falls[share.code] = local(row.date - timedelta(days=share.falls_days_before), policy.clocks.release, zone())
        kept.append((share.code, share.percent))
    return [
        Pool(session_id=id_, code=code, size=size, falls_at=falls.get(code))
        for code, size in pool_sizes(row.capacity, kept, Audience.PUBLIC)
    ]


def _planned(plan: Schedule, first: date, until: date) -> Iterable[NewSession]:
    """Sessions of one schedule between two days."""
    rules: dict[int, list[ScheduleRule]] = {}
    for rule in plan.rules.all():
        rules.setdefault(rule.weekday, []).append(rule)
    exceptions: dict[date, dict[str, ScheduleException]] = {}
    for item in plan.exceptions.all():
        exceptions.setdefault(item.on, {})[item.part] = item
    day = max(first, plan.valid_from)
    last = min(until, plan.valid_to) if plan.valid_to else until
    while day <= last:
        of_day = exceptions.get(day, {})
        for rule in rules.get(day.weekday(), []):
            exception = of_day.get(rule.part) or of_day.get("")
            capacity = rule.capacity if exception is None else exception.capacity
            if capacity:
                starts = exception.starts if exception and exception.starts else rule.starts
                ends = exception.ends if exception and exception.ends else rule.ends
                yield _new(plan, day, rule.part, starts, ends, capacity, rule.segment_minutes)
        ruled = {rule.part for rule in rules.get(day.weekday(), [])}
        for part, exception in of_day.items():
            if part and part not in ruled and exception.capacity and exception.starts and exception.ends:
                yield _new(plan, day, part, exception.starts, exception.ends, exception.capacity, 30)
        day += timedelta(days=1)


def _new(plan: Schedule, day: date, part: str, starts: Any, ends: Any, capacity: int, minutes: int) -> NewSession:
    return NewSession(
        clinic=plan.clinic_id,
        date=day,
        part=part,
        starts=starts,
        ends=ends,
        capacity=capacity,
        practitioner=plan.practitioner_id,
        schedule=plan.pk,
        segment_minutes=minutes,
        fee_cents=plan.fee_cents,
        release=plan.release,
    )
