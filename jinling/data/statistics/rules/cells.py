"""What a cell of a bulletin table holds, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.layout import FIGURES, Holds, Wording
from jinling.kernel.figures import Figure


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


def printed(cell: Any, holds: Holds, reasons: Mapping[str, str]) -> Any:
    """A cell as JSON prints it: a number, a text, or the printed reason why there is no number.

    Args:
        holds: what the cell's column holds.
        reasons: printed name of each reason code.

    Returns:
        int for counts, float for rates, text with two decimals for amounts of money.
    """
    if isinstance(cell, Wording):
        return cell.own
    if isinstance(cell, Figure):
        cell = reasons.get(cell.reason, cell.reason) if cell.reason else cell.value
    if isinstance(cell, str) and holds in FIGURES:
        cell = reasons.get(cell, cell)
    if isinstance(cell, Decimal):
        if holds == "amount":
            return f"{cell:.2f}"
        return int(cell) if cell == cell.to_integral_value() and holds == "count" else float(cell)
    return cell


def column_sum(rows: Iterable[Sequence[Any]], place: int) -> int | Decimal:
    """The sum of a column; cells without a number add nothing."""
    return sum((number(row[place]) or 0 for row in rows), start=0)
