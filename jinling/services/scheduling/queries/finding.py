"""Finding a number: hospitals, departments, clinics, doctors, days and times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.services.scheduling.models import Appointment, Clinic, Session
from jinling.services.scheduling.queries.policies import policy_of, route as route_of, zone
from jinling.services.scheduling.rules.kinds import Audience, Availability, Release, SessionStatus
from jinling.services.scheduling.rules.life import FREED
from jinling.services.scheduling.rules.refusals import (
    BookingClosed,
    NotOpenToAudience,
    NotYetReleased,
    SessionUnknown,
)
from jinling.services.scheduling.rules.segments import Segment, segments
from jinling.services.scheduling.rules.windows import OpenPool, admissible_pools


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as one route sees it now.

    ``state``: open (numbers left), full, closed (by the clinic), not_yet (see ``opens_at``), ended, draw, or
    not_open (to this route). ``left`` counts the numbers that this route may take.
    """

    id: int
    organization: str
    organization_name: str
    clinic: int
    clinic_name: str
    department: str
    kind: str
    practitioner: int | None
    practitioner_name: str
    practitioner_title: str
    date: date
    part: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    left: int
    fee_cents: int
    state: Availability
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A time segment of a session and how many of its numbers are free."""

    segment: Segment
    left: int


def hospitals(*, text: str = "", district: str = "") -> list[directory.Organization]:
    """Institutions that have clinics, by name, pinyin or initials, and by district code."""
    ids = set(Clinic.objects.filter(active=True).values_list("organization_id", flat=True).distinct())
    found = directory.search(text) if text else directory.organizations()
    return [
        o for o in found if o.pk in ids and (not district or (o.district is not None and o.district.code == district))
    ]


def clinics(*, organization: str, text: str = "") -> QuerySet[Clinic]:
    """Active clinics of an institution by category and department; ``text``: name, pinyin or initials."""
    rows = Clinic.objects.filter(organization__code=organization, active=True)
    if text:
        key = text.strip().lower().replace(" ", "")
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(pinyin__contains=key) | Q(initials__startswith=key))
    return rows.order_by("category", "department", "kind", "name")


def doctors(*, clinic: int) -> QuerySet[directory.Practitioner]:
    """Doctors who have a schedule in a clinic."""
    ids = Session.objects.filter(clinic_id=clinic, practitioner__isnull=False, date__gte=today()).values_list(
        "practitioner_id", flat=True
    )
    return directory.Practitioner.objects.filter(pk__in=ids.distinct()).order_by("pinyin")


def today() -> date:
    """The day in the city."""
    return timezone.now().astimezone(zone()).date()


def find_sessions(
    *,
    route: str,
    organization: str = "",
    clinic: int | None = None,
    department: str = "",
    practitioner: int | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    after: int | None = None,
    limit: int = 200,
    at: datetime | None = None,
) -> list[SessionView]:
    """Sessions as a route sees them, at most ``limit``: by day and time, or, when ``after`` is given, the
    next after that id in order of id (for cursor pages).

    Raises:
        RouteUnknown.
    """
    rows = Session.objects.all()
    if organization:
        rows = rows.filter(organization__code=organization)
    if clinic is not None:
        rows = rows.filter(clinic_id=clinic)
    if department:
        rows = rows.filter(clinic__department=department)
    if practitioner is not None:
        rows = rows.filter(practitioner_id=practitioner)
    rows = rows.filter(date__gte=date_from or today())
    if date_to is not None:
        rows = rows.filter(date__lte=date_to)
    ordered = (
        rows.filter(pk__gt=after).order_by("pk") if after is not None else rows.order_by("date", "starts_at", "pk")
    )
    return _views(ordered[:limit], route, at)


def own_sessions(
    *, organization: str, date_from: date | None, date_to: date | None, after: int, limit: int
) -> list[SessionView]:
    """A hospital's own sessions, whatever its windows, in order of id after one: ``left`` counts every free
    number, ``state`` is open, full, closed, ended or draw."""
    rows = Session.objects.filter(organization__code=organization, pk__gt=after, date__gte=date_from or today())
    if date_to is not None:
        rows = rows.filter(date__lte=date_to)
    chosen = rows.select_related("clinic", "organization", "practitioner").prefetch_related("pools").order_by("pk")
    now = timezone.now()
    return [_seen(row, *_own_state(row, now)) for row in chosen[:limit]]


def _own_state(row: Session, now: datetime) -> tuple[Availability, int]:
    left = sum(pool.size - pool.taken for pool in row.pools.all())
    if row.status == SessionStatus.CLOSED:
        return Availability.CLOSED, left
    if row.starts_at <= now:
        return Availability.ENDED, left
    if row.release == Release.DRAW:
        return Availability.DRAW, left
    return (Availability.OPEN if left else Availability.FULL), left


def session_view(id_: int, *, route: str, at: datetime | None = None) -> SessionView:
    """One session as a route sees it.

    Raises:
        SessionUnknown, RouteUnknown.
    """
    found = _views(Session.objects.filter(pk=id_), route, at)
    if not found:
        raise SessionUnknown(where=str(id_))
    return found[0]


def segments_of(id_: int) -> list[SegmentView]:
    """A session's time segments with their free numbers (two queries).

    Raises:
        SessionUnknown.
    """
    row = Session.objects.filter(pk=id_).first()
    if row is None:
        raise SessionUnknown(where=str(id_))
    taken = set(Appointment.objects.filter(session_id=id_).exclude(status__in=FREED).values_list("number", flat=True))
    return [
        SegmentView(part, sum(1 for n in range(part.first, part.last + 1) if n not in taken))
        for part in segments(row.starts_at, row.ends_at, row.capacity, row.segment_minutes)
    ]


def alternatives(id_: int, *, route: str, limit: int = 5) -> list[SessionView]:
    """Open sessions nearest to one that cannot be had: same doctor, then same clinic, then same department."""
    row = Session.objects.select_related("clinic").filter(pk=id_).first()
    if row is None:
        return []
    near = Session.objects.filter(
        organization_id=row.organization_id,
        clinic__department=row.clinic.department,
        status=SessionStatus.OPEN,
        date__range=(row.date - timedelta(days=7), row.date + timedelta(days=7)),
        starts_at__gt=timezone.now(),
    ).exclude(pk=id_)
    views = [view for view in _views(near, route, None) if view.state == Availability.OPEN]
    views.sort(
        key=lambda v: (
            v.practitioner != row.practitioner_id,
            v.clinic != row.clinic_id,
            abs((v.date - row.date).days),
            v.starts_at,
        )
    )
    return views[:limit]


def _views(rows: QuerySet[Session], route: str, at: datetime | None) -> list[SessionView]:
    facts = route_of(route)
    now = at or timezone.now()
    chosen = rows.select_related("clinic", "organization", "practitioner").prefetch_related("pools")
    return [_view(row, facts.audience, facts.kind, now) for row in chosen]


def _view(row: Session, audience: str, kind: str, now: datetime) -> SessionView:
    policy = policy_of(row.organization_id)
    state, left, opens = Availability.OPEN, 0, None
    pools = list(row.pools.all())
    fallen = sum(p.size - p.taken for p in pools if p.falls_at is not None and p.falls_at <= now)
    if row.status == SessionStatus.CLOSED:
        state = Availability.CLOSED
    elif row.starts_at <= now:
        state = Availability.ENDED
    elif row.release == Release.DRAW:
        state, left = Availability.DRAW, row.capacity
    else:
        try:
            usable = admissible_pools(
                day=row.date,
                starts_at=row.starts_at,
                windows=policy.windows,
                clocks=policy.clocks,
                pools=[OpenPool(p.pk, p.code, p.falls_at) for p in pools],
                audience=audience,
                channel_kind=kind,
                at=now,
                zone=zone(),
            )
        except NotYetReleased as refused:
            state, opens = Availability.NOT_YET, datetime.fromisoformat(str(refused.fields["opens_at"]))
        except BookingClosed:
            state = Availability.ENDED
        except NotOpenToAudience:
            state = Availability.NOT_OPEN
        else:
            left = sum(
                p.size - p.taken for p in pools if p.pk in usable and not (p.falls_at is not None and p.falls_at <= now)
            )
            left += fallen if any(p.pk in usable and p.code == Audience.PUBLIC for p in pools) else 0
            state = Availability.OPEN if left > 0 else Availability.FULL
    return _seen(row, state, left, opens)


def _seen(row: Session, state: Availability, left: int, opens: datetime | None = None) -> SessionView:
    return SessionView(
        id=row.pk,
        organization=row.organization.code,
        organization_name=row.organization.name,
        clinic=row.clinic_id,
        clinic_name=row.clinic.name,
        department=row.clinic.department,
        kind=row.clinic.kind,
        practitioner=row.practitioner_id,
        practitioner_name=row.practitioner.name if row.practitioner else "",
        practitioner_title=row.practitioner.title if row.practitioner else "",
        date=row.date,
        part=row.part,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        left=left,
        fee_cents=row.fee_cents,
        state=state,
        opens_at=opens,
    )
