"""A replayer and tables for the tests of statistics alone: they count rows of ReplayProgress-like notes in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor, system
from jinling.kernel.outcomes import Refused
from jinling.kernel.sockets import BulletinTable, Figure, Indicator, ReplayChunk, ReplayRequest, TableResult

CHANNELS = ("online_12320", "phone", "in_clinic", "third_party")
COLUMNS = ["no", "organization", *CHANNELS, "total"]
MADE, WITHDRAWN = "cards.issue", "cards.withdraw"  # of cards there are no entries of any other kind here
ROUTE_COLUMNS = ["no", "route", "bookings"]


class ClinicClosed(Refused):
    code = "clinic_closed"
    text = "The clinic is closed."


@dataclass
class Ledger:
    """A tiny replayer: one chunk a row of the booking table; its events are audit entries, so that a
    rolled back chunk really loses them."""

    tables: tuple[str, ...] = ("booking_by_hospital", "booking_by_route")
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


@pytest.fixture
def paper_pack(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The packaged city unloaded: names are resolved from its files, which is much quicker."""
    city = directory.current_pack()
    names = {entry["code"]: entry["name"] for entry in city.section("organizations")}
    monkeypatch.setattr(
        "jinling.data.statistics.queries.replays.directory.resolve",
        lambda name: SimpleNamespace(name=names[city.code_of(name)]),
    )
    return city


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = Ledger()
    monkeypatch.setattr(
        "jinling.data.statistics.queries.replays.gather",
        lambda socket: [("jinling.services.ledger", SimpleNamespace(REPLAYS=[made]))],
    )
    return made


def bookings(*rows: tuple[str, int, int, int, int]) -> TableResult:
    """A booking table of some institutions."""
    cells = [[n, name, *parts, sum(parts)] for n, (name, *parts) in enumerate(rows, start=1)]
    total = ["", "", *(sum(row[place] for row in cells) for place in range(2, 7))]
    return TableResult(COLUMNS, cells, total, cumulative=11500747 + total[-1])


def routes(*rows: tuple[str, int]) -> TableResult:
    cells = [[n, name, count] for n, (name, count) in enumerate(rows, start=1)]
    return TableResult(ROUTE_COLUMNS, cells, ["", "", sum(count for _, count in rows)])


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Offer tables in place of the real contexts': ``offer(name=TableResult, ...)``."""

    def offer(**results: TableResult) -> None:
        indicator = Indicator(
            "bookings",
            "Bookings",
            "bookings",
            "Numbers booked in the month and not cancelled.",
            ("organization",),
            lambda period: {},
        )
        tables = [
            BulletinTable(name, name, lambda period, result=result: result, (indicator,))
            for name, result in results.items()
        ]
        monkeypatch.setattr(
            "jinling.data.statistics.queries.bulletins.gather",
            lambda socket: [("jinling.services.ledger", SimpleNamespace(TABLES=tables))],
        )

    return offer


@pytest.fixture
def release() -> TableResult:
    return TableResult(
        ["category", "organization", "public_release", "community_priority_release"],
        [["市属医院", "南京鼓楼医院", "一周", "第二周"], ["市属医院", "南京脑科医院", "一周", "第二周前4天"]],
    )


@pytest.fixture
def collection() -> TableResult:
    """A table with reasons and a rate above 100."""
    columns = [
        "organization",
        "tables_declared",
        "tables_required",
        "tables_uploaded",
        "records_loaded",
        "upload_days",
        "outpatient_visits",
        "outpatient_rate",
        "discharges",
        "discharge_rate",
        "browsers_deployed",
        "hints_deployed",
    ]
    return TableResult(
        columns,
        [
            [
                "南京鼓楼医院",
                Figure(None, "database_opened"),
                None,
                37,
                9708949,
                31,
                230534,
                72.84,
                9336,
                100.79,
                750,
                750,
            ],
            ["南京市第一医院", "not_reported", 85, 18, 4573720, 11, 27510, 15.56, 1567, 22.79, "未部署", "未部署"],
        ],
    )
