"""How the city prints its bulletin: titles, headings and words, from the city pack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in the city's language and in English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The text for a language code; any Chinese code gives the city's own."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How one table is printed. ``words`` names codes that stand in cells."""

    name: str
    title: Wording
    columns: tuple[str, ...]
    headings: Mapping[str, Wording]
    words: Mapping[str, Wording]
    footnotes: tuple[Wording, ...]
    cumulative: Wording | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A city's bulletin. ``names`` gives English names of institutions, districts and routes."""

    title: Wording
    publisher: Wording
    opened: Period | None
    tables: Mapping[str, TableLayout]
    reasons: Mapping[str, Wording]
    names: Mapping[str, str]
    routes: Mapping[str, str]
    windows: Mapping[str, tuple[re.Pattern[str], ...]]
    window_words: tuple[tuple[re.Pattern[str], str], ...]

    def reason_names(self) -> dict[str, str]:
        """Printed name of each reason code."""
        return {code: wording.zh for code, wording in self.reasons.items()}

    def name(self, text: str, language: str) -> str:
        """A name or release window for a language; itself where no other is known."""
        if language.startswith("zh"):
            return text
        for pattern, english in self.window_words:
            found = pattern.fullmatch(text)
            if found:
                return english.format(**found.groupdict())
        return self.names.get(text, text)


def layout() -> Layout:
    """The layout of the current city pack, read once a process."""
    return _layout(str(directory.current_pack().path))


def zone() -> ZoneInfo:
    """The city's time zone."""
    return timezone.get_default_timezone()


@lru_cache(maxsize=4)
def _layout(path: str) -> Layout:
    pack = directory.read_pack(path)
    bulletin = _section(pack, "bulletin", {})
    channels = _section(pack, "channels", {})
    labels = _section(pack, "release_policies", {}).get("release_labels", {})
    names: dict[str, str] = {}
    for entry in (
        *_section(pack, "organizations", ()),
        *_section(pack, "districts", ()),
        *channels.get("routes", ()),
        *channels.get("kinds", ()),
    ):
        names.setdefault(entry["name"], entry.get("name_en") or entry["name"])
    tables = {entry["name"]: _table(entry) for entry in bulletin.get("tables", ())}
    for entry in bulletin.get("tables", ()):
        for word in _words(entry):
            names.setdefault(word["name"], word["name_en"])
    city = pack.city
    return Layout(
        title=Wording(bulletin.get("title", city["name"]), bulletin.get("title_en", city["name_en"])),
        publisher=Wording(bulletin.get("publisher", city["name"]), bulletin.get("publisher_en", city["name_en"])),
        opened=Period(bulletin["opened"]) if bulletin.get("opened") else None,
        tables=tables,
        reasons={
            entry["code"]: Wording(entry["name"], entry.get("name_en") or entry["name"])
            for entry in _section(pack, "reasons", ())
        },
        names=names,
        routes={entry["name"]: entry["kind"] for entry in channels.get("routes", ())},
        windows={
            column: tuple(_pattern(label) for label in labels.get(audience, {}))
            for column, audience in (("public_release", "public"), ("community_priority_release", "community"))
        },
        window_words=tuple((_pattern(label), english) for label, english in labels.get("en", {}).items()),
    )


def _section(pack: Any, name: str, default: Any) -> Any:
    return pack.section(name) if pack.has(name) else default


def _table(entry: Mapping[str, Any]) -> TableLayout:
    cumulative = entry.get("cumulative")
    return TableLayout(
        name=entry["name"],
        title=Wording(entry["title"], entry["title_en"]),
        columns=tuple(column["code"] for column in entry["columns"]),
        headings={column["code"]: Wording(column["heading"], column["heading_en"]) for column in entry["columns"]},
        words={word["code"]: Wording(word["name"], word["name_en"]) for word in _words(entry)},
        footnotes=tuple(Wording(note["text"], note["text_en"]) for note in entry.get("footnotes", ())),
        cumulative=Wording(cumulative["heading"], cumulative["heading_en"]) if cumulative else None,
    )


def _words(entry: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for part in ("list", "states", "categories"):
        yield from (word for word in entry.get(part, ()) if isinstance(word, dict))


def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(re.escape(label).replace(re.escape("{n}"), r"(?P<n>[1-9][0-9]?)"))
