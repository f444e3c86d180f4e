"""A bulletin in words: headings, names and numbers as a reader of one language sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from jinling.data.statistics.queries.bulletins import Bulletin, check_text
from jinling.data.statistics.queries.layout import Layout, layout
from jinling.data.statistics.rules import cells
from jinling.data.statistics.rules.layout import Column, TableLayout, Wording
from jinling.data.statistics.rules.replayfiles import Problem
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.figures import Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell. A ``reason`` stands where a number is missing; ``over`` marks a rate above 100."""

    text: str
    kind: Literal["text", "number", "reason"] = "text"
    over: bool = False


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
    origin: str
    tables: list[PrintableTable]
    checks: list[PrintableCheck]
    failed: list[PrintableCheck] = field(default_factory=list)


def printable(of: Bulletin) -> Printable:
    """Put a bulletin into the words of the active language."""
    language, plan = get_language() or "zh-hans", layout()
    tables = [_table(number, part, plan, language) for number, part in enumerate(of.parts, start=1)]
    titles = {table.name: table.title for table in tables}
    checks = [
        PrintableCheck(
            check.ok,
            titles.get(check.table, check.table),
            check_text(check, of.period),
            _numbers(check.expected),
            _numbers(check.counted),
        )
        for check in of.checks
    ]
    return Printable(
        language="zh-CN" if language.startswith("zh") else language,
        title=plan.title.text(language),
        publisher=plan.publisher.text(language),
        period=str(of.period),
        month=date_format(of.period.first, "YEAR_MONTH_FORMAT"),
        as_of=f"{timezone.localtime(of.as_of):%Y-%m-%d %H:%M}",
        closed=of.closed,
        origin=_origin(of),
        tables=tables,
        checks=checks,
        failed=[check for check in checks if not check.ok],
    )


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


def _table(number: int, part: Table, plan: Layout, language: str) -> PrintableTable:
    own = part.layout
    rows = [
        [_cell(cell, column, plan, language) for column, cell in zip(own.columns, row, strict=True)]
        for row in part.rows
    ]
    cumulative = None
    if part.cumulative is not None and own.cumulative is not None:
        cumulative = (own.cumulative.heading.text(language), _number(part.cumulative))
    return PrintableTable(
        name=own.name,
        number=number,
        title=own.title.text(language),
        headings=[
            Heading(column.heading.text(language), column.figures or column.holds == "position")
            for column in own.columns
        ],
        rows=rows,
        total=_total(part, plan, language),
        cumulative=cumulative,
        definitions=[
            Definition(gettext(item.name), gettext(item.unit) if item.unit else "", gettext(item.text))
            for item in part.definitions
        ],
        notes=_notes(rows, own, language),
    )


def _notes(rows: Sequence[Sequence[Cell]], own: TableLayout, language: str) -> list[str]:
    notes = [note.text(language) for note in own.footnotes]
    if any(cell.over for row in rows for cell in row):
        notes.append(gettext("※ Above 100 %: more than the statistical return counts."))
    missing: dict[str, int] = {}
    for row in rows:
        for cell in row:
            if cell.kind == "reason":
                missing[cell.text] = missing.get(cell.text, 0) + 1
    if missing:
        counted = ", ".join(f"{reason} ({count})" for reason, count in missing.items())
        notes.append(
            gettext("Cells without a number say why: %(reasons)s. They add nothing to totals.") % {"reasons": counted}
        )
    return notes


def _cell(value: Any, column: Column, plan: Layout, language: str) -> Cell:
    if isinstance(value, Wording):
        return Cell(value.text(language))
    if isinstance(value, Figure):
        value = value.reason or value.value
    if not column.figures and column.holds != "position":
        return Cell(str(value if value is not None else ""))
    if value is None or value == "":
        return Cell("–" if value is None else "", "number")
    number = cells.number(value)
    if number is None:
        return Cell(_reason(str(value), plan, language), "reason")
    if column.holds == "amount":
        return Cell(f"{number:,.2f}", "number")
    if column.holds == "position":
        return Cell(str(number), "number")
    return Cell(_number(number), "number", over=column.holds == "rate" and number > 100)


def _reason(value: str, plan: Layout, language: str) -> str:
    for code, wording in plan.reasons.items():
        if value in (code, wording.zh):
            return wording.text(language)
    return value


def _total(part: Table, plan: Layout, language: str) -> list[Cell] | None:
    if part.total is None:
        return None
    columns = part.layout.columns
    printed = [
        Cell("") if cell in (None, "") else _cell(cell, column, plan, language)
        for column, cell in zip(columns, part.total, strict=True)
    ]
    printed[part.layout.name_place() or 0] = Cell(gettext("Total"))
    return printed


def _number(value: Any) -> str:
    return f"{value:,}" if value is not None else ""


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(_numbers(item) for item in value)
    return str(value) if isinstance(value, str) else _number(value)
