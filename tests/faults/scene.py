"""What all tables of a sequence share: the printed reference, the names, who opens and who closes when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.faults.laws import Law

CITY = Path(__file__).parents[2] / "jinling" / "cities" / "nanjing"
Table = dict[str, Any]
Document = dict[str, Any]
Laws = dict[tuple[str, str, str], Law]  # by table, row and column; "a/b" for the share of two columns


@cache
def reference() -> dict[str, Table]:
    """The tables of May 2018 as printed."""
    found: dict[str, Table] = json.loads((CITY / "reference" / "2018-05.json").read_text(encoding="utf-8"))["tables"]
    return found


@cache
def organizations() -> dict[str, list[str]]:
    """Canonical names in print order, each with the other ways of writing it."""
    listed = yaml.safe_load((CITY / "organizations.yaml").read_text(encoding="utf-8"))["organizations"]
    return {each["name"]: each.get("aliases", []) for each in listed}


@cache
def _written() -> dict[str, str]:
    return {name: canonical for canonical, aliases in organizations().items() for name in (canonical, *aliases)}


def canonical(name: str) -> str:
    """The name under which the directory knows an institution; other names are their own."""
    return _written().get(name, name)


@cache
def reasons() -> dict[str, str]:
    """What is printed where a figure is missing, by code."""
    listed = yaml.safe_load((CITY / "missing_figures.yaml").read_text(encoding="utf-8"))
    listed = listed["missing_figures"] if isinstance(listed, dict) else listed
    return {each["code"]: each["name"] for each in listed}


@cache
def layout() -> dict[str, Table]:
    """The tables of the bulletin as the city pack prints them."""
    listed = yaml.safe_load((CITY / "bulletin.yaml").read_text(encoding="utf-8"))["tables"]
    return {each["name"]: each for each in listed}


@dataclass
class Scene:
    """One run of months: its chance, its length, and institutions that close or open on the way."""

    rng: Random
    months: int
    closes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Two smaller institutions close within the run."""
        small = [canonical(row[1]) for row in reference()["booking_by_hospital"]["rows"][15:44]]
        for name in self.rng.sample(small, 2):
            self.closes[name] = self.rng.randrange(4, self.months)

    def chance(self, value: float, spread: float = 0.1) -> float:
        """A level near the reference's, so that no two runs are alike."""
        return value * self.rng.lognormvariate(0, spread)

    def ends(self, name: str) -> int:
        """The month from which an institution has no more figures."""
        return self.closes.get(canonical(name), self.months)

    def begins(self) -> int:
        """A month on the way."""
        return self.rng.randrange(3, self.months - 3)


@dataclass
class Moment:
    """One month of a scene while its tables are printed, one after the other."""

    number: int
    period: str
    busy: float
    tables: dict[str, Table] = field(default_factory=dict)
    laws: Laws = field(default_factory=dict)

    def column(self, table: str, column: str) -> dict[str, Any]:
        """A printed column by canonical row name."""
        printed = self.tables[table]
        place, name = printed["columns"].index(column), name_at(printed["columns"])
        return {canonical(row[name]): row[place] for row in printed["rows"]}


def name_at(columns: list[str]) -> int:
    """Which column holds the row's name."""
    return next(columns.index(each) for each in NAMES if each in columns)


NAMES = ("organization", "route", "district", "city", "kind")


def by_size(rows: list[list[Any]], column: int, name: int) -> list[list[Any]]:
    """Rows by a column, largest first; ties in the order of the directory."""
    rank = {each: number for number, each in enumerate(organizations())}
    return sorted(rows, key=lambda row: (-row[column], rank.get(canonical(row[name]), len(rank))))


def numbered(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows with their positions in the first column."""
    return [[number, *row[1:]] for number, row in enumerate(rows, 1)]


Drawn = Callable[[Moment], Table]
