"""What a column of a bulletin table holds, and how a cell is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from jinling.kernel.sockets import Figure, TableResult

ColumnKind = Literal["position", "text", "count", "rate", "amount"]
Number = int | float | Decimal

TEXT_COLUMNS = frozenset(
    {
        "organization",
        "district",
        "city",
        "route",
        "kind",
        "progress",
        "category",
        "public_release",
        "community_priority_release",
    }
)


def kind_of(column: str) -> ColumnKind:
    """What a column holds, by its code: ``no`` is the row's position, ``…_rate`` per cent, ``…_amount`` CNY."""
    if column == "no":
        return "position"
    if column in TEXT_COLUMNS:
        return "text"
    if column.endswith("_rate"):
        return "rate"
    return "amount" if column.endswith("_amount") else "count"


def numeric(columns: Iterable[str]) -> list[int]:
    """Places of the columns that hold figures: neither names nor the row's position."""
    return [place for place, column in enumerate(columns) if kind_of(column) not in ("text", "position")]


def number(cell: Any) -> int | Decimal | None:
    """The cell's number, exact; None when it holds a reason, a text or nothing."""
    if isinstance(cell, Figure):
        cell = cell.value
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | Decimal):
        return cell
    if isinstance(cell, float):
        return Decimal(str(cell))
    if isinstance(cell, str):
        plain = cell.strip()
        if plain.replace(".", "", 1).isdecimal() and plain.isascii():
            return Decimal(plain)
    return None


def printed(cell: Any, column: str, reasons: Mapping[str, str]) -> Any:
    """A cell as JSON prints it: a number, a text, or the printed reason why there is no number.

    Args:
        reasons: printed name of each reason code.

    Returns:
        int for counts, float for rates, text with two decimals for amounts of money.
    """
    if isinstance(cell, Figure):
        cell = reasons.get(cell.reason, cell.reason) if cell.reason else cell.value
    if isinstance(cell, str) and kind_of(column) not in ("text", "position"):
        cell = reasons.get(cell, cell)
    if isinstance(cell, Decimal):
        if kind_of(column) == "amount":
            return f"{cell:.2f}"
        return int(cell) if cell == cell.to_integral_value() and kind_of(column) == "count" else float(cell)
    return cell


def printed_total(result: TableResult) -> Any:
    """The totals as the bulletin prints them.

    Returns:
        The totals of the columns that have one, in column order; one number when one column has a
        total; None when the table has no totals.
    """
    if result.total is None:
        return None
    totals = [
        printed(cell, column, {})
        for column, cell in zip(result.columns, result.total, strict=True)
        if kind_of(column) not in ("text", "position") and cell not in (None, "")
    ]
    return totals[0] if len(totals) == 1 else totals or None


def document(result: TableResult, reasons: Mapping[str, str]) -> dict[str, Any]:
    """A table as JSON: ``columns``, ``rows``, ``total``, ``cumulative``, in this order."""
    return {
        "columns": list(result.columns),
        "rows": [
            [printed(cell, column, reasons) for column, cell in zip(result.columns, row, strict=True)]
            for row in result.rows
        ],
        "total": printed_total(result),
        "cumulative": result.cumulative,
    }


def column_sum(rows: Iterable[Sequence[Any]], place: int) -> int | Decimal:
    """The sum of a column; cells without a number add nothing."""
    return sum((number(row[place]) or 0 for row in rows), start=0)
