"""Releases: who may do what with a month, and what a later count changes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from jinling.data.statistics.rules import cells
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import Column
from jinling.data.statistics.rules.missing import Missing
from jinling.data.statistics.rules.refusals import ReleaseStepRefused
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.states import States

RELEASE = States({"approve": {"prepared": "approved"}, "decline": {"prepared": "declined"}}, ReleaseStepRefused)

Part = Literal["cell", "reason", "row", "total", "to_date", "table", "column", "definition"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two counts of a month.

    ``row`` is the row's code and ``name`` what it is called; ``before`` and ``after`` are as JSON prints them, None
    where there is nothing. ``reason``: a cell that the platform did not count, and why. What does not ``revise``
    changes no figure of the month itself.
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
    """Whether figures of the month itself differ. Totals to date move with every month before it; what is printed, what
    it counts and why the platform has not counted it may change for all months at once."""
    return any(change.part in ("cell", "row", "total") for change in changes)


def not_following(before: Bulletin, this: Bulletin) -> list[Check]:
    """Totals to date that are not the released one of the month before and this month: something came late into a
    month before, which that one's revision would tell."""
    found = []
    earlier = {part.layout.name: part for part in before.parts}
    for part in this.parts:
        own, was = part.layout.cumulative, earlier.get(part.layout.name)
        if own is None or part.cumulative is None or was is None or was.cumulative is None:
            continue
        if any(counted < months for counted, months in (part.cumulative_of, was.cumulative_of)):
            continue  # a part of it is still to come, and said to be
        began = 0 if own.begins_with(this.period) else was.cumulative
        expected = began + int(cells.column_sum(part.rows, part.layout.place(own.column)))
        if expected != part.cumulative:
            found.append(Check("not_following", part.layout.name, False, expected, part.cumulative))
    return found


def _tables(old: Table, new: Table, reasons: Mapping[str, str]) -> Iterator[Change]:
    table = old.layout.name
    columns = {column.code: column for column in [*old.layout.columns, *new.layout.columns]}
    both = {column.code for column in old.layout.columns} & {column.code for column in new.layout.columns}
    for code in (code for code in columns if code not in both):
        place = [any(column.code == code for column in part.layout.columns) for part in (old, new)]
        yield Change("column", table, column=code, before="+" if place[0] else None, after="+" if place[1] else None)
    uncounted = {reasons.get(code, code) for code in Missing}

    def differs(part: Part, before: Any, after: Any) -> Part:
        return "reason" if before in uncounted and after in uncounted else part

    rows_before, rows_after = _rows(old, reasons), _rows(new, reasons)
    for row in dict.fromkeys([*rows_before, *rows_after]):
        was, now = rows_before.get(row), rows_after.get(row)
        if was is None or now is None:
            name, there = (now or was or ("", {}))[0], "+"
            yield Change("row", table, row, name, before=there if was else None, after=there if now else None)
            continue
        for code in (code for code, column in columns.items() if code in both and column.holds != "position"):
            pair = was[1].get(code), now[1].get(code)
            if pair[0] != pair[1]:
                yield Change(differs("cell", *pair), table, row, was[0], code, *pair)
    totals_before, totals_after = _total(old, reasons), _total(new, reasons)
    for code in (code for code in columns if code in both):
        pair = totals_before.get(code), totals_after.get(code)
        if pair[0] != pair[1]:
            yield Change(differs("total", *pair), table, column=code, before=pair[0], after=pair[1])
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
