"""Reading a file of printed figures: its form, and every way in which it can be wrong."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.checks import gettext_noop
from jinling.data.statistics.rules.layout import Column, TableLayout, pattern_of
from jinling.kernel.periods import Period, PeriodUnreadable

LARGEST = 10**10  # above any month's figure of any city; a slip of the keyboard must not become events
AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")
TABLE_KEYS = frozenset({"columns", "rows", "printed_total", "cumulative", "unit", "about"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where it stands and what it is (an English msgid with fields)."""

    where: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the city knows, for comparison with a file.

    ``names``: canonical name by spelling, for each dimension of rows; ``nearest``: the nearest known names of
    spellings that nothing answers to; ``texts``: how the texts of an indicator read, by table and column;
    ``reasons``: printed reasons; ``today``: the city's date.
    """

    city: frozenset[str]
    tables: Mapping[str, TableLayout]
    names: Mapping[str, Mapping[str, str]]
    nearest: Mapping[str, Sequence[str]]
    texts: Mapping[tuple[str, str], Sequence[str]]
    reasons: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class ReplayFile:
    """A file that was read whole: its period and tables, institutions under their canonical names."""

    name: str
    period: Period
    tables: Mapping[str, Mapping[str, Any]]


class Unreadable(ValueError):
    """The text is not one JSON document; the message says where it breaks."""


def parse(text: str) -> Any:
    """The document in a text, numbers exact (int and Decimal).

    Raises:
        Unreadable: not JSON, a name given twice in one object, or a number that is none (NaN).
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise Unreadable(f"the name {key!r} stands twice in one object")
            found[key] = value
        return found

    def no_number(word: str) -> Any:
        raise Unreadable(f"{word} is not a number")

    try:
        return json.loads(text, object_pairs_hook=once, parse_float=Decimal, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg}, line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise error if isinstance(error, Unreadable) else Unreadable("a number is too long") from None


def exact(document: Any) -> Any:
    """A document whose floats are decimals, as ``parse`` reads them."""
    if isinstance(document, float):
        return Decimal(str(document))
    if isinstance(document, list):
        return [exact(item) for item in document]
    return {key: exact(item) for key, item in document.items()} if isinstance(document, dict) else document


def plain(document: Any) -> Any:
    """A document without decimals, which JSON knows not: ``exact`` gives it back."""
    if isinstance(document, Decimal):
        return float(document)
    if isinstance(document, list):
        return [plain(item) for item in document]
    return {key: plain(item) for key, item in document.items()} if isinstance(document, dict) else document


def spellings(document: Any, layouts: Mapping[str, TableLayout]) -> dict[str, set[str]]:
    """Every name that stands in a row, by the dimension of its table, whatever else is wrong with the document."""
    found: dict[str, set[str]] = {}
    tables = document.get("tables") if isinstance(document, dict) else None
    for name, table in tables.items() if isinstance(tables, dict) else ():
        layout = layouts.get(name)
        place = layout.name_place() if layout else None
        rows = table.get("rows") if isinstance(table, dict) else None
        if layout is None or place is None or not isinstance(rows, list):
            continue
        found.setdefault(layout.rows, set()).update(
            row[place] for row in rows if isinstance(row, list) and len(row) > place and isinstance(row[place], str)
        )
    return found


def read(document: Any, *, name: str, known: Known, only: Iterable[str] = ()) -> ReplayFile | list[Problem]:
    """The file in a document, or every problem found in it.

    Args:
        name: how the file is called, for people.
        only: tables that the file must have.
    """
    if not isinstance(document, dict):
        return [Problem("", gettext_noop("The file holds no JSON object."))]
    problems: list[Problem] = []
    city = document.get("city")
    if not isinstance(city, str) or city not in known.city:
        problems.append(
            Problem(
                "city",
                gettext_noop("The figures are of %(city)s, this platform is of %(known)s."),
                {"city": _short(city), "known": ", ".join(sorted(known.city))},
            )
        )
    period = _period(document.get("period"), known.today, problems)
    tables = document.get("tables")
    if not isinstance(tables, dict) or not tables:
        problems.append(Problem("tables", gettext_noop("The file has no tables.")))
        tables = {}
    problems += [
        Problem(
            f"tables.{missing}",
            gettext_noop("The file has no such table; it has: %(tables)s."),
            {"tables": ", ".join(tables)},
        )
        for missing in only
        if missing in known.tables and missing not in tables
    ]
    problems += [
        Problem(
            missing,
            gettext_noop("There is no table of this name. Nearest: %(nearest)s."),
            {"nearest": _near(missing, known.tables)},
        )
        for missing in only
        if missing not in known.tables
    ]
    read_tables: dict[str, Mapping[str, Any]] = {}
    for table_name, table in tables.items():
        if table_name not in known.tables:
            problems.append(
                Problem(
                    f"tables.{table_name}",
                    gettext_noop("There is no table of this name. Nearest: %(nearest)s."),
                    {"nearest": _near(table_name, known.tables)},
                )
            )
        else:
            read_tables[table_name] = _table(table_name, table, known, problems)
    if problems or period is None:
        return problems
    return ReplayFile(name, period, read_tables)


def _period(value: Any, today: date, problems: list[Problem]) -> Period | None:
    try:
        period = Period(value)
    except PeriodUnreadable:
        period = None
    if period is None or period.kind != "monthly":
        problems.append(
            Problem(
                "period", gettext_noop("%(period)s is not a month; write it as 2018-05."), {"period": _short(value)}
            )
        )
        return None
    if period.first > today:
        problems.append(Problem("period", gettext_noop("%(period)s lies in the future."), {"period": str(period)}))
    return period


def _table(name: str, table: Any, known: Known, problems: list[Problem]) -> Mapping[str, Any]:
    where = f"tables.{name}"
    layout = known.tables[name]
    columns = [column.code for column in layout.columns]
    if not isinstance(table, dict):
        problems.append(Problem(where, gettext_noop("The table is not a JSON object.")))
        return {}
    for key in table:
        if key not in TABLE_KEYS and not key.startswith("cumulative"):
            problems.append(
                Problem(
                    f"{where}.{key}",
                    gettext_noop("A table has no such part. Nearest: %(nearest)s."),
                    {"nearest": _near(key, TABLE_KEYS)},
                )
            )
    if table.get("columns") != columns:
        problems.append(
            Problem(
                f"{where}.columns", gettext_noop("The columns must read: %(columns)s."), {"columns": ", ".join(columns)}
            )
        )
        return {}
    if not isinstance(table.get("rows"), list):
        problems.append(Problem(f"{where}.rows", gettext_noop("The rows are not a list.")))
        return {}
    seen: dict[str, int] = {}
    rows = []
    for count, row in enumerate(table["rows"], start=1):
        at = f"{where} row {count}"
        if not isinstance(row, list) or len(row) != len(columns):
            problems.append(
                Problem(at, gettext_noop("The row must be a list of %(count)s cells."), {"count": len(columns)})
            )
            continue
        rows.append(_row(at, row, layout, known, problems))
        name_at = layout.name_place()
        key = str(rows[-1][name_at]) if name_at is not None else None
        if key is not None and key in seen:
            problems.append(
                Problem(at, gettext_noop("%(name)s stands in row %(row)s already."), {"name": key, "row": seen[key]})
            )
        elif key is not None:
            seen[key] = count
    _total(where, table, layout, problems)
    return {**table, "rows": rows}


def _row(where: str, row: Sequence[Any], layout: TableLayout, known: Known, problems: list[Problem]) -> list[Any]:
    excused = any(isinstance(cell, str) and cell in known.reasons for cell in row)
    cells = []
    for column, cell in zip(layout.columns, row, strict=True):
        at = f"{where}, column {column.code}"
        if not column.figures and column.holds != "position":
            cell = _text(at, layout, column, cell, known, problems)
        elif not (cell is None and excused):
            _figure(at, column, cell, known, problems)
        cells.append(cell)
    return cells


def _text(where: str, layout: TableLayout, column: Column, cell: Any, known: Known, problems: list[Problem]) -> Any:
    if not isinstance(cell, str) or not cell.strip():
        problems.append(Problem(where, gettext_noop("A text must stand here, not %(cell)s."), {"cell": _short(cell)}))
        return cell
    if column.holds == "text":
        texts = known.texts.get((layout.name, column.code), ())
        if texts and not any(pattern_of(text).fullmatch(cell) for text in texts):
            fields = {"name": _short(cell), "texts": ", ".join(texts)}
            problems.append(Problem(where, gettext_noop("%(name)s does not stand here. Known: %(texts)s."), fields))
        return cell
    names: Mapping[str, str] = known.names.get(layout.rows, {})
    if column.holds == "word":
        names = {text: wording.zh for code, wording in column.words.items() for text in (code, wording.zh)}
    if cell not in names:
        near = known.nearest.get(cell) or difflib.get_close_matches(cell, names, n=3, cutoff=0.3)
        problems.append(
            Problem(
                where,
                gettext_noop("%(name)s is not known. Nearest: %(nearest)s."),
                {"name": _short(cell), "nearest": ", ".join(near) or "-"},
            )
        )
        return cell
    return names[cell]


def _figure(where: str, column: Column, cell: Any, known: Known, problems: list[Problem]) -> None:
    holds = column.holds
    if isinstance(cell, str) and holds != "position" and cell in known.reasons:
        return
    if holds == "amount" and isinstance(cell, str) and AMOUNT.fullmatch(cell):
        return
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal) or cell != cell:
        text = gettext_noop("A number or a known reason must stand here, not %(cell)s.")
    elif cell < 0:
        text = gettext_noop("%(cell)s is negative.")
    elif cell > LARGEST:
        text = gettext_noop("%(cell)s is larger than any month's figure.")
    elif holds in ("count", "position") and not isinstance(cell, int):
        text = gettext_noop("%(cell)s is not a whole number.")
    else:
        return
    problems.append(Problem(where, text, {"cell": _short(cell)}))


def _total(where: str, table: Mapping[str, Any], layout: TableLayout, problems: list[Problem]) -> None:
    total = table.get("printed_total")
    if total is None:
        return
    columns = [column for column in layout.columns if column.figures]
    totals = total if isinstance(total, list) else [total]
    if len(totals) != len(columns):
        problems.append(
            Problem(
                f"{where}.printed_total", gettext_noop("The totals must be %(count)s numbers."), {"count": len(columns)}
            )
        )
        return
    for column, value in zip(columns, totals, strict=True):
        amount = column.holds == "amount" and isinstance(value, str) and AMOUNT.fullmatch(value)
        fine = isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= LARGEST
        if not (amount or fine):
            problems.append(
                Problem(f"{where}.printed_total", gettext_noop("%(cell)s is not a total."), {"cell": _short(value)})
            )


def _near(word: str, known: Iterable[str]) -> str:
    words = sorted(known)
    return ", ".join(difflib.get_close_matches(word, words, n=3, cutoff=0.4) or words)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return repr(text if len(text) <= 60 else text[:57] + "...") if isinstance(value, str) else text[:60]
