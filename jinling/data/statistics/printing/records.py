"""The bulletin as CSV: one figure a line, with codes beside names and a status beside the value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language

from jinling.data.statistics.printing.documents import own_reasons
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.cells import printed
from jinling.data.statistics.rules.layout import Column, Wording
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.figures import Figure

HEAD = (
    "period", "standing", "version", "as_of", "table", "row", "row_code", "row_name", "column", "column_name",
    "indicator", "unit", "value", "status", "status_name", "scale",
)  # fmt: skip
# What stands in a line: a figure of a row, a total over all or over some of the rows, a total to date.
FIGURE, TOTAL, PART, TO_DATE, PART_TO_DATE = "figure", "total", "total_of_part", "to_date", "to_date_of_part"


def records(of: Bulletin) -> str:
    """A bulletin as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read it).

    Returns:
        A line for each figure: ``status`` is ``figure``, ``total``, ``total_of_part``, ``to_date``, ``to_date_of_part``
        or the code of the reason why ``value`` is empty.
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(HEAD)
    version = of.edition.version if of.edition is not None else ""
    for part in of.parts:
        for line in _lines(part, of):
            writer.writerow([str(of.period), of.standing, version, f"{of.as_of:%Y-%m-%dT%H:%M:%S%z}", *line])
    return "\ufeff" + sink.getvalue()


def _lines(table: Table, of: Bulletin) -> Iterator[list[Any]]:
    language = get_language() or ""
    reasons, units = own_reasons(of), {one.indicator: one.unit.text(language) for one in table.definitions}
    name = table.layout.name_place() or 0
    scale = "" if table.scale is None else f"{table.scale:g}"

    def line(row: int | str, code: str, called: Any, column: Column, cell: Any, status: str) -> list[Any]:
        called = called.text(language) if isinstance(called, Wording) else str(called)
        value = "" if isinstance(cell, Figure) or cell is None else _value(cell, column, language)
        if isinstance(cell, Figure):
            status = cell.reason
        said = of.reasons[status].text(language) if status in reasons else ""
        return [
            table.layout.name, row, code, called, column.code, column.heading.text(language),
            column.indicator, units.get(column.indicator, ""), value, status, said, scale,
        ]  # fmt: skip

    columns = [(place, column) for place, column in enumerate(table.layout.columns) if _shown(column)]
    for number, (code, row) in enumerate(zip(table.codes, table.rows, strict=True), start=1):
        for place, column in columns:
            yield line(number, code, row[name], column, row[place], FIGURE)
    for place, column in columns:
        if table.total is not None and table.total[place] != "":
            numbers, of_all = table.complete.get(column.code, (0, 0))
            yield line("", "", "", column, table.total[place], TOTAL if numbers == of_all else PART)
    if table.cumulative is not None and table.layout.cumulative is not None:
        column = table.layout.columns[table.layout.place(table.layout.cumulative.column)]
        counted, months = table.cumulative_of
        yield line("", "", "", column, table.cumulative, TO_DATE if counted == months else PART_TO_DATE)


def _shown(column: Column) -> bool:
    return column.figures or column.holds == "text" or (column.holds == "word" and not column.group)


def _value(cell: Any, column: Column, language: str) -> str:
    if isinstance(cell, Wording):
        return cell.text(language)
    return f"{cell:.2f}" if column.holds == "rate" else str(printed(cell, column.holds, {}))
