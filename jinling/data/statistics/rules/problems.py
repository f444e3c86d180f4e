"""What can be wrong with a file of printed figures, and how it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinling.data.statistics.rules.checks import gettext_noop

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "unreadable": (
        gettext_noop("The file is not readable JSON: %(why)s."),
        gettext_noop("Correct it there; a JSON checker shows the place."),
    ),
    "no_object": (
        gettext_noop("The file holds no JSON object."),
        gettext_noop("Write it as the city pack's reference figures are written."),
    ),
    "key_unknown": (
        gettext_noop("There is no such part. Nearest: %(nearest)s."),
        gettext_noop("Take it away or correct it."),
    ),
    "other_city": (
        gettext_noop("The figures are of %(city)s, this platform is of %(known)s."),
        gettext_noop("Replay the file on its own city's platform."),
    ),
    "no_month": (
        gettext_noop("%(period)s is not a month; write it as 2018-05."),
        gettext_noop("Name the month that the figures are of."),
    ),
    "future": (gettext_noop("%(period)s lies in the future."), gettext_noop("Name a month that has begun.")),
    "no_tables": (gettext_noop("The file has no tables."), gettext_noop("Put the figures under tables.")),
    "absent_table": (
        gettext_noop("The file has no such table; it has: %(tables)s."),
        gettext_noop("Ask for a table of the file."),
    ),
    "table_unknown": (
        gettext_noop("There is no table of this name. Nearest: %(nearest)s."),
        gettext_noop("Describe the table in the city pack's bulletin.yaml, or take it out here."),
    ),
    "no_table": (
        gettext_noop("The table is not a JSON object."),
        gettext_noop("Give it columns and rows."),
    ),
    "other_columns": (
        gettext_noop("The columns must read: %(columns)s."),
        gettext_noop("Make both files name the same columns in the same order."),
    ),
    "no_rows": (gettext_noop("The rows are not a list."), gettext_noop("Write each row as a list of cells.")),
    "other_length": (
        gettext_noop("The row must be a list of %(count)s cells."),
        gettext_noop("Give a cell for every column, in their order."),
    ),
    "row_twice": (
        gettext_noop("%(name)s stands in row %(row)s already."),
        gettext_noop("Keep one of the two rows."),
    ),
    "no_text": (
        gettext_noop("A text must stand here, not %(cell)s."),
        gettext_noop("Write the name as the city prints it."),
    ),
    "other_text": (
        gettext_noop("%(name)s does not stand here. Known: %(texts)s."),
        gettext_noop("Use one of them."),
    ),
    "row_unknown": (
        gettext_noop("%(name)s is not known. Nearest: %(nearest)s."),
        gettext_noop("Correct the name, or add it to the city pack as an alias."),
    ),
    "no_number": (
        gettext_noop("A number or a known reason must stand here, not %(cell)s."),
        gettext_noop("Write the figure, or a reason of the city pack's missing_figures.yaml."),
    ),
    "negative": (gettext_noop("%(cell)s is negative."), gettext_noop("Compare it with the printed figure.")),
    "too_large": (
        gettext_noop("%(cell)s is larger than any month's figure."),
        gettext_noop("Compare it with the printed figure."),
    ),
    "broken_number": (
        gettext_noop("%(cell)s is not a whole number."),
        gettext_noop("Compare it with the printed figure."),
    ),
    "other_totals": (
        gettext_noop("The totals must be %(count)s numbers."),
        gettext_noop("Give a total for every column of figures, or none."),
    ),
    "not_printed": (
        gettext_noop("The bulletin has no row of %(name)s in this table."),
        gettext_noop("Take the row away, or put the name on the table's list in the city pack."),
    ),
    "other_group": (
        gettext_noop("%(name)s stands under %(group)s."),
        gettext_noop("Correct the word, or the directory."),
    ),
    "no_cumulative": (
        gettext_noop("%(cell)s is not a total to date."),
        gettext_noop("Write a number, also rounded with its unit, as the city prints it."),
    ),
    "no_total": (gettext_noop("%(cell)s is not a total."), gettext_noop("Compare it with the printed figure.")),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where it stands, for people and as a path, and what it is (``PROBLEMS``)."""

    code: str
    where: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: tuple[str | int, ...] = ()

    @property
    def text(self) -> str:
        """What is wrong: an English msgid with fields."""
        return PROBLEMS[self.code][0]

    @property
    def remedy(self) -> str:
        """How it is mended: an English msgid."""
        return PROBLEMS[self.code][1]
