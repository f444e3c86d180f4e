"""The first line of a table against the data set: which cell of a row is which column."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jinling.engine.intake.refusals import ColumnsMissing, ColumnsTwice, ColumnsUnknown, HeaderMissing
from jinling.engine.spec import DataSet

DELIMITERS = (",", "\t", "|", ";")
# Columns that the list of rejected rows carries beside the hospital's own; they come back and are let go.
OURS = ("_ROW", "_REASON")


@dataclass(frozen=True, slots=True)
class Header:
    """``names`` has one entry for each cell of a row: a column's name, or "" for a cell that is let go."""

    names: tuple[str, ...]
    delimiter: str = ","


def resolve(cells: Sequence[str], data_set: DataSet, delimiter: str = ",") -> Header:
    """Match headings (names, titles, or ``title(NAME)``) with columns.

    Raises:
        HeaderMissing, ColumnsUnknown, ColumnsMissing, ColumnsTwice: the header is not the data set's.
    """
    known = headings_of(data_set)
    found = [known.get(fold(cell), OURS[0] if fold(cell) in OURS else "") for cell in cells]
    while found and not cells[len(found) - 1].strip() and not found[-1]:
        found.pop()  # a spreadsheet's empty columns on the right
    if not any(name for name in found if name not in OURS):
        raise HeaderMissing()
    unknown = [cells[place].strip()[:40] for place, name in enumerate(found) if not name]
    if unknown:
        raise ColumnsUnknown(columns=", ".join(unknown[:8]))
    twice = [name for name, count in Counter(found).items() if count > 1 and name not in OURS]
    if twice:
        raise ColumnsTwice(columns=", ".join(twice[:8]))
    missing = [column.name for column in data_set.columns if column.required and column.name not in found]
    if missing:
        raise ColumnsMissing(columns=", ".join(missing[:12]))
    return Header(tuple("" if name in OURS else name for name in found), delimiter)


def resolve_line(line: str, data_set: DataSet) -> Header:
    """Match a header line of text; the delimiter is the one that makes most sense of it.

    Raises:
        as ``resolve``.
    """
    known = headings_of(data_set)
    best: tuple[int, str, list[str]] = (-1, ",", [])
    for delimiter in DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        hits = sum(fold(cell) in known for cell in cells)
        if hits > best[0]:
            best = (hits, delimiter, cells)
    return resolve(best[2], data_set, best[1])


def headings_of(data_set: DataSet) -> dict[str, str]:
    """What a header cell may say, folded, and the column that it then means: name, title, or both."""
    titles = Counter(fold(column.title) for column in data_set.columns)
    known: dict[str, str] = {}
    for column in data_set.columns:
        if titles[fold(column.title)] == 1:
            known[fold(column.title)] = column.name
        known[fold(f"{column.title}({column.name})")] = column.name
    for column in data_set.columns:  # a name wins over another column's title
        known[fold(column.name)] = column.name
    return known


def fold(text: str) -> str:
    """Text without width, case, spaces and invisible characters, so that headings compare."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter) not in ("Cf", "Zs", "Cc")).upper()
