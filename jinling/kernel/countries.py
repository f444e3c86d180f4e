"""Which country's people and numbers a city has: documents, mobile numbers, names of invented people.

China's are built in (``kernel.identifiers``). Another country is data that a city pack gives: each number by its
``forms`` (``#`` is a digit, ``@`` a letter, anything else stands for itself) and a check rule by name, whose result is
the number's last character.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jinling.kernel import identifiers
from jinling.kernel.identifiers import SYSTEMS, IdentifierInvalid, Sex, plain, resident_check_digit

# Passports and cards are written alike everywhere; the country's own documents stand in its data.
EVERYWHERE = ("passport", "citizen_card", "hospital_card")
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


def _luhn(body: str) -> str:
    total = 0
    for place, letter in enumerate(reversed(body)):
        digit = int(letter) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def _mod23(body: str) -> str:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body.translate(str.maketrans("XYZ", "012"))) % 23]


# What the last character must be, from those before it: the names by which a country's data speaks of the rules.
CHECKS: Mapping[str, Callable[[str], str] | None] = {
    "none": None,
    "luhn": _luhn,  # ISO/IEC 7812: the last digit
    "mod23": _mod23,  # Spain's letter, also of numbers that begin with X, Y or Z
    "mod11_2": resident_check_digit,  # ISO 7064, over 17 digits
}


@dataclass(frozen=True, slots=True)
class Document:
    """A number that people of a country have: how it is written, its names, its FHIR system where it has one."""

    forms: tuple[str, ...]
    check: str = "none"
    name: str = ""
    name_en: str = ""
    uri: str = ""

    def fits(self, text: str) -> bool:
        """Whether a text has one of the forms."""
        return any(re.fullmatch(pattern(form), text) for form in self.forms)

    def checked(self, text: str) -> bool:
        """Whether the last character follows from the others."""
        rule = CHECKS[self.check]
        try:
            return rule is None or rule(text[:-1]) == text[-1]
        except ValueError:  # a letter where the rule counts digits
            return False

    def invent(self, draw: random.Random) -> str:
        """A number that fits and is nobody's in particular."""
        text = written(self.forms[int(draw.random() * len(self.forms))], draw)
        rule = CHECKS[self.check]
        return text if rule is None else text[:-1] + rule(text[:-1])


@dataclass(frozen=True, slots=True)
class Names:
    """What invented people are called: lists to draw from, ``families`` family names each."""

    family: tuple[str, ...] = ()
    female: tuple[str, ...] = ()
    male: tuple[str, ...] = ()
    families: int = 1
    given_first: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A document's number in its normal form, and what it says of the person."""

    value: str
    birth_date: date | None = None
    sex: Sex = "unknown"


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code. ``documents`` are by identifier system; China's are none: they are built in."""

    code: str
    calling_code: str
    mobiles: tuple[str, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)
    names: Names = Names()

    @property
    def builtin(self) -> bool:
        """Whether the rules are those of ``kernel.identifiers``."""
        return not self.documents

    @property
    def systems(self) -> tuple[str, ...]:
        """Identifier systems that people of the country have, as ``identifiers.SYSTEMS`` orders them."""
        if self.builtin:
            return SYSTEMS
        return tuple(system for system in SYSTEMS if system in self.documents or system in EVERYWHERE)

    def read(self, system: str, value: str, *, today: date) -> Number:
        """A number in its normal form, with the birth date and sex that it says.

        Raises:
            IdentifierInvalid: the country has no such document, or the value breaks its rules.
        """
        if self.builtin:
            if system in ("resident_id", "household_register"):
                found = identifiers.resident_id(value, today=today)
                return Number(found.number, found.birth_date, found.sex)
            return Number(identifiers.normalise(system, value, today=today))
        document = self.documents.get(system)
        if document is None:
            if system not in EVERYWHERE:
                raise IdentifierInvalid("kind", kind=system, known=", ".join(self.systems))
            return Number(identifiers.normalise(system, value, today=today))
        text = bare(plain(value, system))
        if not document.fits(text):
            raise IdentifierInvalid("shape", kind=system)
        if not document.checked(text):
            raise IdentifierInvalid("check_digit", kind=system)
        return Number(text)

    def normalise(self, system: str, value: str, *, today: date) -> str:
        """The normal form of a number. See ``read``.

        Raises:
            IdentifierInvalid: the country has no such document, or the value breaks its rules.
        """
        return self.read(system, value, today=today).value

    def mobile(self, value: str) -> str:
        """A mobile number without the calling code, as the country writes it.

        Raises:
            IdentifierInvalid: it cannot be such a number.
        """
        if self.builtin:
            return identifiers.mobile(value)
        text = re.sub(rf"^(\+|00){self.calling_code}", "", bare(plain(value, "mobile")))
        for one in (text, f"0{text}"):  # the nought of a call within the country is left out behind the calling code
            if any(re.fullmatch(pattern(form), one) for form in self.mobiles):
                return one
        raise IdentifierInvalid("shape", kind="mobile")

    def full_name(self, family: str, given: str) -> str:
        """A name whose parts came apart, as the country writes it; China's without a space between them."""
        if self.builtin:
            return family + given
        return " ".join(part for part in ((given, family) if self.names.given_first else (family, given)) if part)

    def personal(self) -> str:
        """A regular expression of numbers that name a person, for whatever hides them; empty where it is built in."""
        forms = [form for document in self.documents.values() for form in document.forms] + list(self.mobiles)
        return "|".join(rf"(?<![A-Za-z0-9])(?i:{pattern(form, r'[ .-]?')})(?![A-Za-z0-9])" for form in forms)


CHINA = Country("CN", "86")


def pattern(form: str, between: str = "") -> str:
    """The regular expression of a form."""
    signs = {"#": "[0-9]", "@": "[A-Z]"}
    return between.join(signs.get(sign) or re.escape(sign) for sign in form)


def written(form: str, draw: random.Random) -> str:
    """A form with drawn digits and letters."""
    drawn = {"#": DIGITS, "@": LETTERS}
    return "".join(drawn[s][int(draw.random() * len(drawn[s]))] if s in drawn else s for s in form)


def bare(text: str) -> str:
    """A number without the points, slashes and brackets that people write into it."""
    return re.sub(r"[./()]", "", text)


def country_of(data: Mapping[str, Any]) -> Country:
    """A country as a pack's ``country.yaml`` gives it.

    Raises:
        KeyError, TypeError, ValueError: a part is missing or of another shape; the pack's check tells it better.
    """
    people, mobile = data["people"], data["mobile"]
    for system, entry in data["documents"].items():
        if system not in SYSTEMS or entry.get("check", "none") not in CHECKS or not entry["forms"]:
            raise ValueError(f"documents: {system}")
    return Country(
        code=str(data["code"]),
        calling_code=str(mobile["calling_code"]),
        mobiles=_forms(mobile["forms"]),
        documents={
            system: Document(
                _forms(entry["forms"]),
                str(entry.get("check", "none")),
                str(entry["name"]),
                str(entry["name_en"]),
                str(entry.get("uri", "")),
            )
            for system, entry in data["documents"].items()
        },
        names=Names(
            tuple(people["family"]),
            tuple(people["female"]),
            tuple(people["male"]),
            int(people.get("families", 1)),
            people.get("order", "given_first") == "given_first",
        ),
    )


def _forms(forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(bare(plain(str(form), "form")) for form in forms)
