"""Releases: who may do what with a month, and what a later count changes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from jinling.data.statistics.rules import cells
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import Column
from jinling.data.statistics.rules.refusals import ReleaseStepRefused
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.states import States

RELEASE = States({"approve": {"prepared": "approved"}, "decline": {"prepared": "declined"}}, ReleaseStepRefused)

Part = Literal["cell", "row", "total", "to_date", "table", "definition"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two counts of a month.

    ``row`` is the row's code and ``name`` what it is called; ``before`` and ``after`` are as JSON prints them, None
    where there is nothing. A total to date (``to_date``) moves with the months before it: alone it revises nothing.
    """

    part: Part
    table: str
    row: str = ""
    name: str = ""
    column: str = ""
    before: Any = None
    after: Any = None

    def stored(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def differences(before: Bulletin, after: Bulletin) -> list[Change]:
    """What a later count of a month changes, in the order of the tables, rows and columns of the earlier one."""
    reasons = {code: wording.own for code, wording in {**before.reasons, **after.reasons}.items()}
    old = {part.layout.name: part for part in before.parts}
    new = {part.layout.name: part for part in after.parts}
    found: list[Change] = []
    for name in dict.fromkeys([*old, *new]):
        if name in old and name in new:
            found += _tables(old[name], new[name], reasons)
        else:
            found.append(Change("table", name, before="+" if name in old else None, after="+" if name in new else None))
    return found


def revises(changes: list[Change]) -> bool:
    """Whether the figures of the month itself differ: its totals to date move with every month before it."""
    return any(change.part not in ("to_date", "definition") for change in changes)


def not_following(before: Bulletin, this: Bulletin) -> list[Check]:
    """Totals to date that are not the released one of the month before and this month: something came late into a
    month before, which that one's revision would tell."""
    found = []
    earlier = {part.layout.name: part for part in before.parts}
    for part in this.parts:
        own, was = part.layout.cumulative, earlier.get(part.layout.name)
        if own is None or part.cumulative is None or was is None or was.cumulative is None:
            continue
        began = 0 if own.begins_with(this.period) else was.cumulative
        expected = began + int(cells.column_sum(part.rows, part.layout.place(own.column)))
        if expected != part.cumulative:
            found.append(Check("not_following", part.layout.name, False, expected, part.cumulative))
    return found


def _tables(old: Table, new: Table, reasons: Mapping[str, str]) -> Iterator[Change]:
    table = old.layout.name
    columns = {column.code: column for column in [*old.layout.columns, *new.layout.columns]}
    rows_before, rows_after = _rows(old, reasons), _rows(new, reasons)
    for row in dict.fromkeys([*rows_before, *rows_after]):
        was, now = rows_before.get(row), rows_after.get(row)
        if was is None or now is None:
            name, there = (now or was or ("", {}))[0], "+"
            yield Change("row", table, row, name, before=there if was else None, after=there if now else None)
            continue
        for code, column in columns.items():
            if column.holds != "position" and was[1].get(code) != now[1].get(code):
                yield Change("cell", table, row, was[0], code, was[1].get(code), now[1].get(code))
    totals_before, totals_after = _total(old, reasons), _total(new, reasons)
    for code in columns:
        if totals_before.get(code) != totals_after.get(code):
            yield Change("total", table, column=code, before=totals_before.get(code), after=totals_after.get(code))
    if old.cumulative != new.cumulative:
        yield Change("to_date", table, before=old.cumulative, after=new.cumulative)
    versions = {one.indicator: one.version for one in new.definitions}
    for one in old.definitions:
        if versions.get(one.indicator, one.version) != one.version:
            yield Change("definition", table, one.indicator, before=one.version, after=versions[one.indicator])


def _rows(table: Table, reasons: Mapping[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name and cells of each row, by its code."""
    place = table.layout.name_place() or 0
    return {
        code: (str(cells.printed(row[place], "name", {})), _cells(table.layout.columns, row, reasons))
        for code, row in zip(table.codes, table.rows, strict=True)
    }


def _total(table: Table, reasons: Mapping[str, str]) -> dict[str, Any]:
    return _cells(table.layout.columns, table.total, reasons) if table.total is not None else {}


def _cells(columns: tuple[Column, ...], row: tuple[Any, ...], reasons: Mapping[str, str]) -> dict[str, Any]:
    return {column.code: cells.printed(cell, column.holds, reasons) for column, cell in zip(columns, row, strict=True)}
