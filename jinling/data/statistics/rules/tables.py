"""A table of the bulletin made from figures: rows chosen and ordered, figures picked, summed, cumulated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, number, printed
from jinling.data.statistics.rules.layout import COUNTED, LISTED, SUMMED, Column, TableLayout, Wording, pattern_of
from jinling.kernel.figures import NOT_THERE, Figure, Indicator, Member

Counts = Mapping[tuple[Any, ...], Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator counts: its name, unit and rule in both languages; ``version`` changes with any of them."""

    indicator: str
    version: str
    name: Wording
    unit: Wording
    text: Wording


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the bulletin, counted. ``total`` is aligned with the columns (text cells empty) or None.

    Cells of names and texts are ``Wording``, missing figures are ``Figure`` with a reason. ``codes`` and ``groups`` say
    each row's code and what it belongs to. ``complete`` says of each column of figures, by code, how many of its cells
    hold a number, and of how many; ``cumulative_of`` the same of the months that a total to date is made of. ``scale``
    is that of the replay it rests on, None where it was lived; ``missing`` why none of its figures was counted.
    """

    layout: TableLayout
    rows: tuple[tuple[Any, ...], ...]
    groups: tuple[Mapping[str, str], ...] = ()
    total: tuple[Any, ...] | None = None
    cumulative: int | None = None
    definitions: tuple[Definition, ...] = ()
    codes: tuple[str, ...] = ()
    complete: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cumulative_of: tuple[int, int] = (0, 0)
    scale: float | None = None
    missing: str = ""
    notes: tuple[Wording, ...] = ()


def pick(indicator: Indicator, counts: Counts, column: Column, rows: str) -> dict[Any, Any]:
    """An indicator's figures by row, at the column's fixed parts of the key; what is left of the key is summed over."""
    place = indicator.dimensions.index(rows)
    fixed = [(indicator.dimensions.index(name), value) for name, value in column.at.items()]
    found: dict[Any, Any] = {}
    for key, value in counts.items():
        if all(key[at] == wanted for at, wanted in fixed):
            row = key[place]
            found[row] = _plus(found[row], value) if row in found else value
    return found


def choose(
    layout: TableLayout, members: Sequence[Member], listed: Sequence[Any], counted: Iterable[Any]
) -> list[Member]:
    """The rows of a table, before they are ordered by a column: as listed, then as the city orders them.

    Args:
        listed: keys in the layout's order.
        counted: keys that have a figure.

    Raises:
        KeyError: a figure of something that the dimension does not know.
    """
    places = {key: place for place, key in enumerate(listed)}
    known = {member.key: member for member in members}
    found = set(counted)
    if layout.which == COUNTED:
        wanted = {key: known[key] for key in found}
    elif layout.which == LISTED:
        wanted = {key: known[key] for key in listed if key in found or NOT_THERE not in known[key].sets}
    else:
        wanted = {member.key: member for member in members if layout.which in member.sets}
    grouped = next((column for column in layout.columns if column.group), None)
    groups = {code: place for place, code in enumerate(grouped.words)} if grouped else {}
    order = {member.key: place for place, member in enumerate(members)}

    def place(member: Member) -> tuple[int, int, int]:
        group = groups.get(member.groups.get(grouped.group, ""), len(groups)) if grouped else 0
        return group, places.get(member.key, len(places)), order[member.key]

    return sorted(wanted.values(), key=place)


def build(
    layout: TableLayout,
    rows: Sequence[Member],
    figures: Mapping[str, Mapping[Any, Any]],
    indicators: Mapping[str, Indicator],
    missing: Mapping[str, str],
) -> Table:
    """Print the rows: ordered, numbered, totalled.

    Args:
        rows: in their order before that of a column.
        figures: by column code and row key.
        indicators: by code.
        missing: why a column is not counted, by its code.
    """
    if layout.order:
        by = figures.get(layout.order, {})
        rows = sorted(rows, key=lambda member: -(number(by.get(member.key)) or 0))
    printed = tuple(
        tuple(
            _cell(column, member, place, figures, indicators, missing.get(column.code, "")) for column in layout.columns
        )
        for place, member in enumerate(rows, start=1)
    )
    complete = {
        column.code: _complete(row[place] for row in printed)
        for place, column in enumerate(layout.columns)
        if column.figures
    }
    reasons = {missing.get(column.code, "") for column in layout.columns if column.figures or column.code in missing}
    total = None
    if layout.total:
        total = tuple(
            _total(column, printed, place, complete, missing) if column.holds in SUMMED else ""
            for place, column in enumerate(layout.columns)
        )
    return Table(
        layout,
        printed,
        tuple(member.groups for member in rows),
        total,
        codes=tuple(member.code for member in rows),
        complete=complete,
        missing=next(iter(reasons)) if len(reasons) == 1 else "",
    )


def _complete(cells: Iterable[Any]) -> tuple[int, int]:
    """How many cells hold a number, of those that hold one or the reason why there is none."""
    told = [cell for cell in cells if cell is not None]
    return sum(number(cell) is not None for cell in told), len(told)


def _total(
    column: Column,
    rows: Sequence[Sequence[Any]],
    place: int,
    complete: Mapping[str, tuple[int, int]],
    missing: Mapping[str, str],
) -> Any:
    """The sum of a column; where none of its cells holds a number, the first reason why."""
    reason = missing.get(column.code, "")
    if not reason and complete[column.code][1] and not complete[column.code][0]:
        reasons = (str(getattr(row[place], "reason", "")) for row in rows if row[place] is not None)
        reason = next(filter(None, reasons), "")
    return Figure(None, reason) if reason else column_sum(rows, place)


def lacks(table: Table, column: str, reason: str) -> bool:
    """Whether a column has a cell without a number for a reason."""
    place = table.layout.place(column)
    return any(isinstance(row[place], Figure) and row[place].reason == reason for row in table.rows)


def rows_printed(table: Table, reasons: Mapping[str, str]) -> list[list[Any]]:
    """The rows as the bulletin's JSON prints them."""
    columns = table.layout.columns
    return [[printed(cell, one.holds, reasons) for one, cell in zip(columns, row, strict=True)] for row in table.rows]


def printed_total(table: Table, reasons: Mapping[str, str]) -> Any:
    """The totals as the bulletin prints them.

    Args:
        reasons: printed name of each reason code.

    Returns:
        The totals of the columns that have one, in column order; one number when one column has a
        total; None when the table has no totals.
    """
    if table.total is None:
        return None
    totals = [
        printed(cell, column.holds, reasons)
        for column, cell in zip(table.layout.columns, table.total, strict=True)
        if column.figures and cell not in (None, "")
    ]
    return totals[0] if len(totals) == 1 else totals or None


def _cell(
    column: Column,
    member: Member,
    place: int,
    figures: Mapping[str, Mapping[Any, Any]],
    indicators: Mapping[str, Indicator],
    missing: str,
) -> Any:
    if column.holds == "position":
        return place
    if column.holds == "name":
        return Wording(member.name, member.name_en)
    if column.group:
        code = member.groups.get(column.group, "")
        return column.words.get(code, Wording(code, code))
    if missing:
        return Figure(None, missing)
    indicator = indicators[column.indicator]
    value = figures[column.code].get(member.key, indicator.missing)
    if isinstance(value, Figure):
        if value.reason:
            return value
        value = value.value
    if isinstance(value, float):
        value = Decimal(str(value))
    if column.holds == "word":
        return column.words.get(value, Wording(value, value))
    if column.holds == "text":
        return Wording(value, in_english(value, indicator.words(column.at) if indicator.words else {}))
    return value


def in_english(text: str, words: Mapping[str, str]) -> str:
    """A text of an indicator in English; itself where no other is known."""
    for pattern, english in words.items():
        found = pattern_of(pattern).fullmatch(text)
        if found:
            return english.format(**found.groupdict())
    return text


def _plus(one: Any, other: Any) -> Any:
    """Figures summed; a reason adds nothing."""
    first, second = number(one), number(other)
    if first is None or second is None:
        return other if first is None and second is not None else one
    return first + second
