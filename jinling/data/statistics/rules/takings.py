"""A city's tables as replayers take them: whatever a city calls its tables and columns and however it orders them, a
replayer is given its own names, told by what each column counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from jinling.data.statistics.rules.layout import Column, TableLayout
from jinling.kernel.figures import PrintedTable, Replayer, ReplayRequest


def taken_from(replayer: Replayer, tables: Mapping[str, TableLayout]) -> dict[str, dict[str, Mapping[int, str]]]:
    """Which of a city's tables a replayer makes events of: for each its own tables, with their columns by the place
    where the city prints them. A table of the replayer's that it does not describe is taken as it stands."""
    found: dict[str, dict[str, Mapping[int, str]]] = {}
    described: Mapping[str, PrintedTable] = getattr(replayer, "printed", {})
    for own, form in described.items():
        for name, layout in tables.items():
            columns = _columns(layout, form) if layout.rows == form.rows else {}
            place = layout.name_place()
            if columns and place is not None:
                found.setdefault(name, {})[own] = {place: form.rows, **columns}
    for name in replayer.tables:
        if name not in described:
            found[name] = {name: {}}
    return found


def request_for(replayer: Replayer, request: ReplayRequest, tables: Mapping[str, TableLayout]) -> ReplayRequest:
    """The request in the replayer's own names; rows that several of the city's tables print become one."""
    taken = taken_from(replayer, tables)
    made: dict[str, Mapping[str, Any]] = {}
    merged: dict[str, dict[str, dict[str, Any]]] = {}
    for name, table in request.tables.items():
        for own, columns in taken.get(name, {}).items():
            if columns:
                _merge(merged.setdefault(own, {}), table["rows"], columns)
            else:
                made[own] = table
    made.update({own: _table(rows) for own, rows in merged.items()})
    return replace(request, tables={own: made[own] for own in sorted(made)})


def replayed_by_nobody(replayers: Iterable[Replayer], tables: Mapping[str, TableLayout]) -> list[str]:
    """Tables that no replayer makes events of."""
    known = {name for one in replayers for name in taken_from(one, tables)}
    return [name for name in tables if name not in known]


def _columns(layout: TableLayout, form: PrintedTable) -> dict[int, str]:
    """The columns of a table that a replayer reads: what is a sum of others says nothing of its own."""
    found: dict[int, str] = {}
    for place, column in enumerate(layout.columns):
        code = _code(column, form)
        if code and code not in found.values():
            found[place] = code
    return found


def _code(column: Column, form: PrintedTable) -> str:
    name = form.columns.get(column.indicator)
    return "" if name is None or column.parts else name(column.at)


def _merge(found: dict[str, dict[str, Any]], rows: Iterable[Any], columns: Mapping[int, str]) -> None:
    place = next(iter(columns))
    for row in rows:
        cells = found.setdefault(row[place], {})
        for at, name in columns.items():
            cells.setdefault(name, row[at])


def _table(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    return {"columns": columns, "rows": [[cells.get(name) for name in columns] for cells in rows.values()]}
