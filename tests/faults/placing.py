"""What planters share: a document in work, where its figures stand, and sums made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from tests.faults.scene import NAMES, Document, Table, canonical, layout, name_at
from tests.faults.services import sums
from tests.faults.ties import CUMULATIVE, figures, number, totalled

WORDS = (*NAMES, "no", "category", "progress", "public_release", "community_priority_release")


@dataclass(frozen=True)
class Place:
    """Where a fault lies: the whole document where there is no table, the whole table where neither row nor column."""

    table: str = ""
    rows: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """For the terminal; of many rows or columns only how many."""
        parts = [", ".join(sorted(each)) if len(each) < 3 else f"{len(each)}" for each in (self.rows, self.columns)]
        return f"{self.table or 'whole month'} [{parts[0]} | {parts[1]}]"


class Draft:
    """A copy of a clean month in which one fault is planted."""

    def __init__(self, rng: Random, clean: Document, before: Sequence[Document]) -> None:
        """Copy it."""
        self.rng, self.clean, self.before, self.document = rng, clean, before, deepcopy(clean)

    @property
    def last(self) -> dict[str, Table]:
        """The tables of the month before."""
        tables: dict[str, Table] = self.before[-1]["tables"]
        return tables

    def table(self, fits: Callable[[str, Table], object] = lambda name, table: True) -> tuple[str, Table]:
        """A table of those that fit, each as likely as the others."""
        tables: dict[str, Table] = self.document["tables"]
        name = self.rng.choice([each for each, table in tables.items() if fits(each, table)])
        return name, tables[name]

    def cell(self, fits: Callable[[str, Any], object]) -> tuple[str, list[Any], int, Place]:
        """A cell of those that fit by column and value: first the table, then the cell."""

        def places(table: Table) -> list[tuple[list[Any], int]]:
            return [
                (row, at)
                for row in table["rows"]
                for at, column in enumerate(table["columns"])
                if fits(column, row[at])
            ]

        name, table = self.table(lambda name, table: places(table))
        row, at = self.rng.choice(places(table))
        return name, row, at, place(name, table, [row], [table["columns"][at]])

    def sum_again(self, name: str) -> None:
        """Totals as a spreadsheet makes them from what stands in its cells, wrong figures too."""
        table = self.document["tables"][name]
        if name == "booking_by_hospital":
            for row in table["rows"]:
                row[6] = sum(number(each) or 0 for each in row[2:6])
                row[6] = int(row[6]) if row[6] % 1 == 0 else float(row[6])
        columns = totalled(table)
        rows = [[self._plain(table, row, column) for column in columns] for row in table["rows"]]
        if columns:
            totals = sums(rows, 0)
            table["printed_total"] = totals if isinstance(table["printed_total"], list) else totals[0]
        if name in CUMULATIVE:
            key, column = CUMULATIVE[name]
            past = layout()[name]["cumulative"]["opening"]
            past += sum(sum(figures(each["tables"][name], column)) for each in self.before)
            whole = past + sum(figures(table, column))
            unit = str(table[key]).lstrip("0123456789.")
            table[key] = f"{whole / 10**8:.1f}{unit}" if unit else int(whole)

    @staticmethod
    def _plain(table: Table, row: list[Any], column: str) -> Any:
        value = row[table["columns"].index(column)]
        if column.endswith("amount"):
            return str(number(value) or Decimal(0))
        got = number(value) or Decimal(0)
        return int(got) if got % 1 == 0 else float(got)


def place(name: str, table: Table, rows: list[list[Any]], columns: list[str] | None = None) -> Place:
    """The place of these rows and columns; all columns where none is named."""
    at = name_at(table["columns"])
    return Place(name, frozenset(canonical(row[at]) for row in rows), frozenset(columns or table["columns"]))


def figure(column: str, value: Any) -> bool:
    """Whether a cell holds a number that counts something."""
    return column not in WORDS and number(value) is not None


def numeric(table: Table) -> list[int]:
    """The columns of figures."""
    return [at for at, column in enumerate(table["columns"]) if column not in WORDS]


def has_figures(name: str, table: Table) -> bool:
    """Whether the table counts anything; that of the release windows does not."""
    return bool(numeric(table))


def renumber(table: Table) -> None:
    """Positions from one on, where the table prints them."""
    if table["columns"][0] == "no":
        for position, row in enumerate(table["rows"], 1):
            row[0] = position
