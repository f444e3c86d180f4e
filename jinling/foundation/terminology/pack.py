"""What terminology reads of a city pack: code systems, value sets and maps between codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Discriminator, Field, Tag

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.public import Code, Entry, Name
from jinling.foundation.terminology.usecases import load_terminology
from jinling.kernel.sockets import PackFault, PackSection


def _keyed(value: Any) -> str:
    return "keys" if isinstance(value, dict) else "text"


class Display(Entry):
    zh: Name
    en: Name


NameOrDisplay = Annotated[Annotated[Display, Tag("keys")] | Annotated[Name, Tag("text")], Discriminator(_keyed)]


class CodeSystemEntry(Entry):
    code: Code
    name: Name
    name_en: Name
    standard: str = ""
    oid: Annotated[str, Field(pattern=r"^[0-2](\.\d+)+$")] | None = None
    url: str | None = None
    basis: Literal["seen", "partly", "recalled"]
    concepts: Annotated[dict[Name, NameOrDisplay], Field(min_length=1)]


class ValueSetEntry(Entry):
    code: Code
    system: Code
    name: Name
    name_en: Name
    include: list[Name] | None = None


class ConceptMapEntry(Entry):
    code: Code
    source: Code
    target: Code
    mappings: dict[Name, Name]


class TerminologyFile(Entry):
    code_systems: list[CodeSystemEntry]
    value_sets: list[ValueSetEntry] = []
    concept_maps: list[ConceptMapEntry] = []


def check_terminology(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Codes that stand twice, systems and codes that are not there."""
    for section in ("code_systems", "value_sets", "concept_maps"):
        yield from directory.duplicates(data.get(section, ()), "code", at=(section,))
    systems = {s["code"]: set(s["concepts"]) for s in data["code_systems"]}
    for at, entry, system, codes in _wanted(data):
        if system not in systems:
            yield PackFault(
                "system_unknown",
                _("No code system is named %(code)s.") % {"code": system},
                _("Use the code of one of code_systems."),
                entry=entry,
                at=at,
            )
            continue
        for code in codes:
            if code not in systems[system]:
                yield PackFault(
                    "code_unknown",
                    _("%(system)s has no code %(code)s.") % {"system": system, "code": code},
                    _("Correct the code or add it to the system."),
                    entry=entry,
                    at=at,
                )


def _wanted(data: Any) -> Iterator[tuple[tuple[str | int, ...], str, str, list[str]]]:
    """Where a system and its codes are named: path, entry, system, codes."""
    for i, value_set in enumerate(data.get("value_sets", ())):
        yield ("value_sets", i), value_set["code"], value_set["system"], value_set.get("include") or []
    for i, concept_map in enumerate(data.get("concept_maps", ())):
        at = ("concept_maps", i)
        yield at, concept_map["code"], concept_map["source"], list(concept_map["mappings"])
        yield at, concept_map["code"], concept_map["target"], list(concept_map["mappings"].values())


SECTIONS = [PackSection("terminology", TerminologyFile, check_terminology, load_terminology, order=30)]
