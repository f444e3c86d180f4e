"""Which planted faults nobody can find, and why: a closed list.

A fault is hidden if the month with it is one that the generator could as well have made: no tie of the printed month is
broken (``ties``), and every figure that changed lies where the laws by which the month was drawn put it (``laws``).
"Where" ends at three spreads: a month has some 1,200 figures, of which clean ones lie beyond three spreads two or
three times a month (``test_months`` counts them), so that somebody who knew every law could not warn of nearer ones and
keep to three warnings a month. Who only sees earlier months knows less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tests.faults.laws import NOTHING, Law
from tests.faults.months import Month
from tests.faults.scene import NAMES, Document, Table, canonical, name_at, reasons
from tests.faults.ties import broken, number

FAR = 3.0
BY_CHANCE = 0.0027  # what lies beyond three spreads
HIDDEN = {
    "within the noise": "The figure changed by less than the month's own noise, and no sum tells of it.",
    "a reason that comes and goes": "Now and then a rate has no return to compare with; so it may be here.",
    "may repeat": "So small are the figures of the row that last month's may well have come again.",
}


def hidden(kind: str, faulty: Document, table: str, month: Month, before: Sequence[Document]) -> str:
    """Why a fault cannot be found, as a key of ``HIDDEN``; empty if it can."""
    if broken(faulty, before):  # clean months break nothing
        return ""
    if kind == "stale_row":
        return "" if repeating(faulty["tables"][table], table, month) < BY_CHANCE else "may repeat"
    if kind == "stale_table":
        return ""
    changed = changes(month.document["tables"][table], faulty["tables"][table])
    reason, farthest = "within the noise", 0.0
    for (row, column), (was, is_) in changes_seen(changed):
        law = month.laws.get((table, row, column))
        if isinstance(is_, str) and number(is_) is None:
            if not (column.endswith("rate") and is_ == reasons()["returns_missing"]):
                return ""
            reason = "a reason that comes and goes"
            continue
        if number(was) is None and was is not None and law is None:
            return ""
        farthest = max(farthest, (law or NOTHING).surprise(float(number(is_) or 0)))
    farthest = max([farthest, *shares(faulty["tables"][table], table, {row for row, _ in changed}, month)])
    return reason if farthest < FAR else ""


def changes_seen(changed: dict[tuple[str, str], tuple[Any, Any]]) -> list[tuple[tuple[str, str], tuple[Any, Any]]]:
    """The changes of what has a law of its own: totals of rows are ties, positions follow."""
    return [each for each in changed.items() if each[0][1] not in ("no", "total")]


def cells(table: Table) -> dict[tuple[str, str], Any]:
    """Every cell by row and column."""
    at = name_at(table["columns"])
    return {
        (canonical(row[at]), column): value
        for row in table["rows"]
        for column, value in zip(table["columns"], row, strict=True)
        if column not in NAMES
    }


def changes(clean: Table, faulty: Table) -> dict[tuple[str, str], tuple[Any, Any]]:
    """What stood in the cells that differ, and what stands; a row that is not there counts nothing."""
    was, is_ = cells(clean), cells(faulty)
    both = {place: (was.get(place, 0), is_.get(place, 0)) for place in was | is_}
    return {place: pair for place, pair in both.items() if pair[0] != pair[1]}


def shares(table: Table, name: str, rows: set[str], month: Month) -> list[float]:
    """How surprising what two cells of a row tell together is: visits by their rate, amounts by their counts."""
    found, values = [], cells(table)
    for (where, row, column), law in month.laws.items():
        if where == name and row in rows and "/" in column:
            above, below = (number(values.get((row, part))) for part in column.split("/"))
            if above is not None and below and law.middle:
                found.append(share_surprise(law, float(above), float(below), column))
    return found


def share_surprise(law: Law, above: float, below: float, column: str) -> float:
    """Rates are printed with two decimals: small ones say little about what they were taken of."""
    coarse = 0.005 / below if column.endswith("rate") else 0.0
    return Law(law.middle, math.hypot(law.spread, coarse)).surprise(above / below)


def repeating(table: Table, name: str, month: Month) -> float:
    """The chance of a row to come again in every figure."""
    changed = {row for row, _ in changes(month.document["tables"][name], table)}
    chance = 1.0
    for (where, row, column), law in month.laws.items():
        if where == name and row in changed and law.relative and law.middle and "/" not in column:
            chance *= min(1.0, 0.4 / (law.spread * max(law.middle, 1.0)))
    return chance
