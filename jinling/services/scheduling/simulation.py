"""Trying a release policy before it goes live: a demand is replayed through the booking rules, in memory.

The same rules decide as for real bookings (windows, kept shares, what falls to everyone, draws); nothing
is written. The report says who got what, by route (its ``channel``), district and age.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.models import PoolShare
from jinling.services.scheduling.queries.policies import policy_of, routes, zone
from jinling.services.scheduling.rules.draws import ranking
from jinling.services.scheduling.rules.kinds import Audience, Release
from jinling.services.scheduling.rules.refusals import DemandFieldUnknown, DemandInvalid, RouteUnknown
from jinling.services.scheduling.rules.segments import pool_sizes
from jinling.services.scheduling.rules.windows import (
    Clocks,
    OpenPool,
    Window,
    admissible_pools,
    closes_at,
    opens_at,
)

AGES = (("0-14", 0.14), ("15-44", 0.36), ("45-64", 0.30), ("65+", 0.20))
START = date(2018, 5, 1)
GROUPS = {"channel": "route", "district": "district", "age": "age"}  # of the report, by the person's field


@dataclass(frozen=True, slots=True)
class Demand:
    """What is tried: a policy, the sessions it releases and the people who ask.

    ``keen``: the share of people who ask in the very moment of release; among them the young are quicker.
    ``routes`` gives (name, channel kind, audience, weight); they are the ``channels`` of the document.
    """

    windows: tuple[Window, ...]
    clocks: Clocks
    shares: tuple[tuple[str, int], ...]
    release: str
    days: int
    sessions_per_day: int
    capacity: int
    requests: int
    seed: int
    keen: float
    routes: tuple[tuple[str, str, str, float], ...]
    districts: tuple[tuple[str, float], ...]

    @classmethod
    def read(cls, document: Any, *, requests: int, seed: int) -> Demand:
        """A demand from its JSON; what is not named comes from the loaded city's default policy.

        Raises:
            DemandInvalid, DemandFieldUnknown, RouteUnknown: what cannot be.
        """
        if not isinstance(document, dict):
            raise DemandInvalid(where="demand", mend="Give a JSON object.")
        known = {
            "windows",
            "shares",
            "release",
            "days",
            "sessions_per_day",
            "capacity",
            "requests",
            "seed",
            "keen",
            "channels",
            "districts",
            "release_clock",
            "next_day_closes",
        }
        if set(document) - known:
            raise DemandFieldUnknown(where=", ".join(sorted(set(document) - known)), known=", ".join(sorted(known)))
        policy = policy_of(0)
        try:
            demand = cls(
                windows=tuple(Window(a, d[0], d[1]) for a, d in document["windows"].items() if d)
                if "windows" in document
                else policy.windows,
                clocks=Clocks(
                    _clock(document.get("release_clock"), policy.clocks.release),
                    _clock(document.get("next_day_closes"), policy.clocks.cutoff),
                ),
                shares=tuple((str(c), int(p)) for c, p in document["shares"].items())
                if "shares" in document
                else tuple(PoolShare.objects.filter(organization__isnull=True).values_list("code", "percent")),
                release=document.get("release", Release.RUSH),
                days=int(document.get("days", 14)),
                sessions_per_day=int(document.get("sessions_per_day", 20)),
                capacity=int(document.get("capacity", 30)),
                requests=int(document.get("requests", requests)),
                seed=int(document.get("seed", seed)),
                keen=float(document.get("keen", 0.5)),
                routes=_routes(document.get("channels")),
                districts=_districts(document.get("districts")),
            )
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise DemandInvalid(
                where=f"demand: {str(error)[:60]}",
                mend="windows and shares are objects, numbers are numbers, clocks read HH:MM.",
            ) from None
        if (
            demand.release not in list(Release)
            or not 1 <= demand.days <= 90
            or demand.sessions_per_day < 1
            or demand.capacity < 1
            or not 1 <= demand.requests <= 5_000_000
            or not 0 <= demand.keen <= 1
            or sum(p for _c, p in demand.shares) > 100
            or not demand.routes
            or not demand.districts
            or any(w.first_day > w.last_day for w in demand.windows)
        ):
            raise DemandInvalid(where="demand")
        return demand


@dataclass(slots=True)
class _Session:
    day: date
    starts: datetime
    pools: list[OpenPool]
    left: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Person:
    ticket: str
    route: str
    kind: str
    audience: str
    district: str
    age: str
    at: datetime
    day: date


def simulate(demand: Demand) -> dict[str, Any]:
    """Replay the demand; deterministic by its seed.

    Returns:
        ``asked``, ``got``, ``numbers``, ``left``, refusals by code, and ``groups``: for channel (a route), district
        and age how many asked, got a number, and the share of those who asked.
    """
    draw = random.Random(demand.seed)
    sessions = _sessions(demand)
    people = _people(demand, draw)
    got: set[str] = set()
    refused: dict[str, int] = {}
    by_day: dict[date, list[_Session]] = {}
    for session in sessions:
        by_day.setdefault(session.day, []).append(session)
    order = _order(demand, people)
    for person in order:
        outcome = _ask(person, by_day[person.day], demand)
        if outcome is None:
            got.add(person.ticket)
        else:
            refused[outcome] = refused.get(outcome, 0) + 1
    groups = {name: _group(people, got, field) for name, field in GROUPS.items()}
    numbers = demand.capacity * len(sessions)
    return {
        "asked": len(people),
        "got": len(got),
        "numbers": numbers,
        "left": numbers - len(got),
        "release": demand.release,
        "seed": demand.seed,
        "refused": dict(sorted(refused.items())),
        "groups": groups,
    }


def _sessions(demand: Demand) -> list[_Session]:
    found, serial = [], 0
    for offset in range(demand.days):
        day = START + timedelta(days=15 + offset)
        for place in range(demand.sessions_per_day):
            starts = datetime.combine(day, time(8 if place % 2 == 0 else 14), tzinfo=zone())
            pools, left = [], {}
            kept = [
                (c, p)
                for c, p in demand.shares
                if c != Audience.COMMUNITY or any(w.audience == Audience.COMMUNITY for w in demand.windows)
            ]
            for code, size in pool_sizes(demand.capacity, kept, Audience.PUBLIC):
                serial += 1
                pools.append(OpenPool(serial, code, _falls(code, day, starts, demand)))
                left[serial] = size
            found.append(_Session(day, starts, pools, left))
    return found


def _falls(code: str, day: date, starts: datetime, demand: Demand) -> datetime | None:
    if code == Audience.PUBLIC:
        return None
    if code == Audience.COMMUNITY:
        window = next(w for w in demand.windows if w.audience == Audience.COMMUNITY)
        return closes_at(day, starts, window, demand.clocks, zone())
    return datetime.combine(day - timedelta(days=1), demand.clocks.release, tzinfo=zone())


def _people(demand: Demand, draw: random.Random) -> list[_Person]:
    """Everyone asks once, for a day, through a route, at a moment: at the release or later."""
    people = []
    names, weights = list(demand.routes), [route[3] for route in demand.routes]
    districts = [name for name, _weight in demand.districts]
    district_weights = [weight for _name, weight in demand.districts]
    ages, age_weights = [name for name, _weight in AGES], [weight for _name, weight in AGES]
    for serial in range(demand.requests):
        route, kind, audience, _weight = draw.choices(names, weights)[0]
        age = draw.choices(ages, age_weights)[0]
        day = START + timedelta(days=15 + draw.randrange(demand.days))
        usable = [w for w in demand.windows if w.audience == audience] or list(demand.windows)
        if not usable:
            usable = [Window(audience, 1, 1)]
        released = opens_at(day, usable[0], demand.clocks, zone())
        if draw.random() < demand.keen:
            # The practised answer within seconds, the old within minutes.
            at = released + timedelta(seconds=draw.expovariate(1 / (8 + 60 * ages.index(age))))
        else:
            at = released + timedelta(seconds=draw.random() * 86400 * max(usable[0].last_day - usable[0].first_day, 1))
        people.append(
            _Person(f"{serial:08}", route, kind, audience, draw.choices(districts, district_weights)[0], age, at, day)
        )
    return people


def _order(demand: Demand, people: Sequence[_Person]) -> list[_Person]:
    """Who is served before whom: by time, or, for requests of the first ten minutes, by draw."""
    by_time = sorted(people, key=lambda p: (p.at, p.ticket))
    if demand.release == Release.RUSH:
        return by_time
    place = {t: n for n, t in enumerate(ranking(str(demand.seed), [p.ticket for p in people]))}

    def moment(person: _Person) -> tuple[datetime, int]:
        usable = [w for w in demand.windows if w.audience == person.audience] or list(demand.windows)
        released = opens_at(person.day, usable[0], demand.clocks, zone()) if usable else person.at
        closes = released + timedelta(minutes=10)
        return (closes, place[person.ticket]) if released <= person.at < closes else (person.at, 0)

    return sorted(by_time, key=moment)


def _ask(person: _Person, sessions: Sequence[_Session], demand: Demand) -> str | None:
    """Try the day's sessions in order; None when a number was taken, else the last refusal's code."""
    last = "session_full"
    for session in sessions:
        for pool in session.pools:
            if pool.falls_at is not None and pool.falls_at <= person.at and session.left[pool.id]:
                public = next(p.id for p in session.pools if p.code == Audience.PUBLIC)
                session.left[public] += session.left[pool.id]
                session.left[pool.id] = 0
        try:
            usable = admissible_pools(
                day=session.day,
                starts_at=session.starts,
                windows=demand.windows,
                clocks=demand.clocks,
                pools=session.pools,
                audience=person.audience,
                channel_kind=person.kind,
                at=person.at,
                zone=zone(),
            )
        except Refused as refused:
            last = refused.code
            continue
        chosen = next((pool for pool in usable if session.left[pool] > 0), None)
        if chosen is not None:
            session.left[chosen] -= 1
            return None
        last = "session_full"
    return last


def _group(people: Sequence[_Person], got: set[str], field: str) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for person in people:
        row = rows.setdefault(getattr(person, field), {"asked": 0, "got": 0})
        row["asked"] += 1
        row["got"] += person.ticket in got
    return {key: {**row, "share": round(row["got"] / row["asked"], 4)} for key, row in sorted(rows.items())}


def _clock(text: Any, default: time | None) -> Any:
    return default if text is None else time.fromisoformat(text)


def _routes(given: Mapping[str, Any] | None) -> tuple[tuple[str, str, str, float], ...]:
    """Routes with their weights: the city's alike, unless the demand weighs them."""
    known = routes()
    if given is None:
        return tuple((r.name, r.kind, r.audience, 1.0) for r in known.values())
    for code in given:
        if code not in known:
            raise RouteUnknown(where=f"channels: {code}", mend="Known routes: %(known)s.", known=", ".join(known))
    return tuple((known[c].name, known[c].kind, known[c].audience, float(w)) for c, w in given.items())


def _districts(given: Mapping[str, Any] | None) -> tuple[tuple[str, float], ...]:
    if given is None:
        return tuple((d.name, 1.0) for d in directory.districts()) or (("-", 1.0),)
    return tuple((str(name), float(weight)) for name, weight in given.items())
