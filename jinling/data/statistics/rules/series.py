"""One column of a table over months, with the places where its figures cannot be compared as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from jinling.data.statistics.rules import cells
from jinling.data.statistics.rules.bulletins import Bulletin, Standing
from jinling.data.statistics.rules.tables import Table

Why = Literal["gap", "definition", "scale", "begins", "ends", "name", "group"]


@dataclass(frozen=True, slots=True)
class Break:
    """What changed between a month and the one before it in the series: of a row, by its code, or of all."""

    period: str
    why: Why
    row: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its latest name, and its cells by month; a month in which it has none is not there."""

    code: str
    name: str
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """A column over months, oldest first."""

    months: Mapping[str, Standing]
    lines: Sequence[Line] = ()
    breaks: Sequence[Break] = field(default_factory=list)


def series(bulletins: Sequence[Bulletin], table: str, column: str) -> Series:
    """A column of a table in the months that print it, oldest first.

    Args:
        bulletins: oldest first.
    """
    shown = [(one, part) for one in bulletins for part in one.parts if part.layout.name == table]
    shown = [(one, part) for one, part in shown if any(own.code == column for own in part.layout.columns)]
    found: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    for one, part in shown:
        reasons = {code: wording.own for code, wording in one.reasons.items()}
        place = part.layout.place(column)
        for code, row in zip(part.codes, part.rows, strict=True):
            found.setdefault(code, {})[str(one.period)] = cells.printed(
                row[place], part.layout.columns[place].holds, reasons
            )
            names[code] = _name(part, row)
    return Series(
        {str(one.period): one.standing for one, _part in shown},
        [Line(code, names[code], values) for code, values in found.items()],
        [change for before, after in pairwise(shown) for change in _between(before, after, column)],
    )


def _between(earlier: tuple[Bulletin, Table], later: tuple[Bulletin, Table], column: str) -> Iterator[Break]:
    (before, old), (after, new) = earlier, later
    period = str(after.period)
    if after.period.previous() != before.period:
        yield Break(period, "gap", before=str(before.period), after=period)
    versions = [_version(part, column) for part in (old, new)]
    if versions[0] != versions[1]:
        yield Break(period, "definition", before=versions[0], after=versions[1])
    if old.scale != new.scale:
        yield Break(period, "scale", before=_scale(old), after=_scale(new))
    was, now = _rows(old), _rows(new)
    for code in dict.fromkeys([*was, *now]):
        if code not in was or code not in now:
            yield Break(period, "begins" if code in now else "ends", code)
            continue
        if was[code][0] != now[code][0]:
            yield Break(period, "name", code, was[code][0], now[code][0])
        for group in sorted(was[code][1].keys() | now[code][1].keys()):
            pair = [rows[code][1].get(group, "") for rows in (was, now)]
            if pair[0] != pair[1]:
                yield Break(period, "group", code, f"{group}: {pair[0]}", f"{group}: {pair[1]}")


def _rows(part: Table) -> dict[str, tuple[str, Mapping[str, str]]]:
    return {
        code: (_name(part, row), groups) for code, row, groups in zip(part.codes, part.rows, part.groups, strict=True)
    }


def _name(part: Table, row: Sequence[Any]) -> str:
    return str(cells.printed(row[part.layout.name_place() or 0], "name", {}))


def _scale(part: Table) -> str:
    return "" if part.scale is None else f"{part.scale:g}"


def _version(part: Table, column: str) -> str:
    indicator = part.layout.columns[part.layout.place(column)].indicator
    return next((one.version for one in part.definitions if one.indicator == indicator), "")
