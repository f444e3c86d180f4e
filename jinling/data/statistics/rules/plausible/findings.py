"""What is found in a month: where, by which rule, what was expected, and how it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jinling.data.statistics.rules.checks import gettext_noop

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"

COMPARE = gettext_noop("Compare it with the source.")
AGREE = gettext_noop("Find the cell that was mistyped, or correct the total.")
SEEN = gettext_noop("Compare it with the source and, if it is right, leave it.")

# What each rule says, and how what it found is mended.
RULES: Mapping[str, tuple[str, str]] = {
    "above_ceiling": (gettext_noop("%(found)s is more than there can be: at most %(expected)s."), COMPARE),
    "above_usual": (gettext_noop("%(found)s is more than usual: seldom above %(expected)s."), SEEN),
    "above_other": (gettext_noop("%(found)s is more than %(other)s, which is %(expected)s."), COMPARE),
    "reason_not_here": (gettext_noop("No figure of this column is missing for the reason %(found)s."), COMPARE),
    "nothing_here": (gettext_noop("Neither a figure nor a reason stands here."), COMPARE),
    "position": (
        gettext_noop("The row is number %(expected)s, not %(found)s."),
        gettext_noop("Number the rows 1, 2, 3; if one is missing, put it back."),
    ),
    "not_in_order": (
        gettext_noop("The row does not stand where the order of the table puts it."),
        gettext_noop("See whether rows were exchanged, or a figure was mistyped."),
    ),
    "group_apart": (
        gettext_noop("%(found)s stands here, but the row belongs to %(expected)s."),
        gettext_noop("See whether a row was exchanged, or the directory is out of date."),
    ),
    "printed_total": (gettext_noop("The printed total is %(found)s; the rows add up to %(expected)s."), AGREE),
    "total_missing": (gettext_noop("No total is printed, though earlier months have one."), COMPARE),
    "printed_row_total": (gettext_noop("The row's total is %(found)s; its parts add up to %(expected)s."), AGREE),
    "cumulative": (
        gettext_noop("The total to date is %(found)s; with the month before it should be %(expected)s."),
        gettext_noop("Correct the total to date, or the month's total."),
    ),
    "period_known": (
        gettext_noop("The month is %(found)s, but %(expected)s has gone before."),
        gettext_noop("Correct the month, or compare it with earlier ones only."),
    ),
    "period_gap": (
        gettext_noop("The month is %(found)s; after the months before it, %(expected)s would follow."),
        gettext_noop("Correct the month, or give the months in between."),
    ),
    "row_missing": (
        gettext_noop("The row is missing; earlier months or the list of the table have it."),
        gettext_noop("Put it back, unless it has closed."),
    ),
    "row_new": (
        gettext_noop("The row is new: no month before had it."),
        gettext_noop("See whether it stands under another name, unless it has opened."),
    ),
    "table_missing": (gettext_noop("The table is missing; the month before had it."), COMPARE),
    "number_before": (gettext_noop("%(found)s stands where the months before had numbers (%(expected)s)."), SEEN),
    "reason_before": (gettext_noop("%(found)s stands where the months before had a reason (%(expected)s)."), SEEN),
    "other_before": (gettext_noop("%(found)s stands where the months before had %(expected)s."), SEEN),
    "running": (gettext_noop("%(found)s stands here; with the months before it would be %(expected)s."), COMPARE),
    "nought_along": (
        gettext_noop("%(found)s does not go with %(other)s, which is %(expected)s."),
        gettext_noop("One of the two is wrong: both are nought, or neither."),
    ),
    "again_row": (gettext_noop("The row has the figures of the month before."), SEEN),
    "again_column": (gettext_noop("The column has the figures of %(expected)s."), SEEN),
    "again_table": (gettext_noop("The table has the figures of %(expected)s."), SEEN),
    "usual_between": (gettext_noop("This usually holds: %(text)s Here %(found)s, there %(expected)s."), SEEN),
    "between": (gettext_noop("This must hold: %(text)s Here %(found)s, there %(expected)s."), COMPARE),
    "unlikely": (gettext_noop("After the months before about %(expected)s was to be expected, not %(found)s."), SEEN),
    "slip": (
        gettext_noop("After the months before about %(expected)s was to be expected, not %(found)s: perhaps %(slip)s."),
        SEEN,
    ),
    "ratio": (
        gettext_noop("The ratio to %(other)s is %(found)s; after the months before about %(expected)s is usual."),
        SEEN,
    ),
    "column_unlikely": (
        gettext_noop("The column is %(found)s times what the months before let expect."),
        gettext_noop("See in which unit it was written."),
    ),
    "columns_exchanged": (
        gettext_noop("The column's figures are like those of %(other)s in the months before."),
        gettext_noop("See whether two columns were exchanged."),
    ),
    "rows_exchanged": (
        gettext_noop("The row's figures are like those of %(other)s in the months before."),
        gettext_noop("See whether rows were exchanged or moved."),
    ),
    "cells_exchanged": (
        gettext_noop("%(found)s is like the figure of %(other)s in the months before."),
        gettext_noop("See whether two cells were exchanged."),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, an error or what is only worth a look.

    ``row`` is the row's name as it is printed, ``column`` the column's code; "" where the table or the whole column
    is meant. ``text`` and ``remedy`` are English sentences until they are said to people.
    """

    severity: Severity
    rule: str
    table: str
    row: str = ""
    column: str = ""
    expected: Any = None
    found: Any = None
    text: str = ""
    remedy: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Rule and place, by which the same finding of another month is known."""
        return self.rule, self.table, self.row, self.column
