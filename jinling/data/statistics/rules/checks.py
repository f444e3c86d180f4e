"""What the bulletin checks of itself: sums, tables against each other, and what the printed source said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, number, printed
from jinling.data.statistics.rules.layout import CrossCheck, Side, TableLayout, Wording

Rows = Sequence[Sequence[Any]]
# What a row of a table belongs to: by table, and the name that stands in the row.
Groups = Callable[[str, str], Mapping[str, str]]


def gettext_noop(text: str) -> str:
    """Mark a msgid for the catalogue; it is translated where it is shown."""
    return text


TEXTS: Mapping[str, str] = {
    "total_of_rows": gettext_noop("The totals are the sums of the rows."),
    "row_totals": gettext_noop("In every row the total is the sum of its parts."),
    "printed_total": gettext_noop("The replayed file printed another total of %(column)s than its rows add up to."),
    "printed_row_total": gettext_noop(
        "The replayed file printed another total for %(row)s than the parts of that row add up to."
    ),
    "printed_position": gettext_noop("The replayed file numbers %(row)s otherwise than its rows stand."),
    "printed_cumulative": gettext_noop(
        "The replayed file printed another total to date than the one before and the month add up to."
    ),
    "replayed_cells": gettext_noop(
        "At the replay's end the bulletin printed %(cells)s cells otherwise than the file, first %(column)s of %(row)s."
    ),
    "above_ceiling": gettext_noop("%(column)s of %(row)s is more than there can be."),
    "above_other": gettext_noop("%(column)s of %(row)s is more than %(other)s."),
    "not_following": gettext_noop("The total to date does not go on from the release of the month before."),
    "replayed_events": gettext_noop("The replay of %(tables)s planned another number of events than were made."),
}
IN_FILE = gettext_noop("In the replayed file this does not hold: %(text)s")


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its outcome; ``expected`` and ``counted`` are numbers or lists of numbers.

    A check between tables says by ``wording`` what must hold; others by the text of their code. ``said`` is the whole
    text in both languages, once it stands in a bulletin.
    """

    code: str
    table: str
    ok: bool
    expected: Any
    counted: Any
    fields: Mapping[str, Any] = field(default_factory=dict)
    wording: Wording | None = None
    said: Wording | None = None

    def msgid(self) -> str:
        """The English sentence with ``%(name)s`` fields."""
        return TEXTS.get(self.code, IN_FILE if self.code.startswith(PRINTED) else self.code)

    def stored(self) -> dict[str, Any]:
        """The check as plain JSON values, for keeping."""
        return {
            "code": self.code,
            "table": self.table,
            "ok": self.ok,
            "expected": self.expected,
            "counted": self.counted,
            "fields": dict(self.fields),
            "wording": [self.wording.own, self.wording.en] if self.wording else None,
        }


PRINTED = "printed_"


def sums(table: TableLayout, rows: Rows, total: Sequence[Any] | None) -> list[Check]:
    """Totals against the sums of their columns, and cells against the parts that they are the sum of."""
    found: list[Check] = []
    if total is not None:
        places = [p for p, column in enumerate(table.columns) if column.figures and number(total[p]) is not None]
        expected = [number(total[place]) for place in places]
        counted = [column_sum(rows, place) for place in places]
        found.append(
            Check(
                "total_of_rows",
                table.name,
                expected == counted,
                _plain(expected, table, places),
                _plain(counted, table, places),
            )
        )
    for whole, parts in _wholes(table):
        expected_total = column_sum(rows, whole)
        counted_total = sum((column_sum(rows, place) for place in parts), start=0)
        agree = all(number(row[whole]) == _row_sum(row, parts) for row in rows)
        found.append(Check("row_totals", table.name, agree, _bare(expected_total), _bare(counted_total)))
    return found


def printed_differences(table: TableLayout, source: Mapping[str, Any]) -> list[Check]:
    """Where a file's printed totals differ from its own rows.

    Args:
        source: the table of a replay file: ``rows`` and perhaps ``printed_total``.
    """
    rows, found = source["rows"], []
    whole = source.get("printed_total")
    if whole is not None:
        places = [place for place, column in enumerate(table.columns) if column.figures]
        totals = whole if isinstance(whole, list) else [whole]
        for place, total in zip(places, totals, strict=True):
            counted, column = column_sum(rows, place), table.columns[place]
            if number(total) != counted:
                found.append(
                    Check(
                        "printed_total",
                        table.name,
                        False,
                        printed(number(total), column.holds, {}),
                        printed(counted, column.holds, {}),
                        {"column": column.code},
                    )
                )
    name = table.name_place() or 0
    for place, column in enumerate(table.columns):
        for count, row in enumerate(rows, start=1):
            if column.holds == "position" and row[place] != count:
                fields = {"row": str(row[name])}
                found.append(Check("printed_position", table.name, False, row[place], count, fields))
    for place, parts in _wholes(table):
        for row in rows:
            expected, counted = number(row[place]), _row_sum(row, parts)
            if row[place] is not None and expected != counted:
                fields = {"row": str(row[name])}
                told = row[place] if expected is None else _bare(expected)
                found.append(Check("printed_row_total", table.name, False, told, _bare(counted), fields))
    return found


def between(
    checks: Iterable[CrossCheck], layouts: Mapping[str, TableLayout], tables: Mapping[str, Rows], groups: Groups
) -> list[Check]:
    """The checks between tables that are both there, and have what is compared; not those of what is only usual.

    Args:
        tables: rows by table name.
        groups: what a row belongs to, by its table and name.
    """
    found = []
    for check in (check for check in checks if not check.usual):
        sides = [_side(side, layouts, tables, groups) for side in (check.left, check.right)]
        left, right = sides
        if left is not None and right is not None:
            ok = left == right if check.holds == "equal" else left <= right
            found.append(Check(check.code, check.left.table, ok, _bare(right), _bare(left), {}, check.text))
    return found


def file_differences(
    layouts: Mapping[str, TableLayout],
    tables: Mapping[str, Mapping[str, Any]],
    checks: Iterable[CrossCheck],
    groups: Groups,
) -> list[Check]:
    """Everything in a replay file that cannot hold together; the rows are replayed all the same."""
    found = [check for name, table in tables.items() for check in printed_differences(layouts[name], table)]
    rows = {name: table["rows"] for name, table in tables.items()}
    return found + [
        replace(check, code=PRINTED + check.code) for check in between(checks, layouts, rows, groups) if not check.ok
    ]


def otherwise(table: TableLayout, source: Mapping[str, Any], shown: Rows) -> list[Check]:
    """Whether every cell of a replayed table is printed as the file says; sums of parts have a check of their own.

    Args:
        shown: the rows as the bulletin's JSON prints them.
    """
    name = table.name_place() or 0
    rows = {row[name]: row for row in shown}
    found = [
        (str(row[name]), column.code, cell, other)
        for row in source["rows"]
        for column, cell, other in zip(
            table.columns, row, rows.get(row[name], [None] * len(table.columns)), strict=True
        )
        if not column.parts and not _alike(cell, other)
    ]
    if not found:
        return []
    row, column, expected, counted = found[0]
    fields = {"cells": len(found), "row": row, "column": column}
    told = number(expected) if isinstance(expected, Decimal) else expected
    return [Check("replayed_cells", table.name, False, printed(told, "rate", {}), counted, fields)]


def _alike(cell: Any, other: Any) -> bool:
    one, two = number(cell), number(other)
    if one is not None and two is not None:
        return one == two
    return "".join(str(cell).split()) == "".join(str(other).split())


def from_stored(values: Iterable[Mapping[str, Any]]) -> list[Check]:
    """Checks as they were kept by ``Check.stored``."""
    return [
        Check(**{name: value for name, value in kept.items() if name in KEPT}, wording=_wording(kept.get("wording")))
        for kept in values
    ]


KEPT = ("code", "table", "ok", "expected", "counted", "fields")


def _wording(kept: Any) -> Wording | None:
    return Wording(*kept) if kept else None


def _side(
    side: Side, layouts: Mapping[str, TableLayout], tables: Mapping[str, Rows], groups: Groups
) -> int | Decimal | None:
    """The sum of a side; None where its table or none of its rows is there."""
    if side.table not in tables:
        return None
    layout, rows = layouts[side.table], tables[side.table]
    name = layout.name_place()
    if name is not None and (side.where or side.row):
        rows = [row for row in rows if _belongs(side, layout, str(printed(row[name], "name", {})), groups)]
        if not rows:
            return None
    return column_sum(rows, layout.place(side.column))


def _belongs(side: Side, layout: TableLayout, name: str, groups: Groups) -> bool:
    if side.row:
        wording = layout.listed.get(side.row)
        return name in (side.row, wording.own if wording else side.row)
    return side.where.items() <= groups(side.table, name).items()


def _wholes(table: TableLayout) -> list[tuple[int, list[int]]]:
    """Places of the columns that are sums, with the places of their parts."""
    return [
        (place, [table.place(part) for part in column.parts])
        for place, column in enumerate(table.columns)
        if column.parts
    ]


def _row_sum(row: Sequence[Any], parts: Sequence[int]) -> int | Decimal:
    return sum((number(row[place]) or 0 for place in parts), start=0)


def _bare(value: int | Decimal | None) -> Any:
    return printed(value, "count", {})


def _plain(values: Sequence[Any], table: TableLayout, places: Sequence[int]) -> Any:
    plain = [printed(value, table.columns[place].holds, {}) for value, place in zip(values, places, strict=True)]
    return plain[0] if len(plain) == 1 else plain
