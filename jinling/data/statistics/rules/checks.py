"""What the bulletin checks of itself: sums, tables against each other, and what the printed source said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, kind_of, number, numeric, printed


def gettext_noop(text: str) -> str:
    """Mark a msgid for the catalogue; it is translated where it is shown."""
    return text


TEXTS: Mapping[str, str] = {
    "total_of_rows": gettext_noop("The totals are the sums of the rows."),
    "row_totals": gettext_noop("In every row the total is the sum of its parts."),
    "routes_within_kind": gettext_noop(
        "The listed routes of kind %(kind)s add up to no more than the column %(kind)s."
    ),
    "printed_total": gettext_noop("The replayed file printed another total of %(column)s than its rows add up to."),
    "printed_row_total": gettext_noop(
        "The replayed file printed another total for %(row)s than the parts of that row add up to."
    ),
    "printed_routes": gettext_noop(
        "In the replayed file the listed routes of kind %(kind)s exceed the column %(kind)s: both tables cannot hold."
    ),
    "printed_phone": gettext_noop(
        "In the replayed file the hotline's bookings and the booking table's telephone column differ: both cannot hold."
    ),
    "replayed_events": gettext_noop("The replay of %(tables)s planned another number of events than were made."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its outcome; ``expected`` and ``counted`` are numbers or lists of numbers."""

    code: str
    table: str
    ok: bool
    expected: Any
    counted: Any
    fields: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    def msgid(self) -> str:
        """The English sentence with ``%(name)s`` fields."""
        return self.text or TEXTS.get(self.code, self.code)

    def stored(self) -> dict[str, Any]:
        """The check as plain JSON values, for keeping."""
        return {
            "code": self.code,
            "table": self.table,
            "ok": self.ok,
            "expected": self.expected,
            "counted": self.counted,
            "fields": dict(self.fields),
            "text": self.text,
        }


def declared(table: str, check: Mapping[str, Any]) -> Check:
    """A check that a table's own context made, with what it left out filled in."""
    expected, counted = check.get("expected"), check.get("counted")
    return Check(
        str(check.get("code", "declared")),
        str(check.get("table", table)),
        bool(check.get("ok", expected == counted)),
        expected,
        counted,
        dict(check.get("fields", {})),
        str(check.get("text", "")),
    )


def sums(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], total: Sequence[Any] | None) -> list[Check]:
    """Totals against the sums of their columns, and each row's total against its parts."""
    found: list[Check] = []
    if total is not None:
        places = [place for place in numeric(columns) if number(total[place]) is not None]
        expected = [number(total[place]) for place in places]
        counted = [column_sum(rows, place) for place in places]
        found.append(
            Check(
                "total_of_rows",
                table,
                expected == counted,
                _plain(expected, columns, places),
                _plain(counted, columns, places),
            )
        )
    parts = _parts(columns)
    if parts:
        whole = columns.index("total")
        expected_total = column_sum(rows, whole)
        counted_total = sum((column_sum(rows, place) for place in parts), start=0)
        agree = all(number(row[whole]) == _row_sum(row, parts) for row in rows)
        found.append(Check("row_totals", table, agree, _bare(expected_total), _bare(counted_total)))
    return found


def printed_differences(table: str, source: Mapping[str, Any]) -> list[Check]:
    """Where a file's printed totals differ from its own rows.

    Args:
        source: a table of a replay file: ``columns``, ``rows`` and perhaps ``printed_total``.
    """
    columns, rows = source["columns"], source["rows"]
    found: list[Check] = []
    whole = source.get("printed_total")
    if whole is not None:
        places = numeric(columns)
        totals = whole if isinstance(whole, list) else [whole]
        for place, total in zip(places, totals, strict=True):
            counted = column_sum(rows, place)
            if number(total) != counted:
                column = columns[place]
                found.append(
                    Check(
                        "printed_total",
                        table,
                        False,
                        printed(number(total), column, {}),
                        printed(counted, column, {}),
                        {"column": column},
                    )
                )
    parts = _parts(columns)
    if parts:
        place = columns.index("total")
        name = next((i for i, column in enumerate(columns) if kind_of(column) == "text"), 0)
        for row in rows:
            expected, counted = number(row[place]), _row_sum(row, parts)
            if expected is not None and expected != counted:
                found.append(
                    Check("printed_row_total", table, False, _bare(expected), _bare(counted), {"row": str(row[name])})
                )
    return found


def route_checks(tables: Mapping[str, Mapping[str, Any]], routes: Mapping[str, str], *, code: str) -> list[Check]:
    """The listed routes of each kind against that kind's column of the booking table.

    The columns count every route, the route table only those that the city lists: a kind's routes may
    add up to less than its column, never to more.

    Args:
        tables: ``columns`` and ``rows`` by table name.
        routes: kind of each route, by its printed name.
        code: the code of the checks made.
    """
    by_hospital, by_route = tables.get("booking_by_hospital"), tables.get("booking_by_route")
    if by_hospital is None or by_route is None:
        return []
    columns, route_columns = by_hospital["columns"], by_route["columns"]
    if not {"route", "bookings"} <= set(route_columns):
        return []
    name, bookings = route_columns.index("route"), route_columns.index("bookings")
    counted: dict[str, int | Decimal] = {}
    for row in by_route["rows"]:
        kind = routes.get(row[name])
        if kind is not None and kind in columns:
            counted[kind] = counted.get(kind, 0) + (number(row[bookings]) or 0)
    return [
        Check(code, "booking_by_route", limit >= counted[kind], _bare(limit), _bare(counted[kind]), {"kind": kind})
        for kind in columns
        if kind in counted
        for limit in [column_sum(by_hospital["rows"], columns.index(kind))]
    ]


def file_differences(tables: Mapping[str, Mapping[str, Any]], routes: Mapping[str, str]) -> list[Check]:
    """Everything in a replay file that cannot hold together; the rows are replayed all the same."""
    found = [check for name, table in tables.items() for check in printed_differences(name, table)]
    found += [check for check in route_checks(tables, routes, code="printed_routes") if not check.ok]
    hotline, by_hospital = tables.get("hotline"), tables.get("booking_by_hospital")
    if hotline is not None and by_hospital is not None and "phone" in by_hospital["columns"]:
        calls = next((number(row[1]) for row in hotline["rows"] if row[0] == "phone_booking"), None)
        phone = column_sum(by_hospital["rows"], by_hospital["columns"].index("phone"))
        if calls is not None and calls != phone:
            found.append(Check("printed_phone", "hotline", False, _bare(phone), _bare(calls)))
    return found


def from_stored(values: Iterable[Mapping[str, Any]]) -> list[Check]:
    """Checks as they were kept by ``Check.stored``."""
    return [Check(**value) for value in values]


def _parts(columns: Sequence[str]) -> list[int]:
    if "total" not in columns:
        return []
    return [place for place in numeric(columns) if columns[place] != "total"]


def _row_sum(row: Sequence[Any], parts: Sequence[int]) -> int | Decimal:
    return sum((number(row[place]) or 0 for place in parts), start=0)


def _bare(value: int | Decimal | None) -> Any:
    return printed(value, "count", {})


def _plain(values: Sequence[Any], columns: Sequence[str], places: Sequence[int]) -> Any:
    plain = [printed(value, columns[place], {}) for value, place in zip(values, places, strict=True)]
    return plain[0] if len(plain) == 1 else plain
