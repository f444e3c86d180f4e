"""How a month's printed booking figures become single bookings: who, where, when, through which route.

Everything follows from the figures and a seed, so that a plan can be made again and gives the same.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from jinling.kernel.outcomes import Invalid
from jinling.kernel.spreading import margins_kept, scaled, shares, spread

OPENS, CLOSES = time(8), time(20)  # of bookings
SESSION_NUMBERS = 30  # a half-day's usual numbers; a busy hospital's sessions grow beyond it


class NotBookable(Invalid):
    """A figure that the city's own rules do not allow."""

    code = "replay_not_bookable"
    text = "%(organization)s is not open to booking, but the file has bookings there."
    mend = "Open a public window of two days or more for it in the city pack's release_policies.yaml."


class BookingsUnplaced(Invalid):
    """Bookings of the table of routes that no hospital of the other table has."""

    code = "bookings_unplaced"
    text = "The printed routes carry more bookings than the table of hospitals."
    mend = "The city pack needs a community health centre to hold them."


class NotPrinted(Invalid):
    """A row that the bulletin would not show however many events it had."""

    code = "replay_not_printed"
    text = "The bulletin has no row of %(name)s in this table."
    mend = "Take the row away, or let the city pack print it."


class RoutesShort(Invalid):
    """Bookings of the table of hospitals that went through no route, where the other table prints every one."""

    code = "replay_routes_short"
    text = "The routes of %(kind)s carry %(routes)s bookings, the hospitals %(hospitals)s; no other route has them."
    mend = (
        "Correct one of the two tables, or give the city pack a route of this kind that is not in the table of routes."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital's part of the plan: bookings by channel kind; ``days_ahead`` lies inside its window."""

    organization: int
    counts: Mapping[str, int]
    days_ahead: int

    @property
    def total(self) -> int:
        """All its bookings."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """The bookings of one hospital on one day: their routes, and the session day they are for.

    ``first`` is the running number of the first booking over the whole plan; it chooses the patients.
    """

    organization: int
    on: date
    session_day: date
    routes: tuple[str, ...]
    first: int


def scaled_bookings(
    hospitals: Mapping[int, Mapping[str, int]], routes: Mapping[str, Mapping[str, int]], scale: float
) -> tuple[dict[int, dict[str, int]], dict[str, dict[str, int]]]:
    """Printed bookings at a scale: of hospitals by channel kind, and of routes by theirs.

    Both tables add up to their scaled sums, and the routes of a kind stay within the kind's column where they are
    printed so; a kind whose routes are printed as more than its column is rounded by itself, for both cannot hold.
    """
    kinds = list(next(iter(hospitals.values()), {}))
    table = [[counts[kind] for kind in kinds] for counts in hospitals.values()]
    columns = dict(zip(kinds, map(sum, zip(*table, strict=True)), strict=True))
    listed = {kind: sum(of.values()) for kind, of in routes.items()}
    if not any(listed.values()):
        made = margins_kept(table, scale)
        sums = dict.fromkeys(listed, 0)
    elif not table:
        made = []
        sums = dict(zip(listed, shares(list(listed.values()), scale), strict=True))
    else:
        within = [kind for kind in kinds if listed.get(kind, 0) <= columns[kind]]
        both = [[listed.get(kind, 0) for kind in within], [columns[kind] - listed.get(kind, 0) for kind in within]]
        of_routes, others = margins_kept(both, scale, unprinted=[1])
        sums = {kind: scaled(figure, scale) for kind, figure in listed.items()} | dict(
            zip(within, of_routes, strict=True)
        )
        apart = {kind: scaled(figure, scale) for kind, figure in columns.items()}
        kept = apart | {kind: a + b for kind, a, b in zip(within, of_routes, others, strict=True)}
        made = margins_kept(table, scale, columns=[kept[kind] for kind in kinds])
    return (
        {one: dict(zip(kinds, row, strict=True)) for one, row in zip(hospitals, made, strict=True)},
        {kind: _shared(of, scale, sums[kind]) for kind, of in routes.items()},
    )


def _shared(figures: Mapping[str, int], scale: float, total: int) -> dict[str, int]:
    return dict(zip(figures, shares(list(figures.values()), scale, total=total), strict=True))


def routes_of_kind(
    kind_total: int, printed: Mapping[str, int], filler: str | None, seed: str
) -> tuple[list[str], list[str]]:
    """The route of every booking of a channel kind, in a drawn order, and routes that found no room.

    ``printed`` routes get their figures; ``filler`` carries the rest. When the printed routes carry more
    than the kind's column the surplus is returned apart: both figures cannot hold at the hospitals.
    """
    named = [route for route, n in printed.items() for _ in range(n)]
    random.Random(seed).shuffle(named)
    inside, surplus = named[:kind_total], named[kind_total:]
    rest = kind_total - len(inside)
    if rest:
        inside += [filler or next(iter(printed))] * rest
        random.Random(f"{seed}/all").shuffle(inside)
    return inside, surplus


def plan_days(
    places: Sequence[Place], routes: Mapping[str, Sequence[str]], first_day: date, days: int, *, seed: str
) -> list[PlannedDay]:
    """Spread every hospital's bookings over the month's days; ``routes`` gives each kind's bookings' routes,
    taken hospital by hospital."""
    at = dict.fromkeys(routes, 0)
    planned: list[PlannedDay] = []
    running = 0
    for place in places:
        own: list[str] = []
        for kind, count in place.counts.items():
            own += routes[kind][at[kind] : at[kind] + count]
            at[kind] += count
        random.Random(f"{seed}/{place.organization}").shuffle(own)
        start = 0
        for offset, count in enumerate(spread(len(own), [1] * days)):
            on = first_day + timedelta(days=offset)
            planned.append(
                PlannedDay(
                    place.organization,
                    on,
                    on + timedelta(days=place.days_ahead),
                    tuple(own[start : start + count]),
                    running,
                )
            )
            start += count
            running += count
    return planned


def sessions_of_day(bookings: int, clinics: int) -> list[int]:
    """Numbers of each session of a hospital's day: at most two half-days per clinic, at least one session."""
    count = max(1, min(2 * clinics, -(-bookings // SESSION_NUMBERS)))
    return [max(1, n) for n in spread(bookings, [1] * count)]


def people_needed(total: int, largest: int) -> int:
    """How many people book: each at most once in a hospital and about three times in all, so that no
    limit of a patient stands against the figures."""
    return max(largest, -(-total // 3), 1)
