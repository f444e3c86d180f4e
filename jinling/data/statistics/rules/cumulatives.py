"""Totals to date that a file prints: read, and compared with what they are the sum of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, number, printed
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import TableLayout
from jinling.kernel.periods import Period

CODE = "printed_cumulative"


@dataclass(frozen=True, slots=True)
class Before:
    """What a total to date stood at when the month began; ``whole``: nothing is missing in it."""

    total: Decimal
    whole: bool


def totals_to_date(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a file prints as totals to date of a table, by key."""
    return {key: value for key, value in table.items() if key.startswith("cumulative") and value is not None}


def stated(value: Any) -> Decimal | None:
    """The number that a total to date states; one that is written with its unit (27.1 of a hundred million) too.

    None where it states none.
    """
    unit = 1
    if isinstance(value, str) and value.strip()[:-1]:
        value = value.strip()
        unit = int(unicodedata.numeric(value[-1], 0)) if not value[-1].isdecimal() else 1
        value = value[:-1] if unit > 1 else value
    found = number(value)
    return None if found is None or found < 0 else Decimal(found) * unit


def before(layout: TableLayout, opened: Period, month: Period, standing: Mapping[Period, Mapping[str, Any]]) -> Before:
    """What a total began with and the months since, as far as they stand.

    Where a month is missing, the total goes on from the last one printed after it.

    Args:
        opened: the first month that it adds up.
        standing: the table as it is replayed, by month.
    """
    if layout.cumulative is None:
        raise ValueError(layout.name)
    found, one = Before(Decimal(layout.cumulative.opening), True), opened
    place = layout.place(layout.cumulative.column)
    while one < month:
        table = standing.get(one)
        if table is None:
            found = Before(found.total, False)
        else:
            found = Before(found.total + column_sum(table["rows"], place), found.whole)
            told = [stated(value) for value in totals_to_date(table).values()]
            if not found.whole and told and told[0] is not None:
                found = Before(told[0], True)
        one = one.next()
    return found


def differences(layout: TableLayout, source: Mapping[str, Any], began: Before) -> list[Check]:
    """Where a total to date is not what it began with and the month; at least that much where months are missing."""
    if layout.cumulative is None:
        return []
    counted = began.total + column_sum(source["rows"], layout.place(layout.cumulative.column))
    found: list[Check] = []
    for value in totals_to_date(source).values():
        told = stated(value)
        if told is None:
            continue
        short, off = told - counted, layout.cumulative.rounded_to
        if (abs(short) >= off) if began.whole else (short <= -off):
            numbers: Sequence[Any] = [printed(one, "count", {}) for one in (told, counted)]
            found.append(Check(CODE, layout.name, False, *numbers))
    return found
