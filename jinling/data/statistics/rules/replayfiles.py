"""Reading a file of printed figures: its form, and every way in which it can be wrong."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jinling.data.statistics.rules.cumulatives import stated, totals_to_date
from jinling.data.statistics.rules.layout import Column, TableLayout, pattern_of
from jinling.data.statistics.rules.problems import Problem
from jinling.kernel.periods import NotAMonth, Period, PeriodUnreadable

LARGEST = 10**10  # above any month's figure of any city; a slip of the keyboard must not become events
AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")
FILE_KEYS = frozenset({"city", "period", "about", "tables"})
TABLE_KEYS = frozenset({"columns", "rows", "printed_total", "cumulative", "unit", "about"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the city knows, for comparison with a file.

    ``names``: canonical name by spelling, for each dimension of rows; ``nearest``: the nearest known names of
    spellings that nothing answers to; ``texts``: how the texts of an indicator read, by table and column;
    ``reasons``: printed reasons; ``today``: the city's date; ``printed``: names of which a table can have a row, where
    not of all; ``groups``: what each name belongs to, by dimension.
    """

    city: frozenset[str]
    tables: Mapping[str, TableLayout]
    names: Mapping[str, Mapping[str, str]]
    nearest: Mapping[str, Sequence[str]]
    texts: Mapping[tuple[str, str], Sequence[str]]
    reasons: frozenset[str]
    today: date
    printed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


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
        Unreadable: not JSON, a name given twice in one object, a number that is none (NaN), or a text that nothing can
            store.
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
        document = json.loads(text, object_pairs_hook=once, parse_float=Decimal, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg}, line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise error if isinstance(error, Unreadable) else Unreadable("a number is too long") from None
    for found in _texts(document):
        if "\0" in found or any("\ud800" <= sign <= "\udfff" for sign in found):
            raise Unreadable(f"the text {found[:40]!a} holds a sign that is none")
    return document


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for item in document:
            yield from _texts(item)
    elif isinstance(document, dict):
        yield from document
        for item in document.values():
            yield from _texts(item)


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


def last_day(document: Any) -> date | None:
    """The last day of the month that a document says it is of; None where it says none."""
    try:
        return Period.month(str(document["period"])).last
    except (TypeError, KeyError, PeriodUnreadable, NotAMonth):
        return None


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
        return [Problem("no_object")]
    reader = _Reader(known)
    period = reader.frame(document)
    tables = document.get("tables")
    if not isinstance(tables, dict) or not tables:
        reader.tell("no_tables", "tables", ("tables",))
        tables = {}
    for wanted in only:
        if wanted not in known.tables:
            reader.tell("table_unknown", wanted, nearest=_near(wanted, known.tables))
        elif wanted not in tables:
            reader.tell("absent_table", f"tables.{wanted}", ("tables",), tables=", ".join(tables))
    found: dict[str, Mapping[str, Any]] = {}
    for table_name, table in tables.items():
        where, at = f"tables.{table_name}", ("tables", table_name)
        if table_name not in known.tables:
            reader.tell("table_unknown", where, at, nearest=_near(table_name, known.tables))
        else:
            found[table_name] = reader.table(known.tables[table_name], table, where, at)
    if reader.problems or period is None:
        return reader.problems
    return ReplayFile(name, period, found)


@dataclass(slots=True)
class _Reader:
    """Reads one file, and gathers what is wrong with it."""

    known: Known
    problems: list[Problem] = field(default_factory=list)

    def tell(self, code: str, where: str, at: tuple[str | int, ...] = (), **fields: Any) -> None:
        self.problems.append(Problem(code, where, fields, at))

    def frame(self, document: Mapping[str, Any]) -> Period | None:
        """What stands around the tables; gives the month."""
        for key in document:
            if key not in FILE_KEYS:
                self.tell("key_unknown", str(key), (key,), nearest=_near(str(key), FILE_KEYS))
        city, written = document.get("city"), document.get("period")
        if not isinstance(city, str) or city not in self.known.city:
            self.tell("other_city", "city", ("city",), city=_short(city), known=", ".join(sorted(self.known.city)))
        try:
            period = Period.month(str(written))
        except (PeriodUnreadable, NotAMonth):
            self.tell("no_month", "period", ("period",), period=_short(written))
            return None
        if period.first > self.known.today:
            self.tell("future", "period", ("period",), period=str(period))
        return period

    def table(self, layout: TableLayout, table: Any, where: str, at: tuple[str | int, ...]) -> Mapping[str, Any]:
        """One table, institutions under their canonical names."""
        columns = [column.code for column in layout.columns]
        if not isinstance(table, dict):
            self.tell("no_table", where, at)
            return {}
        for key in table:
            if key not in TABLE_KEYS and not key.startswith("cumulative"):
                self.tell("key_unknown", f"{where}.{key}", (*at, key), nearest=_near(key, TABLE_KEYS))
        if table.get("columns") != columns:
            self.tell("other_columns", f"{where}.columns", (*at, "columns"), columns=", ".join(columns))
            return {}
        if not isinstance(table.get("rows"), list):
            self.tell("no_rows", f"{where}.rows", (*at, "rows"))
            return {}
        seen: dict[str, int] = {}
        rows, name_at = [], layout.name_place()
        for count, row in enumerate(table["rows"], start=1):
            row_where, row_at = f"{where} row {count}", (*at, "rows", count - 1)
            if not isinstance(row, list) or len(row) != len(columns):
                self.tell("other_length", row_where, row_at, count=len(columns))
                continue
            rows.append(self.row(layout, row, row_where, row_at))
            if name_at is None:
                continue
            name = str(rows[-1][name_at])
            self.belongs(layout, name, rows[-1], row_where, row_at)
            if name in seen:
                self.tell("row_twice", row_where, row_at, name=name, row=seen[name])
            seen.setdefault(name, count)
        self.total(layout, table, f"{where}.printed_total", (*at, "printed_total"))
        for key, value in totals_to_date(table).items():
            if stated(value) is None:
                self.tell("no_cumulative", f"{where}.{key}", (*at, key), cell=_short(value))
        return {**table, "rows": rows}

    def row(self, layout: TableLayout, row: Sequence[Any], where: str, at: tuple[str | int, ...]) -> list[Any]:
        """A row's cells."""
        excused = any(isinstance(cell, str) and cell in self.known.reasons for cell in row)
        cells = []
        for place, (column, cell) in enumerate(zip(layout.columns, row, strict=True)):
            cell_where, cell_at = f"{where}, column {column.code}", (*at, place)
            if not column.figures and column.holds != "position":
                cell = self.text(layout, column, cell, cell_where, cell_at)
            elif not (cell is None and excused):
                problem = _wrong(column, cell, self.known.reasons)
                if problem:
                    self.tell(problem, cell_where, cell_at, cell=_short(cell))
            cells.append(cell)
        return cells

    def belongs(
        self, layout: TableLayout, name: str, row: Sequence[Any], where: str, at: tuple[str | int, ...]
    ) -> None:
        """Whether the table has a row of that name, and the row says rightly where it belongs."""
        names = self.known.names.get(layout.rows, {})
        if layout.name in self.known.printed and name in names.values() and name not in self.known.printed[layout.name]:
            self.tell("not_printed", where, at, name=name)
        groups = self.known.groups.get(layout.rows, {}).get(name)
        for place, column in enumerate(layout.columns):
            if column.group and groups is not None:
                code = groups.get(column.group, "")
                word = column.words[code].own if code in column.words else code
                if row[place] in {wording.own for wording in column.words.values()} - {word}:
                    self.tell("other_group", f"{where}, column {column.code}", (*at, place), name=name, group=word)

    def text(self, layout: TableLayout, column: Column, cell: Any, where: str, at: tuple[str | int, ...]) -> Any:
        """A name, word or text, as the city writes it."""
        if not isinstance(cell, str) or not cell.strip():
            self.tell("no_text", where, at, cell=_short(cell))
            return cell
        if column.holds == "text":
            texts = self.known.texts.get((layout.name, column.code), ())
            if texts and not any(pattern_of(text).fullmatch(cell) for text in texts):
                self.tell("other_text", where, at, name=_short(cell), texts=", ".join(texts))
            return cell
        names = self.known.names.get(layout.rows)
        if column.holds == "word":
            names = {text: wording.own for code, wording in column.words.items() for text in (code, wording.own)}
        if names is None:  # nobody here knows the names
            return cell
        if cell not in names:
            near = self.known.nearest.get(cell) or difflib.get_close_matches(cell, names, n=3, cutoff=0.3)
            self.tell("row_unknown", where, at, name=_short(cell), nearest=", ".join(near) or "-")
        return names.get(cell, cell)

    def total(self, layout: TableLayout, table: Mapping[str, Any], where: str, at: tuple[str | int, ...]) -> None:
        """The totals that were printed, if any."""
        total = table.get("printed_total")
        if total is None:
            return
        columns = [column for column in layout.columns if column.figures]
        totals = total if isinstance(total, list) else [total]
        if len(totals) != len(columns):
            self.tell("other_totals", where, at, count=len(columns))
            return
        for column, value in zip(columns, totals, strict=True):
            amount = column.holds == "amount" and isinstance(value, str) and AMOUNT.fullmatch(value)
            fine = isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= LARGEST
            if not (amount or fine):
                self.tell("no_total", where, at, cell=_short(value))


def _wrong(column: Column, cell: Any, reasons: frozenset[str]) -> str:
    """The code of what is wrong with a figure, or nothing."""
    if isinstance(cell, str) and column.holds != "position" and cell in reasons:
        return ""
    if column.holds == "amount" and isinstance(cell, str) and AMOUNT.fullmatch(cell):
        return ""
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal) or cell != cell:
        return "no_number"
    if cell < 0:
        return "negative"
    if cell > LARGEST:
        return "too_large"
    return "broken_number" if column.holds in ("count", "position") and not isinstance(cell, int) else ""


def _near(word: str, known: Iterable[str]) -> str:
    words = sorted(known)
    return ", ".join(difflib.get_close_matches(word, words, n=3, cutoff=0.4) or words)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return repr(text if len(text) <= 60 else text[:57] + "...") if isinstance(value, str) else text[:60]
