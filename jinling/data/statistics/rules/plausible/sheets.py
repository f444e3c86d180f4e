"""A month as it is examined: tables with their rows under canonical names, and what their figures can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cells import number
from jinling.data.statistics.rules.layout import Column, CrossCheck, TableLayout
from jinling.kernel.figures import Along, AtMost, Ceiling, Held, Indicator, Limit, Reasons, Running
from jinling.kernel.periods import NotAMonth, Period, PeriodUnreadable

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """What the figures of one column can be; other columns by place."""

    ceilings: tuple[Ceiling, ...] = ()
    at_most: tuple[int, ...] = ()
    along: tuple[tuple[int, bool], ...] = ()
    running: tuple[int, ...] = ()
    held: bool = False
    reasons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class City:
    """What is known of a city's tables.

    ``limits``: by table and place of a column; ``names``: canonical name by spelling, by dimension; ``ordered``:
    canonical names in the order of each table; ``groups``: what a row belongs to; ``reasons``: printed reasons by code.
    """

    layouts: Mapping[str, TableLayout]
    limits: Mapping[str, Mapping[int, Limits]]
    names: Mapping[str, Mapping[str, str]]
    ordered: Mapping[str, Sequence[str]]
    groups: Callable[[str, str], Mapping[str, str]]
    reasons: Mapping[str, str]
    checks: tuple[CrossCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a month. ``rows`` by canonical name, ``printed`` the names as they stand; ``total`` by place."""

    layout: TableLayout
    limits: Mapping[int, Limits]
    names: tuple[str, ...]
    listing: tuple[Sequence[Any], ...]
    rows: Mapping[str, Sequence[Any]]
    printed: Mapping[str, str]
    source: Mapping[str, Any]
    total: Mapping[int, Number] = field(default_factory=dict)
    cumulative: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str, place: int) -> Number | None:
        """A cell's number; None where there is no such row, or no number."""
        row = self.rows.get(name)
        return None if row is None else number(row[place])

    def numbers(self, place: int) -> dict[str, float]:
        """The numbers of a column by row; one below nought is none."""
        found = ((name, number(row[place])) for name, row in self.rows.items())
        return {name: float(value) for name, value in found if value is not None and value >= 0}


@dataclass(frozen=True, slots=True)
class Month:
    """A month's tables; ``period`` is None where none can be read."""

    period: Period | None
    sheets: Mapping[str, Sheet]


def limits_of(layout: TableLayout, indicators: Mapping[str, Indicator]) -> dict[int, Limits]:
    """What the figures of a table's columns can be: what their indicators say, and what the layout adds."""
    found = {}
    for place, column in enumerate(layout.columns):
        declared: list[tuple[Limit, int | None]] = []
        indicator = indicators.get(column.indicator)
        for limit in indicator.limits if indicator else ():
            declared.append((limit, _shown_by(layout, column, getattr(limit, "other", ""))))
        for limit in column.limits:
            declared.append((limit, layout.place(limit.other) if hasattr(limit, "other") else None))
        found[place] = Limits(
            ceilings=tuple(limit for limit, _ in declared if isinstance(limit, Ceiling)),
            at_most=_places(declared, AtMost),
            along=tuple((at, limit.steady) for limit, at in declared if isinstance(limit, Along) and at is not None),
            running=_places(declared, Running),
            held=any(isinstance(limit, Held) for limit, _ in declared),
            reasons=frozenset(code for limit, _ in declared if isinstance(limit, Reasons) for code in limit.codes),
        )
    return found


def month_of(document: Any, city: City) -> Month:
    """A document as a month; tables of another form are left out (``replayfiles.read`` tells of them)."""
    document = document if isinstance(document, Mapping) else {}
    tables = document.get("tables")
    sheets = {}
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        sheet = _sheet(table, city.layouts[name], city) if name in city.layouts else None
        if sheet is not None:
            sheets[name] = sheet
    try:
        period = Period.month(str(document.get("period")))
    except (PeriodUnreadable, NotAMonth):
        period = None
    return Month(period, sheets)


def rounded(value: Any) -> tuple[Decimal, int] | None:
    """A number that a text begins with, and how many decimals it is printed with: 27.1 of a text in large units."""
    text = str(value).strip()
    end = next((place for place, letter in enumerate(text) if letter not in "0123456789."), len(text))
    figure = text[:end]
    if not figure or not figure.replace(".", "", 1).isdecimal():
        return None
    return Decimal(figure), len(figure.partition(".")[2])


def _sheet(table: Any, layout: TableLayout, city: City) -> Sheet | None:
    codes = [column.code for column in layout.columns]
    place = layout.name_place()
    if not isinstance(table, Mapping) or table.get("columns") != codes or place is None:
        return None
    listing = table.get("rows")
    if not isinstance(listing, list) or not all(isinstance(row, list) and len(row) == len(codes) for row in listing):
        return None
    known = city.names.get(layout.rows, {})
    names = tuple(known.get(str(row[place]), str(row[place])) for row in listing)
    rows: dict[str, Sequence[Any]] = {}
    printed: dict[str, str] = {}
    for name, row in zip(names, listing, strict=True):
        rows.setdefault(name, row)
        printed.setdefault(name, str(row[place]))
    return Sheet(
        layout,
        city.limits[layout.name],
        names,
        tuple(listing),
        rows,
        printed,
        table,
        _total(layout, table.get("printed_total", table.get("total"))),
        {key: value for key, value in table.items() if key.startswith("cumulative") and value is not None},
    )


def _total(layout: TableLayout, total: Any) -> dict[int, Number]:
    places = [place for place, column in enumerate(layout.columns) if column.figures]
    totals = total if isinstance(total, list) else [total]
    if total is None or len(totals) != len(places):
        return {}
    numbers = ((place, number(value)) for place, value in zip(places, totals, strict=True))
    return {place: value for place, value in numbers if value is not None}


def _shown_by(layout: TableLayout, column: Column, code: str) -> int | None:
    """Where another indicator stands in the table, at the same parts of its key."""
    for place, other in enumerate(layout.columns):
        if code and other.indicator == code and other.at == column.at:
            return place
    return None


def _places(declared: Iterable[tuple[Limit, int | None]], kind: type) -> tuple[int, ...]:
    return tuple(at for limit, at in declared if isinstance(limit, kind) and at is not None)
