"""How a city prints its bulletin, over plain values: tables, columns, rows, checks between tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from jinling.kernel.figures import Limit
from jinling.kernel.languages import chosen
from jinling.kernel.periods import Period

# What a column holds. A `name` is the row's own, a `word` one of the column's words, a `text` whatever an indicator
# says; a `rate` is per cent, an `amount` money.
Holds = Literal["position", "name", "word", "text", "count", "rate", "amount"]
FIGURES = ("count", "rate", "amount")
SUMMED = ("count", "amount")
COUNTED, LISTED = "counted", "listed"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in the city's language and in English."""

    own: str
    en: str

    def text(self, language: str) -> str:
        """The text for a language code; every code but English gives the city's own."""
        return chosen(self.own, self.en, language)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds and whence.

    ``indicator`` with ``at``, fixed parts of the key; parts that are neither fixed nor the row's are summed over.
    ``group`` names a group of the row instead. ``parts`` are columns of which the cell is the sum, in every row.
    ``limits``: what its figures can be beyond what its indicator says; others that they name are columns of the table.
    """

    code: str
    heading: Wording
    holds: Holds = "count"
    indicator: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    words: Mapping[str, Wording] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def figures(self) -> bool:
        """Whether it holds figures, not names or positions."""
        return self.holds in FIGURES


@dataclass(frozen=True, slots=True)
class Cumulative:
    """A total to date: the column counted, and what it stood at when the platform opened.

    ``over`` says since when: the ``opening``, or the beginning of the city's ``year`` (with the month ``year_begins``,
    1 to 12), at which it stands at nought. A printed text of it (in hundreds of millions) is rounded to
    ``rounded_to``.
    """

    column: str
    opening: int
    heading: Wording
    over: Literal["opening", "year"] = "opening"
    rounded_to: int = 1
    year_begins: int = 1

    def first(self, until: Period, opened: Period | None) -> Period | None:
        """The first month that a month's total adds up; None where there was no opening."""
        if self.over != "year":
            return opened
        year = until.first.year - (until.first.month < self.year_begins)
        return Period.month_of(date(year, self.year_begins, 1))

    def begins_with(self, month: Period) -> bool:
        """Whether the total stands at nought when a month begins."""
        return self.over == "year" and month.first.month == self.year_begins


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How one table is printed.

    ``rows`` is the dimension of its rows; ``which``: those ``counted``, those ``listed``, or a set of the dimension's
    members. ``listed`` are codes or names in print order, with their wording where the dimension is the table's own.
    ``order`` is the column by which rows stand, largest first; empty: as listed. ``definitions`` are the indicators
    whose rule is printed below the table, all by default.
    """

    name: str
    title: Wording
    columns: tuple[Column, ...]
    rows: str
    which: str = COUNTED
    listed: Mapping[str, Wording | None] = field(default_factory=dict)
    order: str = ""
    total: bool = False
    cumulative: Cumulative | None = None
    definitions: tuple[str, ...] | None = None
    footnotes: tuple[Wording, ...] = ()

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators that it shows, each once, in the order of the columns."""
        return tuple(dict.fromkeys(column.indicator for column in self.columns if column.indicator))

    @property
    def defined(self) -> tuple[str, ...]:
        """Codes of the indicators whose rule goes with the table, printed or not: the printed ones first."""
        return tuple(dict.fromkeys([*(self.definitions or ()), *self.indicators]))

    def place(self, code: str) -> int:
        """Where a column stands.

        Raises:
            KeyError: the table has no such column.
        """
        for place, column in enumerate(self.columns):
            if column.code == code:
                return place
        raise KeyError(code)

    def name_place(self) -> int | None:
        """Where the column stands that names the row, if there is one."""
        return next((place for place, column in enumerate(self.columns) if column.holds == "name"), None)

    def heading(self, code: str, language: str) -> str:
        """A column's heading, or the code itself where the table has no such column."""
        return next((column.heading.text(language) for column in self.columns if column.code == code), code)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a check between tables: the sum of a column, over all rows or those of a group or name."""

    table: str
    column: str
    where: Mapping[str, str] = field(default_factory=dict)
    row: str = ""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What must hold between two tables: ``left`` equals ``right``, or is at most that. Printed with left's table.

    ``usual``: what need not hold, but is worth a look where it does not: of the sums, or of the rows of one name.
    """

    code: str
    left: Side
    right: Side
    holds: Literal["equal", "at_most"]
    text: Wording
    usual: Literal["", "sums", "rows"] = ""


def pattern_of(text: str) -> re.Pattern[str]:
    """What a text of an indicator looks like, ``{n}`` being a number."""
    return re.compile(re.escape(text).replace(re.escape("{n}"), r"(?P<n>[1-9][0-9]?)"))
