"""Factories for tests and trials: institutions, and rows that pass their data set's checks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from jinling.data.collection.catalogue.reading import catalogue
from jinling.engine.spec import Column, DataSet
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system

BY = system("tests", purpose="STATS")
_serial = count(1)


def an_institution(kind: str = "hospital", *, code: str = "", district: str | None = None) -> directory.Organization:
    """An institution of the tests."""
    serial = next(_serial)
    return directory.register(
        by=BY,
        code=code or f"T{serial:04}",
        name=f"Institution {serial}",
        name_en=f"Institution {serial}",
        kind=kind,
        ownership="municipal",
        district=district,
    )


def a_row(data_set: DataSet, number: int, institution: str, **cells: str) -> dict[str, str]:
    """A row that breaks no rule: required cells filled, the key made of ``number``."""
    row: dict[str, str] = {}
    for column in data_set.columns:
        if column.required or column.name in data_set.key:
            row[column.name] = _cell(column, number, column.name in data_set.key)
    row[data_set.institution] = institution
    return {**row, **cells}


def _cell(column: Column, number: int, key: bool) -> str:
    if column.format.kind == "day":
        return "20180502"
    if column.format.kind == "instant":
        return "20180502T083000"
    if column.format.kind == "number":
        return str(max(int(column.low or 0), 0) + (number if key else 0))
    if column.check:
        return "11010519491231002X"
    if column.values:
        return next(iter(column.values))
    return f"{number}"[: column.format.length] if key else "1" * (column.format.length if column.format.exact else 1)


def as_csv(data_set: str, rows: Iterable[Mapping[str, str]], names: Sequence[str] = ()) -> bytes:
    """Rows as a CSV file with a header of column names."""
    text, columns = io.StringIO(), names or catalogue().find(data_set).names
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode("utf-8")
