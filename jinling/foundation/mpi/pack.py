"""What the patient index reads of a city pack: from which country the city's people and their numbers come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from jinling.foundation.directory import public as directory
from jinling.kernel import names
from jinling.kernel.countries import CHECKS, EVERYWHERE, Country, country_of
from jinling.kernel.identifiers import SYSTEMS
from jinling.kernel.sockets import PackFault, PackSection

FEWEST = 10**6  # numbers that a resident's document must be able to have: replays invent so many people
OWN = tuple(system for system in SYSTEMS if system not in EVERYWHERE)

# -- shapes --------------------------------------------------------------------------------

Form = Annotated[str, Field(pattern=r"^[@A-Za-z0-9 ./()-]*#[#@A-Za-z0-9 ./()-]*$", max_length=40)]


class DocumentEntry(directory.Entry):
    name: directory.Name
    name_en: directory.Name
    forms: Annotated[list[Form], Field(min_length=1)]
    check: Literal[tuple(CHECKS)] = "none"  # type: ignore[valid-type]
    uri: str = ""


class MobileEntry(directory.Entry):
    calling_code: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")]
    forms: Annotated[list[Form], Field(min_length=1)]


class PeopleEntry(directory.Entry):
    family: Annotated[list[directory.Name], Field(min_length=10)]
    female: Annotated[list[directory.Name], Field(min_length=10)]
    male: Annotated[list[directory.Name], Field(min_length=10)]
    families: Annotated[int, Field(ge=1, le=2)] = 1
    order: Literal["given_first", "family_first"] = "given_first"


class CountryFile(directory.Entry):
    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    mobile: MobileEntry
    documents: dict[Literal[OWN], DocumentEntry]  # type: ignore[valid-type]
    people: PeopleEntry


# -- check ---------------------------------------------------------------------------------


def check_country(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """A resident's document that can name enough people, check rules that fit the forms, names that are names."""
    if "resident_id" not in data["documents"]:
        yield PackFault(
            "no_resident_id",
            _("No document is the residents' own."),
            _("Describe it under resident_id: it is what people are registered and found by."),
            at=("documents",),
        )
        return
    own = country_of(data)
    for system in own.documents:
        yield from _forms(system, own)
    for part in ("family", "female", "male"):
        for i, name in enumerate(data["people"][part]):
            try:
                names.normalise(name)
            except names.NameInvalid:
                yield PackFault(
                    "bad_name",
                    _("%(name)s cannot be a person's name.") % {"name": name},
                    _("Write letters, spaces, hyphens and apostrophes only."),
                    entry=part,
                    at=("people", part, i),
                )


def _forms(system: str, own: Country) -> Iterator[PackFault]:
    document = own.documents[system]
    for i, form in enumerate(document.forms):
        try:
            made = replace(document, forms=(form,)).invent(random.Random(0))
            sound = document.fits(made) and document.checked(made)
        except ValueError:
            sound = False
        if not sound:
            yield PackFault(
                "check_unfit",
                _("The check rule %(check)s does not fit the form %(form)s.") % {"check": document.check, "form": form},
                _("The last character is what the rule gives: a digit (#) or, for mod23, a letter (@)."),
                entry=system,
                at=("documents", system, "forms", i),
            )
    if system == "resident_id":
        most = sum(10 ** form.count("#") * 26 ** form.count("@") for form in document.forms)
        if most // (1 if document.check == "none" else 26) < FEWEST:
            yield PackFault(
                "too_few_numbers",
                _("So few numbers cannot name the people of a city."),
                _("Write the whole number: # for each digit, @ for each letter."),
                entry=system,
                at=("documents", system, "forms"),
            )


SECTIONS = [PackSection("country", CountryFile, check_country, order=5)]
