"""A bulletin as plain JSON and back, whole: what is kept or released prints without the layout of its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import TableLayout, Wording
from jinling.data.statistics.rules.tables import Definition, Table
from jinling.kernel.figures import Figure
from jinling.kernel.periods import Period

FORM = 1  # of what is stored
ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {
    shape: TypeAdapter(shape) for shape in (Wording, TableLayout, Check, Definition)
}


def plain(of: Bulletin) -> dict[str, Any]:
    """A bulletin as JSON values."""
    return {
        "form": FORM,
        "period": str(of.period),
        "title": _plain(of.title),
        "publisher": _plain(of.publisher),
        "reasons": {code: _plain(wording) for code, wording in of.reasons.items()},
        "parts": [_table(part) for part in of.parts],
        "checks": [_plain(check) for check in of.checks],
        "as_of": of.as_of.isoformat(),
        "closed": of.closed,
        "scales": list(of.scales),
        "partial": of.partial,
    }


def bulletin_of(stored: Mapping[str, Any]) -> Bulletin:
    """The bulletin that was stored so."""
    return Bulletin(
        period=Period(stored["period"]),
        title=_made(Wording, stored["title"]),
        publisher=_made(Wording, stored["publisher"]),
        parts=tuple(_table_of(part) for part in stored["parts"]),
        checks=tuple(_made(Check, check) for check in stored["checks"]),
        reasons={code: _made(Wording, wording) for code, wording in stored["reasons"].items()},
        as_of=datetime.fromisoformat(stored["as_of"]),
        closed=stored["closed"],
        scales=tuple(stored["scales"]),
        partial=stored["partial"],
    )


def _table(table: Table) -> dict[str, Any]:
    return {
        "layout": _plain(table.layout),
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "groups": [dict(groups) for groups in table.groups],
        "codes": list(table.codes),
        "total": None if table.total is None else [_cell(cell) for cell in table.total],
        "complete": {code: list(count) for code, count in table.complete.items()},
        "cumulative": table.cumulative,
        "cumulative_of": list(table.cumulative_of),
        "definitions": [_plain(one) for one in table.definitions],
        "scale": table.scale,
        "missing": table.missing,
        "notes": [_plain(note) for note in table.notes],
    }


def _table_of(stored: Mapping[str, Any]) -> Table:
    return Table(
        layout=_made(TableLayout, stored["layout"]),
        rows=tuple(tuple(_cell_of(cell) for cell in row) for row in stored["rows"]),
        groups=tuple(stored["groups"]),
        codes=tuple(stored["codes"]),
        total=None if stored["total"] is None else tuple(_cell_of(cell) for cell in stored["total"]),
        complete={code: (n, of) for code, (n, of) in stored["complete"].items()},
        cumulative=stored["cumulative"],
        cumulative_of=(stored["cumulative_of"][0], stored["cumulative_of"][1]),
        definitions=tuple(_made(Definition, one) for one in stored["definitions"]),
        scale=stored["scale"],
        missing=stored["missing"],
        notes=tuple(_made(Wording, note) for note in stored["notes"]),
    )


def _cell(cell: Any) -> Any:
    """A cell: whole numbers and texts as they are, the rest by what it is."""
    if isinstance(cell, Wording):
        return {"wording": _plain(cell)}
    if isinstance(cell, Figure):
        return {"reason": cell.reason} if cell.reason else _cell(cell.value)
    if isinstance(cell, float):
        return {"number": str(Decimal(str(cell)))}
    return {"number": str(cell)} if isinstance(cell, Decimal) else cell


def _cell_of(stored: Any) -> Any:
    if not isinstance(stored, Mapping):
        return stored
    if "wording" in stored:
        return _made(Wording, stored["wording"])
    return Figure(None, stored["reason"]) if "reason" in stored else Decimal(stored["number"])


def _plain(value: Any) -> Any:
    return ADAPTERS[type(value)].dump_python(value, mode="json")


def _made(shape: type[Any], stored: Any) -> Any:
    return ADAPTERS[shape].validate_python(stored)
