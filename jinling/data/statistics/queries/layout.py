"""How the city prints its bulletin: titles, tables, checks and reasons, from the city pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from django.utils import timezone

from jinling.data.statistics.queries.figures import code_listed, declared
from jinling.data.statistics.rules.layout import COUNTED, Column, CrossCheck, Cumulative, Side, TableLayout, Wording
from jinling.foundation.directory import public as directory
from jinling.kernel.figures import Along, AtMost, Ceiling, Declared, Held, Limit, Reasons, Running
from jinling.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Layout:
    """A city's bulletin. ``opened`` is the month whose beginning the opening balances are of."""

    title: Wording
    publisher: Wording
    opened: Period | None
    tables: Mapping[str, TableLayout]
    checks: tuple[CrossCheck, ...]
    reasons: Mapping[str, Wording]

    def reason_names(self) -> dict[str, str]:
        """Printed name of each reason code."""
        return {code: wording.own for code, wording in self.reasons.items()}


def layout() -> Layout:
    """The layout of the current city pack, read once a process."""
    return _layout(str(directory.current_pack().path))


def zone() -> tzinfo:
    """The city's time zone."""
    return timezone.get_default_timezone()


@lru_cache(maxsize=4)
def _layout(path: str) -> Layout:
    pack = directory.read_pack(path)
    city, bulletin, known = pack.city, pack.section("bulletin", {}), declared(pack)
    begins = bulletin.get("year_begins", 1)
    return Layout(
        title=_wording({"title": city["name"], "title_en": city["name_en"], **bulletin}, "title"),
        publisher=_wording({"publisher": city["name"], "publisher_en": city["name_en"], **bulletin}, "publisher"),
        opened=Period(bulletin["opened"]) if bulletin.get("opened") else None,
        tables={
            entry["name"]: table_of(entry, begins, known.get(entry["rows"])) for entry in bulletin.get("tables", ())
        },
        checks=tuple(_check(entry) for entry in bulletin.get("checks", ())),
        reasons={
            entry["code"]: Wording(entry["name"], entry.get("name_en") or entry["name"])
            for entry in pack.section("missing_figures", ())
        },
    )


def _wording(entry: Mapping[str, Any], key: str) -> Wording:
    return Wording(entry[key], entry[f"{key}_en"])


def _words(entries: Iterable[Mapping[str, Any]]) -> dict[str, Wording]:
    return {word["code"]: _wording(word, "name") for word in entries}


def table_of(entry: Mapping[str, Any], year_begins: int = 1, rows: Declared | None = None) -> TableLayout:
    """A table as an entry of bulletin.yaml lays it out.

    Args:
        year_begins: the month with which the city's year begins.
        rows: what the pack declares of the table's dimension. Names that the table lists become its codes, so that no
            institution that staff register later makes them mean several.
    """
    order, cumulative = entry.get("order", "listed"), entry.get("cumulative")
    listed: dict[str, Wording | None] = {}
    for item in entry.get("list", ()):
        listed.update(_words([item]) if isinstance(item, Mapping) else {code_listed(item, rows) or item: None})
    return TableLayout(
        name=entry["name"],
        title=_wording(entry, "title"),
        columns=tuple(_column(column) for column in entry["columns"]),
        rows=entry["rows"],
        which=entry.get("which", COUNTED),
        listed=listed,
        order=order["by"] if isinstance(order, Mapping) else "",
        total=entry.get("total", False),
        cumulative=Cumulative(
            cumulative["column"],
            cumulative.get("opening", 0),
            _wording(cumulative, "heading"),
            cumulative.get("over", "opening"),
            cumulative.get("rounded_to", 1),
            year_begins,
        )
        if cumulative
        else None,
        definitions=tuple(entry["definitions"]) if "definitions" in entry else None,
        footnotes=tuple(_wording(note, "text") for note in entry.get("footnotes", ())),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        code=entry["code"],
        heading=_wording(entry, "heading"),
        holds=entry.get("holds", "count"),
        indicator=entry.get("indicator", ""),
        at=dict(entry.get("at", {})),
        group=entry.get("group", ""),
        words=_words(entry.get("words", ())),
        parts=tuple(entry.get("sum", ())),
        limits=tuple(_limits(entry.get("limits", {}))),
    )


def _limits(entry: Mapping[str, Any]) -> Iterator[Limit]:
    """What the figures of a column can be."""
    if entry.get("most") is not None:
        yield Ceiling(entry["most"], entry.get("usual"))
    yield from (AtMost(code) for code in entry.get("at_most", ()))
    if entry.get("along"):
        yield Along(entry["along"], entry.get("steady", True))
    if entry.get("held"):
        yield Held()
    if entry.get("running"):
        yield Running(entry["running"])
    if entry.get("reasons"):
        yield Reasons(tuple(entry["reasons"]))


def _check(entry: Mapping[str, Any]) -> CrossCheck:
    left, right = (
        Side(side["table"], side["column"], dict(side.get("where", {})), side.get("row", ""))
        for side in (entry["left"], entry["right"])
    )
    return CrossCheck(entry["code"], left, right, entry["holds"], _wording(entry, "text"), entry.get("usual") or "")
