"""Believable months of a city's bulletin for the tests of what examines them, made up from one printed month."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any

from jinling.data.statistics.rules.plausible.sheets import limits_of
from jinling.kernel.figures import AtMost, Indicator
from jinling.kernel.periods import Period

# In which month the year began by the moon: 2016 to 2027.
FESTIVALS = {2016: 2, 2017: 1, 2018: 2, 2019: 2, 2020: 1, 2021: 2, 2022: 2, 2023: 1, 2024: 2, 2025: 1, 2026: 2}


class Months:
    """A run of months: levels with trends, a holiday, scatter, openings, closures, reasons that come and go."""

    def __init__(self, seed: int, reference: Any, layouts: Any, indicators: dict[str, Indicator], first: str) -> None:
        self.draw = random.Random(seed)
        self.layouts = layouts
        self.limits = {name: limits_of(layout, indicators) for name, layout in layouts.items()}
        self.tables = copy.deepcopy(reference["tables"])
        self.city = reference["city"]
        self.period = Period(first)
        self.to_date: dict[str, Any] = {}
        self.trends: dict[Any, float] = {}
        self.closed: set[tuple[str, str]] = set()
        self.returns: dict[Any, float] = {}
        self.noise = self.draw.choice((0.03, 0.06, 0.1, 0.15))
        self.wild = self.draw.choice((0.0, 0.0, 0.01))

    def run(self, count: int) -> Iterator[dict[str, Any]]:
        """The next months, oldest first."""
        for _ in range(count):
            yield self._month()
            self.period = self.period.next()

    def _month(self) -> dict[str, Any]:
        first = self.period.first
        holiday = 0.68 if FESTIVALS.get(first.year) == first.month else 1.0
        season = holiday * (1 + 0.08 * math.sin(first.month))
        tables = {name: self._table(name, table, season) for name, table in self.tables.items()}
        self._tie(tables)
        for name, table in tables.items():
            self._finish(name, table)
        return {"city": self.city, "period": str(self.period), "tables": tables}

    def _table(self, name: str, table: Any, season: float) -> dict[str, Any]:
        layout = self.layouts[name]
        at, rows = layout.name_place(), []
        for row in table["rows"]:
            key = (name, row[at])
            if layout.which == "counted" and key not in self.closed and self.draw.random() < 0.0015:
                self.closed.add(key)
            if key not in self.closed:
                rows.append(self._row(name, layout, row, season))
        return {"columns": table["columns"], "rows": rows}

    def _row(self, name: str, layout: Any, row: list[Any], season: float) -> list[Any]:
        made = list(row)
        at = layout.name_place()
        for place, column in enumerate(layout.columns):
            limits = self.limits[name][place]
            value = row[place]
            if not column.figures or (isinstance(value, str) and column.holds != "amount") or value is None:
                continue
            if limits.running or (limits.along and column.holds in ("rate", "amount")):
                continue
            trend = self.trends.setdefault((name, row[at], place), self.draw.gauss(0.003, 0.006))
            if any(ceiling.most == "days_of_month" for ceiling in limits.ceilings):
                made[place] = (
                    max(0, self.period.last.day - (31 - value) - self.draw.choice((0, 0, 0, 1))) if value else 0
                )
            elif limits.held:
                if value and self.draw.random() < 0.1 and not (limits.at_most and value > 60):
                    row[place] = value = value + max(1, round(value * 0.01 * self.draw.random()))
                made[place] = value
                for limit in (one for one in column.limits if isinstance(one, AtMost)):
                    made[place] = min(made[place], row[layout.place(limit.other)])
            else:
                row[place] = value * (1 + trend)
                own = math.exp(self.draw.gauss(0, 0.06)) if season < 0.8 else 1.0
                made[place] = self._count(row[place] * season * own)
        for place, column in enumerate(layout.columns):
            for other, _ in self.limits[name][place].along:
                made[place] = self._along(name, row, made, place, other, column.holds)
            for other in self.limits[name][place].running:
                made[place] = row[place]
                row[place] += made[other]
            if column.parts:
                made[place] = sum(made[layout.place(part)] for part in column.parts)
        return made

    def _count(self, mean: float) -> int:
        if mean <= 0:
            return 0
        heavy = 3 if self.draw.random() < self.wild else 1
        mean *= math.exp(self.draw.gauss(0, self.noise * heavy))
        return max(0, round(self.draw.gauss(mean, math.sqrt(mean))))

    def _along(self, name: str, row: list[Any], made: list[Any], place: int, other: int, holds: str) -> Any:
        value, key = row[place], (name, row[0], place)
        if holds not in ("rate", "amount"):
            return made[place] if made[other] else 0
        if isinstance(value, str) and holds == "rate":
            return value
        if not made[other] or not float(value) or not row[other]:
            return "0.00" if holds == "amount" else 0
        self.returns.setdefault(key, float(value) / row[other])
        exact = made[other] * self.returns[key] * math.exp(self.draw.gauss(0, 0.02))
        two = Decimal(exact).quantize(Decimal("0.01"), ROUND_DOWN)
        return str(two) if holds == "amount" else float(min(two, Decimal(140)))

    def _tie(self, tables: Any) -> None:
        """What must hold between the tables of the reference city."""
        bookings = tables["booking_by_hospital"]["rows"]
        for row in tables["hotline"]["rows"]:
            if row[0] == "phone_booking":
                row[1] = sum(one[3] for one in bookings)
        most = sum(row[2] for row in bookings) * 0.9
        routes = tables["booking_by_route"]["rows"]
        scale = min(1.0, most / sum(row[2] for row in routes))
        for route in routes:
            route[2] = int(route[2] * scale)
        tables["hotline_by_city"]["rows"][0][1] = sum(row[1] for row in tables["hotline"]["rows"])
        cards = {row[1]: row[2] for row in tables["cards_issued"]["rows"]}
        for row in tables["kiosk"]["rows"]:
            row[2] = min(row[2], cards.get(row[0], row[2]))

    def _finish(self, name: str, table: dict[str, Any]) -> None:
        """Order, positions, totals."""
        layout, rows = self.layouts[name], table["rows"]
        if layout.order:
            place = layout.place(layout.order)
            rows.sort(key=lambda row: -row[place])
        for at, column in enumerate(layout.columns):
            if column.holds == "position":
                for count, row in enumerate(rows, start=1):
                    row[at] = count
        places = [at for at, column in enumerate(layout.columns) if column.figures]
        source = self.tables[name]
        if "printed_total" in source:
            sums = []
            for at in places:
                amount = layout.columns[at].holds == "amount"
                whole = sum((Decimal(row[at]) for row in rows if not isinstance(row[at], str) or amount), Decimal(0))
                sums.append(str(whole) if amount else int(whole))
            table["printed_total"] = sums if isinstance(source["printed_total"], list) else sums[0]
        if layout.cumulative and "cumulative" in source:
            place = layout.place(layout.cumulative.column)
            self.to_date.setdefault(name, source["cumulative"])
            self.to_date[name] += sum(row[place] for row in rows)
            table["cumulative"] = self.to_date[name]
