"""A table of the bulletin made from figures: rows chosen and ordered, figures picked, summed, cumulated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, number, printed
from jinling.data.statistics.rules.layout import COUNTED, LISTED, SUMMED, Column, TableLayout, Wording, pattern_of
from jinling.kernel.figures import Indicator, Member

Counts = Mapping[tuple[Any, ...], Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator counts: msgids of its name, unit and rule."""

    name: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the bulletin, counted. ``total`` is aligned with the columns (text cells empty) or None.

    Cells of names and texts are ``Wording``; ``groups`` gives what each row belongs to.
    """

    layout: TableLayout
    rows: tuple[tuple[Any, ...], ...]
    groups: tuple[Mapping[str, str], ...] = ()
    total: tuple[Any, ...] | None = None
    cumulative: int | None = None
    definitions: tuple[Definition, ...] = ()


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
    if layout.which == COUNTED:
        wanted = {key: known[key] for key in counted}
    elif layout.which == LISTED:
        wanted = {key: known[key] for key in listed}
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
) -> Table:
    """Print the rows: ordered, numbered, totalled.

    Args:
        rows: in their order before that of a column.
        figures: by column code and row key.
        indicators: by code.
    """
    if layout.order:
        by = figures[layout.order]
        rows = sorted(rows, key=lambda member: -(number(by.get(member.key)) or 0))
    printed = tuple(
        tuple(_cell(column, member, place, figures, indicators) for column in layout.columns)
        for place, member in enumerate(rows, start=1)
    )
    total = None
    if layout.total:
        total = tuple(
            column_sum(printed, place) if column.holds in SUMMED else "" for place, column in enumerate(layout.columns)
        )
    return Table(layout, printed, tuple(member.groups for member in rows), total)


def finished(table: Table, *, cumulative: int | None, definitions: Iterable[Definition]) -> Table:
    """The table with what stands below it."""
    return replace(table, cumulative=cumulative, definitions=tuple(definitions))


def printed_total(table: Table) -> Any:
    """The totals as the bulletin prints them.

    Returns:
        The totals of the columns that have one, in column order; one number when one column has a
        total; None when the table has no totals.
    """
    if table.total is None:
        return None
    totals = [
        printed(cell, column.holds, {})
        for column, cell in zip(table.layout.columns, table.total, strict=True)
        if column.figures and cell not in (None, "")
    ]
    return totals[0] if len(totals) == 1 else totals or None


def document(table: Table, reasons: Mapping[str, str]) -> dict[str, Any]:
    """A table as JSON: ``columns``, ``rows``, ``total``, ``cumulative``, in this order."""
    columns = table.layout.columns
    return {
        "columns": [column.code for column in columns],
        "rows": [
            [printed(cell, column.holds, reasons) for column, cell in zip(columns, row, strict=True)]
            for row in table.rows
        ],
        "total": printed_total(table),
        "cumulative": table.cumulative,
    }


def _cell(
    column: Column,
    member: Member,
    place: int,
    figures: Mapping[str, Mapping[Any, Any]],
    indicators: Mapping[str, Indicator],
) -> Any:
    if column.holds == "position":
        return place
    if column.holds == "name":
        return Wording(member.name, member.name_en)
    if column.group:
        code = member.groups.get(column.group, "")
        return column.words.get(code, Wording(code, code))
    indicator = indicators[column.indicator]
    value = figures[column.code].get(member.key, indicator.missing)
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
