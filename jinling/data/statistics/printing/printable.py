"""A bulletin in words: headings, names and numbers as a reader of one language sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from jinling.data.statistics.rules import cells
from jinling.data.statistics.rules.bulletins import Bulletin, Standing
from jinling.data.statistics.rules.layout import SUMMED, Column, Wording
from jinling.data.statistics.rules.replayfiles import Problem
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.figures import Figure
from jinling.kernel.languages import tag
from jinling.kernel.money import decimals
from jinling.web import notation


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell. A ``reason`` stands where a number is missing; ``over`` marks a rate above 100, ``part`` a total
    over some of the rows only; ``head`` is the cell that names its row."""

    text: str
    kind: Literal["text", "number", "reason"] = "text"
    over: bool = False
    part: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; numbers stand to the right."""

    text: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator counts."""

    name: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class PrintableTable:
    """One table in words."""

    name: str
    number: int
    title: str
    headings: list[Heading]
    rows: list[list[Cell]]
    total: list[Cell] | None
    cumulative: tuple[str, str] | None
    definitions: list[Definition]
    notes: list[str]
    empty: str
    missing: bool


@dataclass(frozen=True, slots=True)
class PrintableCheck:
    """One check in words."""

    ok: bool
    table: str
    text: str
    expected: str
    counted: str


@dataclass(frozen=True, slots=True)
class Printable:
    """A bulletin in words, in one language."""

    language: str
    title: str
    publisher: str
    period: str
    month: str
    as_of: str
    closed: bool
    standing: Standing
    release: str
    origin: str
    tables: list[PrintableTable]
    checks: list[PrintableCheck]
    failed: list[PrintableCheck] = field(default_factory=list)


def printable(of: Bulletin) -> Printable:
    """Put a bulletin into the words of the active language."""
    language = get_language() or ""
    tables = [_table(number, part, of, language) for number, part in enumerate(of.parts, start=1)]
    titles = {table.name: table.title for table in tables}
    checks = [
        PrintableCheck(
            check.ok,
            titles.get(check.table, check.table),
            check.said.text(language) if check.said else check.code,
            _numbers(check.expected),
            _numbers(check.counted),
        )
        for check in of.checks
    ]
    return Printable(
        language=tag(language),
        title=of.title.text(language),
        publisher=of.publisher.text(language),
        period=str(of.period),
        month=notation.month(of.period.first),
        as_of=_moment(of.as_of),
        closed=of.closed,
        standing=of.standing,
        release=_release(of),
        origin=_origin(of),
        tables=tables,
        checks=checks,
        failed=[check for check in checks if not check.ok],
    )


def _moment(at: datetime) -> str:
    return notation.instant(at)


def _release(of: Bulletin) -> str:
    """When the figures were released, and what a revision changed."""
    edition = of.edition
    if edition is None:
        return ""
    on = date_format(timezone.localdate(edition.approved_at), "DATE_FORMAT")
    if edition.version == 1:
        return gettext("Released on %(day)s.") % {"day": on}
    count = edition.changed
    changed = ngettext("%(count)s cell changed", "%(count)s cells changed", count) % {"count": count}
    first = date_format(edition.first_on, "DATE_FORMAT")
    return gettext("Revision %(number)s of %(day)s, first released on %(first)s; %(changed)s: %(reason)s") % {
        "number": edition.version - 1,
        "day": on,
        "first": first,
        "changed": changed,
        "reason": edition.reason,
    }


def _origin(of: Bulletin) -> str:
    """Where the figures come from when they were replayed; nothing when they were lived."""
    if not of.scales:
        return ""
    shares = ", ".join(f"{scale * 100:g} %" for scale in of.scales)
    line = gettext("Figures replayed from a printed month, at %(shares)s of each figure.") % {"shares": shares}
    return line + " " + gettext("The replay is not complete yet.") if of.partial else line


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """What is wrong with a file, a line each, in the active language."""
    lines = []
    for problem in problems:
        text = f"{gettext(problem.text) % problem.fields} {gettext(problem.remedy)}"
        lines.append(f"{problem.where}: {text}" if problem.where else text)
    return lines


def _table(number: int, part: Table, of: Bulletin, language: str) -> PrintableTable:
    own = part.layout
    rows = [
        [_cell(cell, column, of, language) for column, cell in zip(own.columns, row, strict=True)] for row in part.rows
    ]
    cumulative = None
    if part.cumulative is not None and own.cumulative is not None:
        cumulative = (own.cumulative.heading.text(language), _number(part.cumulative))
    empty = gettext("Nothing was counted in this month.")
    return PrintableTable(
        name=own.name,
        number=number,
        title=own.title.text(language),
        headings=[
            Heading(column.heading.text(language), column.figures or column.holds == "position")
            for column in own.columns
        ],
        rows=rows,
        total=_total(part, of, language),
        cumulative=cumulative,
        definitions=[
            Definition(item.name.text(language), item.unit.text(language), item.text.text(language))
            for item in part.definitions
            if own.definitions is None or item.indicator in own.definitions
        ],
        notes=table_notes(part, of, language),
        empty=_reason(part.missing, of, language) if part.missing else empty,
        missing=bool(part.missing),
    )


def table_notes(part: Table, of: Bulletin, language: str) -> list[str]:
    """What stands below a table: its footnotes, and what a reader must know of its figures."""
    own, notes = part.layout, [note.text(language) for note in part.layout.footnotes]
    notes += [note.text(language) for note in part.notes]
    columns = list(enumerate(own.columns))
    if any(_over(row[place], column) for place, column in columns for row in part.rows):
        notes.append(gettext("※ Above 100 %: more than the statistical return counts."))
    missing: dict[str, int] = {}
    for row in part.rows:
        for cell in row:
            if isinstance(cell, Figure) and cell.reason:
                said = _reason(cell.reason, of, language)
                missing[said] = missing.get(said, 0) + 1
    if missing:
        counted = ", ".join(f"{reason} ({count})" for reason, count in missing.items())
        notes.append(
            gettext("Cells without a number say why: %(reasons)s. They add nothing to totals.") % {"reasons": counted}
        )
    if part.total is not None:
        parts = [
            f"{column.heading.text(language)} {numbers}/{of_all}"
            for _place, column in columns
            for numbers, of_all in [part.complete.get(column.code, (0, 0))]
            if column.holds in SUMMED and numbers < of_all
        ]
        if parts:
            notes.append(
                gettext("◦ Totals over some of the rows only, which have a number: %(columns)s.")
                % {"columns": ", ".join(parts)}
            )
    done, months = part.cumulative_of
    if part.cumulative is not None and done < months:
        notes.append(
            gettext("The total to date counts %(counted)s of %(months)s months; the others were not counted.")
            % {"counted": done, "months": months}
        )
    return notes


def _cell(value: Any, column: Column, of: Bulletin, language: str) -> Cell:
    if isinstance(value, Wording):
        return Cell(value.text(language), head=column.holds == "name")
    if isinstance(value, Figure):
        if value.reason:
            return Cell(_reason(value.reason, of, language), "reason")
        value = value.value
    if not column.figures and column.holds != "position":
        return Cell(str(value if value is not None else ""))
    if value is None or value == "":
        return Cell("–" if value is None else "", "number")
    number = cells.number(value)
    if number is None:
        return Cell(_reason(str(value), of, language), "reason")
    if column.holds == "position":
        return Cell(str(number), "number")
    if column.holds in ("amount", "rate"):
        places = decimals(settings.JINLING_CURRENCY) if column.holds == "amount" else 2
        return Cell(notation.number(number, places), "number", over=_over(number, column))
    return Cell(_number(number), "number")


def _over(value: Any, column: Column) -> bool:
    number = cells.number(value) if column.holds == "rate" else None
    return number is not None and number > 100


def _reason(value: str, of: Bulletin, language: str) -> str:
    for code, wording in of.reasons.items():
        if value in (code, wording.own):
            return wording.text(language)
    return value


def _total(part: Table, of: Bulletin, language: str) -> list[Cell] | None:
    if part.total is None:
        return None
    printed = []
    for column, cell in zip(part.layout.columns, part.total, strict=True):
        numbers, of_all = part.complete.get(column.code, (0, 0))
        made = Cell("") if cell in (None, "") else _cell(cell, column, of, language)
        printed.append(replace(made, part=made.kind == "number" and numbers < of_all))
    printed[part.layout.name_place() or 0] = Cell(gettext("Total"), head=True)
    return printed


def _number(value: Any) -> str:
    return notation.number(value) if value is not None else ""


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(_numbers(item) for item in value)
    return str(value) if isinstance(value, str) else _number(value)
