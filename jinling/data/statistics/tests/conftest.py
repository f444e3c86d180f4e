"""A replayer, figures and a city on paper for the tests of statistics alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import public as directory, rules as directory_rules
from jinling.kernel.actor import Actor, system
from jinling.kernel.figures import Dimension, Figure, Indicator, Member, ReplayChunk, ReplayRequest
from jinling.kernel.outcomes import Refused
from jinling.kernel.sockets import gather

CHANNELS = ("online_12320", "phone", "in_clinic", "third_party")
OPENED = date(2018, 5, 1)  # the first day that anything here was lived
MADE, WITHDRAWN = "cards.issue", "cards.withdraw"  # of cards there are no entries of any other kind here


class ClinicClosed(Refused):
    code = "clinic_closed"
    text = "The clinic is closed."


@dataclass
class Ledger:
    """A tiny replayer: one chunk a row of the booking table; its events are audit entries, so that a
    rolled back chunk really loses them."""

    tables: tuple[str, ...] = ("booking_by_hospital", "booking_by_route")
    events: str = "ledger.booking"
    draws_on: tuple[str, ...] = ()
    fail_after: int | None = None
    plans: int = 0
    seen: list[ReplayRequest] = field(default_factory=list)
    short: int = 0  # events that a chunk silently does not make

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        self.plans += 1
        self.seen.append(request)
        chunks = []
        for row in request.tables.get("booking_by_hospital", {}).get("rows", ()):
            count = round(sum(row[2:6]) * request.scale)
            chunks.append(ReplayChunk(row[1], count, self._run(request, row[1], count)))
        for row in request.tables.get("booking_by_route", {}).get("rows", ()):
            chunks.append(ReplayChunk(row[1], 0, self._run(request, row[1], 0)))
        return chunks

    def _run(self, request: ReplayRequest, label: str, count: int) -> Callable[[], int]:
        def run() -> int:
            from jinling.foundation.audit import public as audit

            audit.record(
                by=system("ledger"),
                action=MADE,
                target=label,
                detail={"period": request.period, "count": count - self.short},
            )
            if self.fail_after is not None:
                if self.fail_after == 0:
                    raise ClinicClosed(where=label)
                self.fail_after -= 1
            return count - self.short

        return run

    def withdraw(self, period: str) -> int:
        from jinling.foundation.audit import public as audit

        audit.record(by=system("ledger"), action=WITHDRAWN, target=period)
        return 42

    def made(self) -> list[str]:
        """Labels of the chunks whose writes stand, since the last withdrawal."""
        entries = Entry.objects.filter(action__in=[MADE, WITHDRAWN]).order_by("at", "lane", "seq")
        found: list[str] = []
        for entry in entries:
            found = [] if entry.action == WITHDRAWN else [*found, entry.target]
        return found


@pytest.fixture
def by() -> Actor:
    return system("tests")


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """Bulletins are kept for a minute; a test begins and ends with none."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pack(db: None, nothing_kept: None) -> Any:
    """The packaged city, loaded."""
    directory.load_pack(by=system("tests"))
    return directory.current_pack()


def on_paper(pack: Any) -> list[Dimension]:
    """The dimensions of a city that is not loaded, from its files, which is much quicker. Names are the keys."""

    def members(entries: Any, **groups: str) -> list[Member]:
        return [
            Member(
                one["name"],
                one["code"],
                one["name"],
                one.get("name_en") or one["name"],
                {group: one[key] for group, key in groups.items()},
                frozenset(key for key, value in one.items() if value is True),
            )
            for one in entries
        ]

    organizations = members(pack.section("organizations"), ownership="ownership")
    names = {one.code: one.name for one in organizations}
    districts = members(pack.section("districts"))
    short = {text: one.name for one in districts for text in (one.code, one.name)}
    channels = pack.section("channels")

    def district(text: str, on: date | None) -> str:
        if text not in short:
            raise directory_rules.DistrictUnknown(district=text)
        return short[text]

    return [
        Dimension("organization", lambda on: organizations, lambda text, on: names[pack.code_of(text)]),
        Dimension("district", lambda on: districts, district),
        Dimension("route", lambda on: members(channels["routes"], channel_kind="kind")),
        Dimension("channel_kind", lambda on: members(channels["kinds"])),
    ]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Offer figures in place of the real contexts': ``offer({indicator: {key: value}})``; others count nothing."""
    real = [one for _context, module in gather("figures") for one in getattr(module, "INDICATORS", ())]

    def offer(figures: Mapping[str, Mapping[Any, Any]] | None = None, *more: Indicator) -> None:
        def count(code: str) -> Callable[[Any], Mapping[Any, Any]]:
            return lambda span: (figures or {}).get(code, {})

        planted = [
            dataclasses.replace(
                one,
                count=count(one.code),
                since=count(one.code) if one.since else None,
                begins=lambda: OPENED,
                late=None,
            )
            for one in real
        ]
        module = SimpleNamespace(INDICATORS=[*planted, *more], DIMENSIONS=on_paper(directory.current_pack()))
        monkeypatch.setattr(
            "jinling.data.statistics.queries.figures.gather", lambda socket: [("jinling.services.ledger", module)]
        )

    return offer


@pytest.fixture
def paper_pack(offer: Callable[..., None]) -> Any:
    """The packaged city, not loaded."""
    offer()
    return directory.current_pack()


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = Ledger()
    monkeypatch.setattr(
        "jinling.data.statistics.queries.replays.gather",
        lambda socket: [("jinling.services.ledger", SimpleNamespace(REPLAYS=[made]))],
    )
    return made


def bookings(*rows: tuple[Any, ...]) -> dict[str, dict[Any, int]]:
    """Bookings of some institutions: name, and a figure for each channel."""
    return {
        "scheduling.bookings": {
            (name, kind): n for name, *parts in rows for kind, n in zip(CHANNELS, parts, strict=True)
        }
    }


def routes(*rows: tuple[str, int]) -> dict[str, dict[Any, int]]:
    """Bookings by the names of routes."""
    return {"scheduling.bookings_by_route": {(name,): n for name, n in rows}}


@pytest.fixture
def release() -> dict[str, dict[Any, str]]:
    """Windows of two institutions."""
    return {
        "scheduling.release_windows": {
            ("南京脑科医院", "public"): "一周",
            ("南京脑科医院", "community"): "第二周前4天",
            ("南京鼓楼医院", "public"): "一周",
            ("南京鼓楼医院", "community"): "第二周",
        }
    }


@pytest.fixture
def collection() -> dict[str, dict[Any, Any]]:
    """Figures with reasons and a rate above 100."""
    drum, first = ("南京鼓楼医院",), ("南京市第一医院",)
    return {
        f"collection.{code}": counts
        for code, counts in {
            "tables_declared": {drum: Figure(None, "database_opened")},
            "tables_required": {drum: None, first: 85},
            "tables_uploaded": {drum: 37, first: 18},
            "records_loaded": {drum: 9708949, first: 4573720},
            "upload_days": {drum: 31, first: 11},
            "outpatient_visits": {drum: 230534, first: 27510},
            "outpatient_rate": {drum: Figure(72.84), first: Figure(15.56)},
            "discharges": {drum: 9336, first: 1567},
            "discharge_rate": {drum: Figure(100.79), first: Figure(22.79)},
            "deployments": {(*drum, "browser"): 750, (*drum, "hint"): 750},
        }.items()
    }
