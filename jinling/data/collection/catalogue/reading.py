"""Reads the catalogue's files into plain data sets."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from jinling.data.collection.rules import DataSetUnknown
from jinling.engine.spec import Column, DataSet, Format, Reference, Rule
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period

HERE = Path(__file__).resolve().parent
LISTS = ("hospital", "district")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueBroken(ValueError):
    """A file of the catalogue contradicts itself; the message names file and entry."""


@dataclass(frozen=True)
class ValueSet:
    """A code list: what it is called, which standard it comes from, and its codes with their meanings."""

    name: str
    title: str
    source: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """All data sets by code and all value sets by name."""

    data_sets: Mapping[str, DataSet]
    value_sets: Mapping[str, ValueSet]

    def find(self, code: str) -> DataSet:
        """The data set of a code.

        Raises:
            DataSetUnknown: there is none.
        """
        try:
            return self.data_sets[code]
        except KeyError:
            near = difflib.get_close_matches(code[:60].upper(), self.data_sets, n=3, cutoff=0.0)
            raise DataSetUnknown(where=code[:60], data_set=code[:60], nearest=", ".join(near)) from None

    def required_of(self, kind: str, *, on: date | None = None) -> tuple[DataSet, ...]:
        """The data sets required of ``hospital`` or ``district``, in the list's order: on a day, or of all times."""
        listed = self._by_kind.get(kind, ())
        return listed if on is None else tuple(one for one in listed if one.since <= f"{on:%Y-%m}")

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[DataSet, ...]]:
        return {kind: tuple(one for one in self.data_sets.values() if one.required_of == kind) for kind in LISTS}


@lru_cache(maxsize=4)
def catalogue(folder: Path = HERE) -> Catalogue:
    """The catalogue of a folder, read once.

    Raises:
        CatalogueBroken: a file cannot be read as what it should be.
    """
    value_sets = {
        name: ValueSet(
            name, entry["title"], entry["source"], {str(code): str(text) for code, text in entry["values"].items()}
        )
        for name, entry in _load(folder / "value_sets.yaml").items()
    }
    tables: dict[str, Mapping[str, Any]] = {}
    data_sets: dict[str, DataSet] = {}
    for kind in LISTS:
        listed = _load(folder / f"{kind}.yaml")
        prefix = listed["prefix"]
        for group, names in listed["data_sets"].items():
            for entry in names:
                name, since = _listed(entry, f"{kind}.yaml")
                if name not in tables:
                    tables[name] = _load(folder / "tables" / f"{name.lower()}.yaml")
                code = f"{prefix}{name}"
                if code in data_sets:
                    raise CatalogueBroken(f"{kind}.yaml: {name} is listed twice")
                data_sets[code] = _data_set(
                    code, tables[name], kind=kind, group=group, since=since, prefix=prefix, value_sets=value_sets
                )
    return Catalogue(data_sets, value_sets)


def _listed(entry: Any, where: str) -> tuple[str, str]:
    """The name of an entry of a list, and the month since which it is required; empty for always."""
    if isinstance(entry, str):
        return entry, ""
    try:
        ((name, since),) = entry.items()
        return str(name), str(Period.month(str(since)))
    except (AttributeError, TypeError, ValueError, Refused):
        raise CatalogueBroken(f"{where}: {entry} is neither NAME nor NAME: 2026-12") from None


def _data_set(
    code: str,
    table: Mapping[str, Any],
    *,
    kind: str,
    group: str,
    since: str,
    prefix: str,
    value_sets: Mapping[str, ValueSet],
) -> DataSet:
    try:
        return DataSet(
            code=code,
            title=table["title"],
            table=table["table"],
            source=table["source"],
            required_of=kind,
            group=group,
            since=since,
            institution=table["institution"],
            key=tuple(table["key"]),
            event_date=table["event_date"],
            columns=tuple(_column(entry, value_sets) for entry in table["columns"]),
            rules=tuple(
                Rule(
                    entry["kind"],
                    tuple(entry["columns"]),
                    tuple(str(code) for code in entry.get("when", ())),
                    Decimal(str(entry.get("tolerance", 0))),
                )
                for entry in table.get("rules", ())
            ),
            references=tuple(
                Reference(tuple(entry["columns"]), prefix + entry["to"], tuple(entry["key"]))
                for entry in table.get("references", ())
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueBroken(f"tables/{str(table.get('table', '?')).lower()}.yaml: {error}") from error


def _column(entry: Mapping[str, Any], value_sets: Mapping[str, ValueSet]) -> Column:
    listed = entry.get("values", {})
    low, high = entry["range"].split("..") if "range" in entry else (None, None)
    return Column(
        name=entry["name"],
        title=entry["title"],
        format=Format.parse(entry["format"]),
        required=bool(entry.get("required", False)),
        values=value_sets[listed].values if isinstance(listed, str) else {str(k): str(v) for k, v in listed.items()},
        value_set=listed if isinstance(listed, str) else "",
        check=entry.get("check", ""),
        pattern=entry.get("pattern", ""),
        low=Decimal(low) if low else None,
        high=Decimal(high) if high else None,
        future=bool(entry.get("future", False)),
        element=entry.get("element", ""),
    )


def _load(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_Loader)  # nosec B506
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueBroken(f"{path.name}: {error}") from error
