"""What citizens choose from: where numbers are left, a clinic's strip of days, its doctors and their times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Min, QuerySet

from jinling.foundation.directory import public as directory
from jinling.services.scheduling.models import Appointment, Clinic, Pool, Session
from jinling.services.scheduling.queries.finding import SegmentView, SessionView, find_sessions
from jinling.services.scheduling.queries.policies import policy_of, routes, zone
from jinling.services.scheduling.rules.kinds import Audience, Availability, Release, SessionStatus
from jinling.services.scheduling.rules.life import FREED
from jinling.services.scheduling.rules.refusals import NothingOpen
from jinling.services.scheduling.rules.segments import Segment, segments
from jinling.services.scheduling.rules.windows import closes_at, local, opens_at, windows_for
from jinling.services.scheduling.values import Policy, RouteFacts

MOST_DAYS = 29
LAST_START = time(23, 59)
# The order in which a day's sessions speak for the day: one open session makes the day open.
RANK = tuple(Availability)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip: the best of its sessions' states, and the numbers left."""

    on: date
    state: str
    left: int


@dataclass(frozen=True, slots=True)
class Bookable:
    """A session with its time segments that still have numbers for everyone."""

    view: SessionView
    times: list[SegmentView]


def portal_route() -> RouteFacts:
    """The route under which the platform's own pages book: the first of the city pack that is open to the public.

    Raises:
        NothingOpen: the pack names no route.
    """
    found = next((route for route in routes().values() if route.audience == Audience.PUBLIC), None)
    if found is None:
        raise NothingOpen(where="routes", mend="Load a city pack that names booking routes.")
    return found


def open_days(policy: Policy, at: datetime) -> set[date]:
    """Days whose sessions the public may book at an instant through these pages."""
    windows = windows_for(policy.windows, Audience.PUBLIC, portal_route().kind)
    today = at.astimezone(zone()).date()
    days = [today + timedelta(days=n) for n in range(max((w.last_day for w in windows), default=-1) + 1)]
    return {
        day
        for day in days
        for window in windows
        if opens_at(day, window, policy.clocks, zone())
        <= at
        < closes_at(day, local(day, LAST_START, zone()), window, policy.clocks, zone())
    }


def organizations_with_numbers(at: datetime) -> set[int]:
    """Organisations that have numbers left for everyone on a day that is open for booking."""
    rows = _with_numbers(at).values_list("session__organization_id", "session__date").distinct()
    open_on: dict[int, set[date]] = {}
    found: set[int] = set()
    for organization, day in rows:
        if organization not in open_on:
            open_on[organization] = open_days(policy_of(organization), at)
        if day in open_on[organization]:
            found.add(organization)
    return found


def next_days(organization: int, at: datetime) -> dict[int, date]:
    """The next day with numbers left for everyone, by clinic."""
    days = open_days(policy_of(organization), at)
    rows = _with_numbers(at).filter(session__organization_id=organization, session__date__in=days)
    grouped = rows.values("session__clinic_id").annotate(first=Min("session__date"))
    return {row["session__clinic_id"]: row["first"] for row in grouped}


def _with_numbers(at: datetime) -> QuerySet[Pool]:
    return Pool.objects.filter(
        code=Audience.PUBLIC,
        taken__lt=F("size"),
        session__status=SessionStatus.OPEN,
        session__release=Release.RUSH,
        session__starts_at__gt=at,
    )


def clinic_of(organization: str, clinic: int) -> Clinic:
    """A clinic that citizens may book.

    Raises:
        NothingOpen: there is none.
    """
    rows = Clinic.objects.select_related("organization")
    row = rows.filter(pk=clinic, organization__code=organization, active=True).first()
    if row is None:
        raise NothingOpen(where=f"{organization} {clinic}")
    return row


def clinic(id_: int) -> Clinic:
    """A clinic, known to be there."""
    return Clinic.objects.get(pk=id_)


def doctor_name(practitioner: int | None) -> str:
    """What a doctor is called; empty without one."""
    names = directory.practitioners(active=None).filter(pk=practitioner or 0).values_list("name", flat=True)
    return names.first() or ""


def segments_in(view: SessionView) -> list[Segment]:
    """All time segments of a session, full ones too."""
    minutes = Session.objects.values_list("segment_minutes", flat=True).get(pk=view.id)
    return segments(view.starts_at, view.ends_at, view.capacity, minutes)


def sessions_of(clinic: Clinic, first: date) -> list[SessionView]:
    """A clinic's sessions from ``first`` to the day after the end of the public's longest window."""
    windows = policy_of(clinic.organization_id).windows
    ahead = min(max((w.last_day for w in windows if w.audience == Audience.PUBLIC), default=7) + 1, MOST_DAYS)
    return find_sessions(
        route=portal_route().code,
        clinic=clinic.pk,
        date_from=first,
        date_to=first + timedelta(days=max(ahead, 7)),
        limit=2000,
    )


def strip(found: Iterable[SessionView], first: date) -> list[Day]:
    """Days from ``first`` to the last session's, a week at least."""
    by_day: dict[date, list[SessionView]] = {}
    for view in found:
        by_day.setdefault(view.date, []).append(view)
    last = max([*by_day, first + timedelta(days=7)])
    days: list[Day] = []
    day = first
    while day <= last:
        of_day = by_day.get(day, [])
        best = min((view.state for view in of_day), key=RANK.index, default=Availability.NONE)
        days.append(Day(day, best, sum(view.left for view in of_day if view.state == Availability.OPEN)))
        day += timedelta(days=1)
    return days


def doctors_in(found: Iterable[SessionView]) -> list[tuple[int, str, str]]:
    """The doctors of some sessions: id, name and title; id 0 stands for sessions without a named doctor."""
    seen = {
        view.practitioner or 0: (view.practitioner or 0, view.practitioner_name, view.practitioner_title)
        for view in found
    }
    return sorted(seen.values(), key=lambda item: item[0] != 0)


def bookable(views: Sequence[SessionView]) -> list[Bookable]:
    """Sessions with the time segments of the open ones, in two statements for all of them; no segment
    offers more than its session's pools still have for everyone."""
    opened = [view.id for view in views if view.state == Availability.OPEN]
    minutes = dict(Session.objects.filter(pk__in=opened).values_list("pk", "segment_minutes")) if opened else {}
    taken: dict[int, list[int]] = {}
    if opened:
        rows = Appointment.objects.filter(session__in=opened).exclude(status__in=FREED)
        for session, number in rows.values_list("session_id", "number"):
            taken.setdefault(session, []).append(number)
    return [Bookable(view, _times(view, minutes.get(view.id), taken.get(view.id, []))) for view in views]


def _times(view: SessionView, minutes: int | None, taken: Sequence[int]) -> list[SegmentView]:
    if minutes is None:
        return []
    numbers = sorted(taken)
    return [
        SegmentView(part, min(view.left, part.last - part.first + 1 - _between(numbers, part.first, part.last)))
        for part in segments(view.starts_at, view.ends_at, view.capacity, minutes)
    ]


def _between(numbers: Sequence[int], first: int, last: int) -> int:
    """How many of the sorted numbers lie in ``first..last``."""
    return bisect_right(numbers, last) - bisect_left(numbers, first)
