"""Reads a batch's spreadsheet (XLSX or CSV): bounded in size, never a formula's or a macro's word."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Generator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from jinling.kernel.languages import CHINESE
from jinling.services.cards.rules.sheets import (
    MOST_BYTES,
    MOST_ROWS,
    MOST_UNPACKED,
    SheetRow,
    SheetTooLarge,
    SheetUnreadable,
    fields_of,
    row_of,
)


@lru_cache(maxsize=1)
def _rows_of_headings() -> tuple[tuple[str, ...], ...]:
    text = resources.files("jinling.services.cards").joinpath("data", "headings.csv").read_text(encoding="utf-8")
    return tuple(tuple(row) for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#"))


def headings() -> dict[str, str]:
    """Fields by the headings that spreadsheets give them, without spaces, lower case."""
    return {"".join(text.lower().split()): row[0] for row in _rows_of_headings() for text in row[1:]}


def template(*, language: str) -> bytes:
    """An empty spreadsheet with the columns of a batch, all formatted as text; a city of a third language fills in the
    English one."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("cards")
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        for place, row in enumerate(_rows_of_headings()):
            sheet.set_column(place, place, 24, text)
            sheet.write_string(0, place, row[1] if language == CHINESE else row[-1], bold)
    return buffer.getvalue()


def refused_rows(rows: Sequence[Sequence[Any]], *, head: Sequence[str]) -> bytes:
    """A workbook of the rows that were left out: row, column, reason, what to do."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("rows")
        sheet.set_column(1, 1, 28)
        sheet.set_column(2, 3, 60)
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def read_sheet(content: bytes) -> list[SheetRow]:
    """The people of a spreadsheet's first sheet, or of a CSV file, in order; empty rows are passed over.

    Raises:
        SheetUnreadable: no XLSX or CSV, or one that declares document types or unpacks beyond reason.
        SheetTooLarge: more bytes or rows than a batch takes.
        ColumnsMissing: the first row lacks a column.
    """
    if len(content) > MOST_BYTES:
        raise _too_large()
    if content[:2] == b"PK":
        _refuse_dangerous(content)
        rows = _cells(content)
    else:
        rows = _lines(content)
    try:
        fields = fields_of(next(rows, ()), headings())
        found: list[SheetRow] = []
        for number, cells in enumerate(rows, 2):
            row = row_of(number, cells, fields)
            if row is not None:
                found.append(row)
            if len(found) > MOST_ROWS or number > 10 * MOST_ROWS:
                raise _too_large()
    finally:
        rows.close()
    return found


def _lines(content: bytes) -> Generator[tuple[Any, ...], None, None]:
    """Rows of a CSV file: UTF-8, or GB 18030 as Chinese office programs write it; comma, semicolon or tab."""
    text = _decoded(content)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    if not head.strip() or delimiter not in head:
        raise SheetUnreadable(where="file")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(row)
    except csv.Error:
        raise SheetUnreadable(where="file") from None


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise SheetUnreadable(where="file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable(where="file")


def _too_large() -> SheetTooLarge:
    return SheetTooLarge(where="file", rows=MOST_ROWS, megabytes=MOST_BYTES // 1024 // 1024)


def _refuse_dangerous(content: bytes) -> None:
    """Refuse archives that unpack beyond reason and parts that declare a document type (entity bombs)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > 500 or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise SheetUnreadable(where="file")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(65536).upper():
                            raise SheetUnreadable(where="file")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise SheetUnreadable(where="file") from None


def _cells(content: bytes) -> Generator[tuple[Any, ...], None, None]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                if not book.worksheets:
                    raise SheetUnreadable(where="file")
                yield from book.worksheets[0].iter_rows(values_only=True)
            finally:
                book.close()
        except SheetUnreadable:
            raise
        except Exception:
            # The library has no error of its own: a broken part surfaces as whatever it stumbled over.
            raise SheetUnreadable(where="file") from None
