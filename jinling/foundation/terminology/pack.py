"""What terminology reads of a city pack: code systems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.public import Entry, Name
from jinling.foundation.terminology.rules import names_of
from jinling.foundation.terminology.usecases import facts_of, load_terminology
from jinling.kernel.sockets import PackFault, PackSection


def _keyed(value: Any) -> str:
    return "keys" if isinstance(value, dict) else "text"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(_("Write the date as YYYY-MM-DD.")) from None


Day = Annotated[str, AfterValidator(_day)]
# Also the id of a resource of the FHIR face, which knows no underscore.
SystemCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


class ConceptEntry(Entry):
    zh: Name
    en: Name | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    replaced_by: list[Name] = []

    @model_validator(mode="after")
    def _lasts(self) -> ConceptEntry:
        if self.from_on and self.until_on and self.until_on <= self.from_on:
            raise ValueError(_("until_on is a day after from_on."))
        if self.replaced_by and not self.until_on:
            raise ValueError(_("What is replaced ends: give until_on."))
        return self


NameOrConcept = Annotated[Annotated[ConceptEntry, Tag("keys")] | Annotated[Name, Tag("text")], Discriminator(_keyed)]


class CodeSystemEntry(Entry):
    code: SystemCode
    name: Name
    name_en: Name
    version: Name
    from_on: Day | None = None
    standard: str = ""
    oid: Annotated[str, Field(pattern=r"^[0-2](\.\d+)+$")] | None = None
    url: str | None = None
    basis: Literal["seen", "partly", "recalled"]
    source: str = ""
    of_districts: bool = False
    concepts: Annotated[dict[Name, NameOrConcept], Field(min_length=1)]


class TerminologyFile(Entry):
    code_systems: Annotated[list[CodeSystemEntry], Field(min_length=1)]


def check_terminology(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Names that mean two systems, successors that are not there, districts of which the directory says otherwise."""
    systems = data["code_systems"]
    yield from directory.duplicates(systems, "code", at=("code_systems",))
    owners: dict[str, str] = {}
    of_districts = []
    for i, entry in enumerate(systems):
        at = ("code_systems", i)
        names = (entry["name"], entry["name_en"], entry.get("oid") or "", entry.get("url") or "")
        keys = names_of(entry["code"], names, entry.get("standard", ""), [entry["version"]])
        for name, owner in sorted((key, owners.setdefault(key, entry["code"])) for key in keys):
            if owner != entry["code"]:
                yield PackFault(
                    "name_means_two",
                    _("%(name)s already means the code system %(owner)s.") % {"name": name, "owner": owner},
                    _("Leave code, names, standard, OID and URL to one system each."),
                    entry=entry["code"],
                    at=at,
                )
        yield from _successors(entry, at)
        if entry.get("of_districts"):
            of_districts.append((entry, at))
    for entry, at in of_districts[1:]:
        yield PackFault(
            "districts_twice",
            _("Two code systems are said to have the districts."),
            _("Leave of_districts to one."),
            entry=entry["code"],
            at=at,
        )
    for entry, at in of_districts[:1]:
        yield from _districts(entry, at, pack)


def _successors(entry: Any, at: tuple[str | int, ...]) -> Iterator[PackFault]:
    for code, word in entry["concepts"].items():
        for successor in facts_of(word)["replaced_by"]:
            if successor not in entry["concepts"] or successor == code:
                yield PackFault(
                    "code_unknown",
                    _("%(system)s has no code %(code)s.") % {"system": entry["code"], "code": successor},
                    _("Correct the code or add it to the system."),
                    entry=f"{entry['code']} {code}",
                    at=(*at, "concepts", code),
                )


def _districts(entry: Any, at: tuple[str | int, ...], pack: directory.Pack) -> Iterator[PackFault]:
    """Where districts.yaml and the code system differ: both say what a district's code is called, now and formerly."""
    concepts = {code: facts_of(word) for code, word in entry["concepts"].items()}

    def differs(code: str, what: str) -> PackFault:
        place = (*at, "concepts", code) if code in concepts else (*at, "concepts")
        remedy = _("Make districts.yaml and the code system say the same.")
        return PackFault("districts_differ", what % {"code": code}, remedy, entry=f"{entry['code']} {code}", at=place)

    formerly: dict[str, str] = {}
    for district in pack.section("districts", ()):
        code, word = district["code"], concepts.get(district["code"])
        if district.get("local", False):
            if word is not None:
                yield differs(code, _("districts.yaml calls %(code)s a local code, the code system has it."))
        elif word is None or word["until_on"]:
            yield differs(code, _("districts.yaml has the district %(code)s, the code system does not."))
        elif word["display"] != district["name"] or word["display_en"] not in ("", district["name_en"]):
            yield differs(code, _("districts.yaml calls %(code)s by another name."))
        for former in district.get("formerly", ()):
            formerly[former["code"]], word = code, concepts.get(former["code"])
            if word is None or not word["until_on"]:
                yield differs(former["code"], _("districts.yaml has %(code)s as retired, the code system does not."))
            elif word["display"] != former["name"]:
                yield differs(former["code"], _("districts.yaml calls %(code)s by another name."))
    own = {district["code"] for district in pack.section("districts", ())}
    for code, word in concepts.items():
        heirs = own & set(word["replaced_by"])
        if code not in own and (heirs or code in formerly) and formerly.get(code) not in heirs:
            yield differs(code, _("districts.yaml does not have %(code)s among the retired codes of its successor."))


SECTIONS = [PackSection("terminology", TerminologyFile, check_terminology, load_terminology, order=30)]
