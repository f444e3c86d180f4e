"""A month held to what is declared: limits of figures, positions, order, groups, totals, tables between each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from jinling.data.statistics.rules import checks
from jinling.data.statistics.rules.cells import column_sum, number, printed
from jinling.data.statistics.rules.layout import CrossCheck, Side, TableLayout
from jinling.data.statistics.rules.plausible.findings import ERROR, WARNING, Finding
from jinling.data.statistics.rules.plausible.sheets import City, Limits, Month, Number, Sheet
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.figures import Ceiling
from jinling.kernel.periods import Period

FEW = 20  # below, a ratio may be nought by rounding


def declared(month: Month, city: City) -> Iterator[Finding]:
    """Everything that can be said of a month by itself."""
    for name, sheet in month.sheets.items():
        for row in sheet.listing:
            yield from _cells(name, sheet, row, month, city)
        yield from _positions(name, sheet)
        yield from _order(name, sheet, city)
        yield from _groups(name, sheet, city)
        yield from _totals(name, sheet)
    yield from _between(month, city)
    yield from _usually(month, city)


def plain(value: Any) -> Any:
    """A number as JSON has it."""
    return printed(value, "count", {}) if isinstance(value, int) or hasattr(value, "as_tuple") else value


def _cells(table: str, sheet: Sheet, row: Sequence[Any], month: Month, city: City) -> Iterator[Finding]:
    """One row against the limits of its columns."""
    layout = sheet.layout
    own = str(row[layout.name_place() or 0])
    reasons = {text: code for code, text in city.reasons.items()}
    excused = any(isinstance(cell, str) and cell in reasons for cell in row)
    for place, column in enumerate(layout.columns):
        if not column.figures:
            continue
        limits, cell, value = sheet.limits[place], row[place], number(row[place])
        at: dict[str, Any] = {"table": table, "row": own, "column": column.code}
        if value is None:
            if isinstance(cell, str) and cell in reasons and reasons[cell] not in limits.reasons:
                yield Finding(ERROR, "reason_not_here", **at, found=cell)
            if cell is None and not excused:
                yield Finding(ERROR, "nothing_here", **at)
            continue
        for rule, expected, fields in _beyond(layout, limits, row, value, month.period):
            yield Finding(ERROR, rule, **at, expected=plain(expected), found=plain(value), fields=fields)
        for ceiling in limits.ceilings:
            if ceiling.usual is not None and ceiling.usual < value <= _most(ceiling, month.period):
                yield Finding(WARNING, "above_usual", **at, expected=ceiling.usual, found=plain(value))
        for other, _steady in limits.along:
            against = number(row[other])
            # What is rounded may be nought where the other is small.
            if against is not None and ((value > 0 and against == 0) or (value == 0 and against >= FEW)):
                fields = {"other": layout.columns[other].code}
                yield Finding(WARNING, "nought_along", **at, expected=plain(against), found=plain(value), fields=fields)


def limits_kept(table: Table, limits: Mapping[int, Limits], period: Period) -> list[checks.Check]:
    """Where a counted table goes beyond what its columns can be, as checks of its month that do not hold."""
    layout, found = table.layout, []
    name = layout.name_place() or 0
    for row in table.rows:
        for place, column in enumerate(layout.columns):
            value = number(row[place]) if column.figures else None
            if value is None:
                continue
            for rule, expected, fields in _beyond(layout, limits[place], row, value, period):
                said = {"row": str(printed(row[name], "name", {})), "column": column.code, **fields}
                found.append(checks.Check(rule, layout.name, False, plain(expected), plain(value), said))
    return found


def _beyond(
    layout: TableLayout, limits: Limits, row: Sequence[Any], value: Number, period: Period | None
) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """The limits that a figure breaks: rule, bound, and what else its text names."""
    for ceiling in limits.ceilings:
        if value > _most(ceiling, period):
            yield "above_ceiling", _most(ceiling, period), {}
    for other in limits.at_most:
        bound = number(row[other])
        if bound is not None and value > bound:
            yield "above_other", bound, {"other": layout.columns[other].code}


def _most(ceiling: Ceiling, period: Period | None) -> Any:
    if ceiling.most == "days_of_month":
        return period.last.day if period else 31
    return ceiling.most


def _positions(table: str, sheet: Sheet) -> Iterator[Finding]:
    """Rows numbered 1, 2, 3."""
    name = sheet.layout.name_place() or 0
    for place, column in enumerate(sheet.layout.columns):
        if column.holds != "position":
            continue
        for count, row in enumerate(sheet.listing, start=1):
            if number(row[place]) != count:
                yield Finding(ERROR, "position", table, str(row[name]), column.code, count, plain(row[place]))


def _order(table: str, sheet: Sheet, city: City) -> Iterator[Finding]:
    """Rows stand as the table orders them; each that does not, and whose place it took."""
    layout = sheet.layout
    name = layout.name_place() or 0
    if layout.order:
        place = layout.place(layout.order)
        keys = [(-(number(row[place]) or 0), row) for row in sheet.listing]
    else:
        places = {text: at for at, text in enumerate(city.ordered.get(table, ()))}
        rows = zip(sheet.names, sheet.listing, strict=True)
        keys = [(places[text], row) for text, row in rows if text in places]
    for row in (keys[at][1] for at in misplaced([key for key, _ in keys])):
        yield Finding(ERROR, "not_in_order", table, str(row[name]), layout.order)


def misplaced(keys: Sequence[Any]) -> list[int]:
    """Which of the keys break a rising order: the fewest that would have to move, and those with which exchanging
    one of them would mend it."""
    kept = _rising(keys)
    if len(kept) == len(keys):
        return []
    moved = [at for at in range(len(keys)) if at not in kept]
    found = set(moved)
    for at in moved:
        for other in range(len(keys)) if len(moved) <= 2 else ():
            exchanged = list(keys)
            exchanged[at], exchanged[other] = exchanged[other], exchanged[at]
            if all(one <= next_one for one, next_one in pairwise(exchanged)):
                found |= {at, other}
    return sorted(found)


def _rising(keys: Sequence[Any]) -> set[int]:
    """Places of a longest part that never falls."""
    tails: list[Any] = []
    ends: list[int] = []
    before: list[int] = []
    for at, key in enumerate(keys):
        place = bisect_left(tails, True, key=lambda tail: tail > key)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(key)
            ends.append(at)
        else:
            tails[place], ends[place] = key, at
    found, at = set(), ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found


def _groups(table: str, sheet: Sheet, city: City) -> Iterator[Finding]:
    """What a row says it belongs to is what it belongs to."""
    for place, column in enumerate(sheet.layout.columns):
        if not column.group:
            continue
        for name, row in sheet.rows.items():
            code = city.groups(table, name).get(column.group)
            wording = column.words.get(code) if code else None
            if wording is not None and row[place] not in (code, wording.own):
                yield Finding(WARNING, "group_apart", table, sheet.printed[name], column.code, wording.own, row[place])


def _totals(table: str, sheet: Sheet) -> Iterator[Finding]:
    """Printed totals and the sums of rows; where the layout prints no total, one that differs is only worth a look."""
    for check in checks.printed_differences(sheet.layout, dict(sheet.source, **_total(sheet))):
        row, column = str(check.fields.get("row", "")), str(check.fields.get("column", ""))
        if check.code == "printed_row_total":
            column = next((one.code for one in sheet.layout.columns if one.parts), "")
            yield Finding(ERROR, check.code, table, row, column, check.counted, check.expected)
        elif check.code == "printed_total":
            severity = ERROR if sheet.layout.total else WARNING
            yield Finding(severity, check.code, table, "", column, check.counted, check.expected)


def _total(sheet: Sheet) -> dict[str, Any]:
    """The printed totals where they can be read, none where they cannot."""
    places = [place for place, column in enumerate(sheet.layout.columns) if column.figures]
    if all(place in sheet.total for place in places):
        return {"printed_total": [sheet.total[place] for place in places]}
    return {"printed_total": None}


def _between(month: Month, city: City) -> Iterator[Finding]:
    """The city's checks between tables."""
    rows = {name: _canonical(sheet) for name, sheet in month.sheets.items()}
    for rule in city.checks:
        for check in checks.between([rule], city.layouts, rows, city.groups):
            if not check.ok:
                row = _row(month, check.table, rule.left.row)
                fields = {"check": check.code, "wording": check.wording}
                yield Finding(
                    ERROR, "between", check.table, row, rule.left.column, check.expected, check.counted, fields=fields
                )


def _usually(month: Month, city: City) -> Iterator[Finding]:
    """What usually holds between tables, of sums or row by row."""
    for check in city.checks:
        left, right = month.sheets.get(check.left.table), month.sheets.get(check.right.table)
        if not check.usual or left is None or right is None:
            continue
        fields = {"check": check.code, "wording": check.text}
        if check.usual == "sums":
            one, other = _side(left, check.left, city), _side(right, check.right, city)
            if one is not None and other is not None and not _holds(check, one, other):
                row = _row(month, check.left.table, check.left.row)
                yield Finding(
                    WARNING, "usual_between", check.left.table, row, check.left.column, plain(other), plain(one),
                    fields=fields,
                )  # fmt: skip
            continue
        here, there = left.layout.place(check.left.column), right.layout.place(check.right.column)
        for name in left.rows:
            value, bound = left.number(name, here), right.number(name, there)
            if value is not None and bound is not None and not _holds(check, value, bound):
                yield Finding(
                    WARNING, "usual_between", check.left.table, left.printed[name], check.left.column, plain(bound),
                    plain(value), fields=fields,
                )  # fmt: skip


def _holds(check: CrossCheck, one: Number, other: Number) -> bool:
    return one == other if check.holds == "equal" else one <= other


def _side(sheet: Sheet, side: Side, city: City) -> Number | None:
    """The sum of a side: as printed, where it is of all rows and printed."""
    place = sheet.layout.place(side.column)
    if not side.row:
        return sheet.total.get(place, column_sum(sheet.listing, place))
    return sheet.number(city.names.get(sheet.layout.rows, {}).get(side.row, side.row), place)


def _row(month: Month, table: str, row: str) -> str:
    """A row that a check names, as it is printed."""
    sheet = month.sheets[table]
    wording = sheet.layout.listed.get(row)
    name = wording.own if wording else row
    return sheet.printed.get(name, row)


def _canonical(sheet: Sheet) -> list[list[Any]]:
    place = sheet.layout.name_place() or 0
    found: list[list[Any]] = []
    for name, row in zip(sheet.names, sheet.listing, strict=True):
        found.append([*row[:place], name, *row[place + 1 :]])
    return found
