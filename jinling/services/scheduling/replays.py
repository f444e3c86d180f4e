"""How the bulletin's booking tables become bookings, through the verbs that every route uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from functools import partial
from typing import Any

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.figures import PrintedTable, ReplayChunk, ReplayRequest
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.kernel.spreading import instants
from jinling.services.scheduling.data import departments
from jinling.services.scheduling.models import (
    BookingPolicy,
    ChannelKind,
    Clinic,
    Route,
    Session,
)
from jinling.services.scheduling.queries.policies import policy_of, zone
from jinling.services.scheduling.rules import replaying
from jinling.services.scheduling.rules.kinds import Audience, Part
from jinling.services.scheduling.rules.refusals import RouteUnknown
from jinling.services.scheduling.rules.release_labels import window_of
from jinling.services.scheduling.rules.replaying import (
    BookingsUnplaced,
    NotBookable,
    NotPrinted,
    Place,
    PlannedDay,
    RoutesShort,
)
from jinling.services.scheduling.rules.windows import windows_for
from jinling.services.scheduling.usecases.plans import open_clinic
from jinling.services.scheduling.usecases.policies import (
    list_in_release_table,
    set_policy,
    set_release_window,
    withdraw_windows,
)
from jinling.services.scheduling.usecases.sessions import publish_many
from jinling.services.scheduling.usecases.taking import book_many
from jinling.services.scheduling.usecases.withdrawal import withdraw_batch
from jinling.services.scheduling.values import BookingRequest, NewSession

REPLAYER = system("scheduling.replay", purpose="BOOKING", channel="replay")
HALF_DAYS = ((Part.AM, time(8), time(12)), (Part.PM, time(13, 30), time(17, 30)))
BOOKINGS = "bookings"  # the column of the table of routes, and of a table of hospitals that knows no kinds of channels
COLUMNS: dict[str, str] = {Audience.PUBLIC: "public_release", Audience.COMMUNITY: "community_priority_release"}
CHUNK = 1500  # bookings of one transaction


class BookingReplay:
    """Bookings by hospital and by route, planned together: each booking has both."""

    tables = ("booking_by_hospital", "booking_by_route")
    printed = {
        "booking_by_hospital": PrintedTable(
            "organization", {"scheduling.bookings": lambda at: at.get("channel_kind", BOOKINGS)}
        ),
        "booking_by_route": PrintedTable("route", {"scheduling.bookings_by_route": lambda at: BOOKINGS}),
    }
    events = "scheduling.booking"
    draws_on: tuple[str, ...] = ()

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """One chunk for each 1,500 bookings, after one that opens the clinics.

        Raises:
            FigureNotReplayed, RouteUnknown, NotPrinted, RoutesShort, NotBookable, BookingsUnplaced: nothing is written.
        """
        period, batch = Period(request.period), f"replay:{request.period}"
        kinds = list(ChannelKind.objects.order_by("position").values_list("code", flat=True))
        hospitals, printed = replaying.scaled_bookings(
            _hospital_figures(request, kinds, batch), _route_figures(request, kinds), request.scale
        )
        routes, surplus = _routes(kinds, hospitals, printed, request.digest)
        places = [Place(o, counts, _days_ahead(o)) for o, counts in hospitals.items()]
        outside = _unlisted(set(hospitals)) if any(surplus.values()) else None
        if outside is not None:
            places.append(Place(outside, {kind: len(rest) for kind, rest in surplus.items()}, _days_ahead(outside)))
            routes = {kind: [*routes[kind], *surplus[kind]] for kind in kinds}
        days = replaying.plan_days(
            places, routes, period.first, (period.last - period.first).days + 1, seed=request.digest
        )
        population = mpi.Population(REPLAYER)
        people = replaying.people_needed(sum(p.total for p in places), max((p.total for p in places), default=1))
        chunks = [ReplayChunk("clinics", 0, partial(_open_clinics, [p.organization for p in places], outside))]
        group: list[PlannedDay] = []
        bookings = 0
        for day in days:
            group.append(day)
            bookings += len(day.routes)
            if bookings >= CHUNK:
                chunks.append(_chunk(group, population, people, batch))
                group, bookings = [], 0
        if group:
            chunks.append(_chunk(group, population, people, batch))
        return chunks

    def withdraw(self, period: str) -> int:
        """Take back the bookings and sessions that a replay of the period made."""
        count = withdraw_batch(by=REPLAYER, batch=f"replay:{period}")
        for organization in _left_out().values_list("organization_id", flat=True):
            # Who took the routes beyond the table's columns, and has none of them any more, is printed again.
            if not Session.objects.filter(organization_id=organization, batch__startswith="replay:").exists():
                set_policy(by=REPLAYER, organization=organization, in_hospital_table=True)
        return count


class ReleaseReplay:
    """Release windows: each row of the table is set by the verb that staff use."""

    tables = ("schedule_release",)
    printed = {
        "schedule_release": PrintedTable(
            "organization", {"scheduling.release_windows": lambda at: COLUMNS.get(at.get("audience", ""), "")}
        )
    }
    events = "scheduling.release_window"
    draws_on: tuple[str, ...] = ()

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """One chunk for the whole table."""
        labels = directory.current_pack().section("release_policies")["release_labels"]
        rows = list(request.rows("schedule_release"))
        names = [row.cells["organization"] for row in rows]
        organizations = directory.resolve_many(names, Period(request.period).last)
        wanted: dict[int, dict[str, tuple[int, int] | None]] = {}
        for row in rows:
            windows = wanted.setdefault(organizations[row.cells["organization"]].pk, {})
            for audience, column in COLUMNS.items():
                if column in row.cells:  # a city may print one audience only
                    windows[audience] = window_of(row.cells[column], labels[audience], where=row.where(column))
        period = Period(request.period)
        return [ReplayChunk("windows", len(wanted), partial(_set_windows, wanted, period))]

    def withdraw(self, period: str) -> int:
        """Restore the windows that stood before the replay."""
        return withdraw_windows(by=REPLAYER, batch=f"replay:{period}")


def _hospital_figures(request: ReplayRequest, kinds: Sequence[str], batch: str) -> dict[int, dict[str, int]]:
    """Printed bookings by organisation and channel kind, in the file's order."""
    rows = list(request.rows("booking_by_hospital"))
    found = directory.resolve_many([row.cells["organization"] for row in rows], Period(request.period).last)
    kept_out = _kept_out(batch)
    figures: dict[int, dict[str, int]] = {}
    for row in rows:
        organization = found[row.cells["organization"]]
        if organization.pk in kept_out:
            raise NotPrinted(where=row.where("organization"), name=organization.name)
        columns = {kind: kind for kind in kinds if kind in row.cells} or {_first_kind(): BOOKINGS}
        figures[organization.pk] = {kind: row.figure(column) for kind, column in columns.items()}
    return figures


def _kept_out(batch: str) -> set[int]:
    """Whom the table of hospitals leaves out, also once what this batch made is taken back."""
    replayed = Session.objects.filter(batch__startswith="replay:")
    others = replayed.exclude(batch=batch).values("organization_id")
    own = replayed.filter(batch=batch).exclude(organization_id__in=others).values("organization_id")
    return set(_left_out().exclude(organization_id__in=own).values_list("organization_id", flat=True))


def _first_kind() -> str:
    """Where all bookings go that a city prints without kinds: to the first kind that everybody may book by."""
    route = Route.objects.filter(audience=Audience.PUBLIC).order_by("position").first()
    return str(route.kind_id) if route is not None else ""


def _left_out() -> Any:
    return BookingPolicy.objects.filter(in_hospital_table=False, organization__isnull=False)


def _route_figures(request: ReplayRequest, kinds: Sequence[str]) -> dict[str, dict[str, int]]:
    """Printed bookings by channel kind and route."""
    known = {"".join(route.name.split()): route for route in Route.objects.all()}
    figures: dict[str, dict[str, int]] = {kind: {} for kind in kinds}
    for row in request.rows("booking_by_route"):
        route = known.get("".join(str(row.cells["route"]).split()))
        if route is None:
            raise RouteUnknown(where=row.where("route"), mend="Name a route as channels.yaml of the city pack does.")
        if not route.in_route_table:
            raise NotPrinted(where=row.where("route"), name=route.name)
        figures[route.kind_id][route.code] = row.figure("bookings")
    return figures


def _routes(
    kinds: Sequence[str],
    hospitals: Mapping[int, Mapping[str, int]],
    printed: Mapping[str, Mapping[str, int]],
    digest: str,
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By channel kind: the route of every booking at the hospitals, and routes beyond the kind's column."""
    inside: dict[str, list[str]] = {}
    surplus: dict[str, list[str]] = {}
    for kind in kinds:
        total = sum(counts.get(kind, 0) for counts in hospitals.values())
        own = list(Route.objects.filter(kind=kind, audience=Audience.PUBLIC).order_by("position"))
        filler = next((r.code for r in reversed(own) if not r.in_route_table), None)
        carried = sum(printed[kind].values())
        if carried < total and not filler and printed[kind]:
            raise RoutesShort(where=f"tables.booking_by_route, {kind}", kind=kind, routes=carried, hospitals=total)
        of_kind = {r.code: printed[kind].get(r.code, 0) for r in Route.objects.filter(kind=kind).order_by("position")}
        inside[kind], surplus[kind] = replaying.routes_of_kind(
            total, {code: n for code, n in of_kind.items() if n} or of_kind, filler, f"{digest}/{kind}"
        )
    return inside, surplus


def _unlisted(listed: set[int]) -> int:
    """An institution that the table of hospitals prints in no month, for route figures beyond its columns: a health
    centre, else whichever is last in the city's order."""
    centres = directory.organizations(kind="community_health_centre")
    others = reversed(directory.organizations(kind="hospital"))
    left_out = set(_left_out().values_list("organization_id", flat=True))
    printed = {
        *listed,
        *Session.objects.exclude(organization_id__in=left_out).values_list("organization_id", flat=True),
    }
    found = next((o.pk for o in (*centres, *others) if o.pk not in printed), None)
    if found is None:
        raise BookingsUnplaced(where="booking_by_route")
    return found


def _days_ahead(organization: int) -> int:
    """Days between booking and session that lie inside the organisation's public window whatever its clocks."""
    windows = windows_for(policy_of(organization).windows, Audience.PUBLIC, "")
    for window in windows:
        ahead = min(window.first_day + 2 + organization % 3, window.last_day - 1)
        if ahead > window.first_day:
            return ahead
    raise NotBookable(organization=directory.Organization.objects.get(pk=organization).name)


def _adults() -> list[dict[str, Any]]:
    return [d for d in departments() if not {"sex", "age_min", "age_max"} & set(d)]


def _open_clinics(organizations: Sequence[int], outside: int | None) -> int:
    """The clinics that replays book in, one a department, open to every age and sex."""
    codes = dict(directory.Organization.objects.filter(pk__in=organizations).values_list("pk", "code"))
    present = set(
        Clinic.objects.filter(organization_id__in=organizations, code__startswith="G").values_list(
            "organization_id", flat=True
        )
    )
    for organization in organizations:
        if organization not in present:
            for place, entry in enumerate(_adults()):
                open_clinic(
                    by=REPLAYER,
                    organization=codes[organization],
                    code=f"G{place:02}",
                    name=entry["name"],
                    department=entry["name"],
                    category=entry["category"],
                    name_en=entry["name_en"],
                    fee_cents=entry["fee"],
                    place=entry["place"],
                )
    if outside is not None:
        set_policy(by=REPLAYER, organization=outside, in_hospital_table=False)
    return 0


def _chunk(days: list[PlannedDay], population: mpi.Population, people: int, batch: str) -> ReplayChunk:
    count = sum(len(day.routes) for day in days)
    return ReplayChunk(f"{days[0].on:%m-%d}", count, partial(_book_days, list(days), population, people, batch))


def _book_days(days: Sequence[PlannedDay], population: mpi.Population, people: int, batch: str) -> int:
    """Publish the sessions of the days and book every number; ``people`` take turns."""
    clinics: dict[int, list[int]] = {}
    rows = Clinic.objects.filter(organization_id__in={d.organization for d in days}, code__startswith="G")
    for organization, clinic in rows.order_by("organization_id", "code").values_list("organization_id", "pk"):
        clinics.setdefault(organization, []).append(clinic)
    wanted: list[NewSession] = []
    sizes: list[list[int]] = []
    for day in days:
        own = clinics[day.organization]
        sizes.append(replaying.sessions_of_day(len(day.routes), len(own)))
        for place, numbers in enumerate(sizes[-1]):
            part, starts, ends = HALF_DAYS[place // len(own)]
            wanted.append(
                NewSession(
                    clinic=own[place % len(own)],
                    date=day.session_day,
                    part=part,
                    starts=starts,
                    ends=ends,
                    capacity=numbers,
                    batch=batch,
                )
            )
    sessions = iter(publish_many(by=REPLAYER, sessions=wanted))
    patients = population.patients([(day.first + n) % people for day in days for n in range(len(day.routes))])
    requests: list[BookingRequest] = []
    for day, numbers_of in zip(days, sizes, strict=True):
        places = [session for numbers in numbers_of for session in [next(sessions)] * numbers][: len(day.routes)]
        moments = instants(day.on, len(day.routes), zone(), opens=replaying.OPENS, closes=replaying.CLOSES)
        for route, session, at in zip(day.routes, places, moments, strict=True):
            requests.append(
                BookingRequest(
                    session=session,
                    patient=patients[len(requests)],
                    route=route,
                    batch=batch,
                    at=at,
                )
            )
    for outcome in book_many(by=REPLAYER, requests=requests):
        if isinstance(outcome, Refused):
            raise outcome
    return len(requests)


def _set_windows(wanted: Mapping[int, Mapping[str, tuple[int, int] | None]], period: Period) -> int:
    """Put the table's windows in force on the month's last day: bookings of the month were made under
    the windows that stood before."""
    batch = f"replay:{period}"
    list_in_release_table(by=REPLAYER, organizations=wanted, valid_from=period.last, batch=batch)
    for organization, windows in wanted.items():
        for audience, days in windows.items():
            set_release_window(
                by=REPLAYER,
                organization=organization,
                audience=audience,
                days=days,
                valid_from=period.last,
                batch=batch,
            )
    return len(wanted)


REPLAYS = [BookingReplay(), ReleaseReplay()]
