"""A population whose records carry errors on purpose, with the truth kept: what matching is measured on.

Households with shared phones, twins, children registered before they had a name, soldiers, people from Hong Kong,
Macau, Taiwan and abroad; each person has one to three records of different institutions, and records carry the slips
that registration desks make. ``ERRORS`` states every rate; the same seed gives the same population.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from pypinyin import lazy_pinyin  # noqa: TID253 - people made for tests and benchmarks: no start brings this module

from jinling.foundation.mpi.rules.matching import PersonRecord, space_of
from jinling.foundation.mpi.synthetic import AS_OF, given_pool, invented_name
from jinling.kernel import names
from jinling.kernel.identifiers import normalise, resident_check_digit

# Shares of records (or of people, households) to which a thing happens.
ERRORS: Mapping[str, float] = {
    "second record": 0.35,
    "third record": 0.08,
    "from elsewhere": 0.02,
    "soldier": 0.005,
    "military card instead of resident id": 0.5,
    "no resident id": 0.30,
    "resident id of 15 digits": 0.02,
    "no document from elsewhere": 0.25,
    "no hospital card": 0.40,
    "hospital card of a relative": 0.001,
    "no insurance number": 0.45,
    "no mobile": 0.05,
    "mobile changed": 0.10,
    "mobile mistyped": 0.01,
    "moved to another district": 0.05,
    "no district": 0.03,
    "traditional or variant character": 0.02,
    "traditional throughout": 0.01,
    "homophone in the given name": 0.02,
    "wrong character in the given name": 0.005,
    "name in Latin letters": 0.003,
    "birth date slip": 0.008,
    "no birth date": 0.003,
    "sex wrong": 0.002,
    "no sex": 0.01,
    "insurance card of a relative": 0.001,
    "resident id of a relative": 0.0003,
    "twins among siblings": 0.03,
    "infant registered unnamed": 0.5,
    "birth order of a twin not noted": 0.1,
}


@dataclass(frozen=True, slots=True)
class PlantedRecord:
    """A record and the person it truly tells of."""

    record: PersonRecord
    person: int


@dataclass(slots=True)
class _Person:
    number: int
    name: str
    born: date
    sex: str
    mobile: str
    district: str
    resident_id: str
    insurance: str
    certificate: str
    mother: str
    household: list[_Person]
    order: int = 0
    elsewhere: tuple[str, str] = ("", "")
    military: str = ""


def population(people: int, seed: int) -> Iterator[PlantedRecord]:
    """Records of ``people`` people, each one to three."""
    draw = random.Random(seed)
    used: set[str] = set()
    made = 0
    while made < people:
        household = _household(draw, made, people - made, used)
        made += len(household)
        for person in household:
            copies = 1 + (draw.random() < ERRORS["second record"])
            copies += copies == 2 and draw.random() < ERRORS["third record"] / ERRORS["second record"]
            for copy in range(copies):
                yield PlantedRecord(_record(draw, person, copy), person.number)


def _household(draw: random.Random, first: int, most: int, used: set[str]) -> list[_Person]:
    """One to five people under one roof; children carry a parent's surname and share the phone."""
    district = draw.choice(_DISTRICTS)
    mobile = "1" + draw.choice("35789") + f"{draw.randrange(10**9):09}"
    members: list[_Person] = []

    def add(born: date, sex: str, surname: str = "", mother: str = "") -> _Person:
        name = invented_name(draw, sex)
        if surname and names.DOT not in name:
            name = surname + names.split(name)[1]
        while True:
            body = f"{district}{born:%Y%m%d}{2 * draw.randrange(500) + (sex == 'male'):03}"
            if body not in used:
                used.add(body)
                break
        own = mobile if members and draw.random() < 0.5 else "1" + draw.choice("35789") + f"{draw.randrange(10**9):09}"
        person = _Person(
            first + len(members),
            name,
            born,
            sex,
            mobile if mother else own,
            district,
            body + resident_check_digit(body),
            f"NJ{draw.randrange(10**9):09}",
            f"O{draw.randrange(10**9):09}" if mother else "",
            mother,
            members,
        )
        if not surname:
            _from_elsewhere_or_soldier(draw, person)
        members.append(person)
        return person

    adult = AS_OF - timedelta(days=draw.randrange(20 * 365, 88 * 365))
    head = add(adult, "male")
    kind = draw.random()
    if kind < 0.75 and most > 1:
        wife = add(min(adult + timedelta(days=draw.randrange(-1500, 2500)), AS_OF - timedelta(days=20 * 365)), "female")
        surname = names.split(head.name)[0]
        for _ in range(draw.choice((0, 1, 1, 2))):
            oldest = max(head.born, wife.born) + timedelta(days=20 * 365)
            if len(members) < most and (AS_OF - oldest).days > 300:
                born = oldest + timedelta(days=draw.randrange((AS_OF - oldest).days))
                child = add(born, draw.choice(("male", "female")), surname, f"m{wife.number}")
                if len(members) < most and draw.random() < ERRORS["twins among siblings"]:
                    child.order = 1
                    add(born, draw.choice(("male", "female")), surname, f"m{wife.number}").order = 2
    return members[:most]


def _from_elsewhere_or_soldier(draw: random.Random, person: _Person) -> None:
    """Some grown-ups have no resident id but another document; some have a military card besides."""
    digits = f"{draw.randrange(10**8):08}"
    if draw.random() < ERRORS["from elsewhere"]:
        system, number = draw.choice(
            (
                ("passport", f"E{digits}"),
                ("passport", f"{digits}9"),
                ("hk_macau_permit", f"{draw.choice('HM')}{digits}"),
                ("taiwan_permit", digits),
                ("foreign_resident_id", f"USA{digits[:4]}{person.born:%y%m%d}{digits[4:6]}"),
            )
        )
        person.elsewhere, person.resident_id, person.insurance = (system, number), "", ""
        if system in ("passport", "foreign_resident_id"):
            families, given = _latin()
            person.name = f"{draw.choice(families)} {draw.choice(given)}"
    elif draw.random() < ERRORS["soldier"]:
        person.military = digits


@lru_cache(maxsize=1)
def _latin() -> tuple[list[str], list[str]]:
    """Family and given names of visitors."""
    text = resources.files("jinling.foundation.mpi").joinpath("data", "latin.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#")]
    return rows[0], rows[1]


_HOSPITALS = 40
_DISTRICTS = (
    "320102",
    "320104",
    "320105",
    "320106",
    "320111",
    "320113",
    "320114",
    "320115",
    "320116",
    "320117",
    "320118",
)


def _record(draw: random.Random, person: _Person, copy: int) -> PersonRecord:
    """One registration of a person, with the slips of that desk."""

    def happens(what: str) -> bool:
        return draw.random() < ERRORS[what]

    infant = bool(person.mother) and (AS_OF - person.born).days < 365
    unnamed = infant and happens("infant registered unnamed")
    name = "" if unnamed else _written(draw, person, happens)
    folded = names.folded(names.normalise(name)) if name else ""
    numbers: dict[str, str] = {}
    child = bool(person.mother)
    _documents(draw, person, numbers, unnamed=unnamed, happens=happens)
    if infant and draw.random() < 0.7:
        numbers["birth_certificate"] = person.certificate
    relative = draw.choice(person.household)
    if relative.insurance and relative is not person and happens("insurance card of a relative"):
        numbers["social_insurance"] = relative.insurance
    if not unnamed and not happens("no hospital card"):
        holder = relative if happens("hospital card of a relative") else person
        card = _hospital_card(draw, holder)
        numbers[space_of("hospital_card", card)] = card
    born, sex = person.born, person.sex
    if relative.resident_id and relative is not person and happens("resident id of a relative"):
        # Birth date and sex are read off the number.
        numbers["resident_id"], born, sex = relative.resident_id, relative.born, relative.sex
    mobile = person.mobile
    if copy and happens("mobile changed"):
        mobile = "1" + draw.choice("35789") + f"{draw.randrange(10**9):09}"
    if happens("mobile mistyped"):
        spot = draw.randrange(3, 11)
        mobile = mobile[:spot] + draw.choice("0123456789") + mobile[spot + 1 :]
    birth = born.isoformat()
    if "resident_id" not in numbers:  # with a number the date comes from the number
        birth = "" if happens("no birth date") else _slipped(draw, born) if happens("birth date slip") else birth
    if "resident_id" not in numbers and happens("sex wrong"):
        sex = "female" if sex == "male" else "male"
    district = draw.choice(_DISTRICTS) if copy and happens("moved to another district") else person.district
    return PersonRecord(
        id=f"{person.number:07}.{copy}",
        name=folded,
        pinyin=names.pinyin(name) if name else "",
        surname=names.surname_reading(name),
        birth_date=birth,
        sex="" if happens("no sex") and "resident_id" not in numbers else sex,
        mobile="" if happens("no mobile") else mobile,
        district="" if happens("no district") else district,
        mother=person.mother if child and infant else "",
        newborn=unnamed,
        birth_order=person.order if unnamed and not happens("birth order of a twin not noted") else 0,
        numbers=numbers,
    )


def _documents(
    draw: random.Random, person: _Person, numbers: dict[str, str], *, unnamed: bool, happens: Callable[[str], bool]
) -> None:
    """Numbers that a desk writes down from documents and cards."""
    if unnamed:
        return
    system, number = person.elsewhere
    if system:
        if not happens("no document from elsewhere"):
            numbers[system] = normalise(system, number, today=AS_OF)
        return
    if person.military and happens("military card instead of resident id"):
        numbers["military_id"] = person.military
    elif not happens("no resident id"):
        written = person.resident_id
        # The last four order numbers of the 15-digit form meant people born before 1900.
        if person.born.year < 1999 and written[14:17] < "996" and happens("resident id of 15 digits"):
            written = written[:6] + written[8:17]
        numbers["resident_id"] = normalise("resident_id", written, today=AS_OF)
        if person.military:
            numbers["military_id"] = person.military
    if not happens("no insurance number"):
        numbers["social_insurance"] = person.insurance


def _hospital_card(draw: random.Random, person: _Person) -> str:
    """The person's card of one hospital: each hospital has numbers of its own. People keep to three hospitals."""
    hospital = (person.number + 7 * draw.randrange(3)) % _HOSPITALS
    return f"H{hospital:02}/{person.number * 7 + hospital:08}"


def _written(draw: random.Random, person: _Person, happens: Callable[[str], bool]) -> str:
    """The name as a desk writes it."""
    name = person.name
    surname, given = names.split(name)
    if names.DOT in name and draw.random() < 0.3:
        return name.replace(names.DOT, draw.choice(("", "\u2022", ".")))
    if not surname:
        return name
    if happens("name in Latin letters"):
        return f"{names.pinyin(name[: len(surname)])} {names.pinyin(given)}"
    if happens("traditional or variant character"):
        can = [spot for spot, character in enumerate(name) if names.variants(character)]
        if not can:
            return name
        spot = draw.choice(can)
        return name[:spot] + draw.choice(names.variants(name[spot])) + name[spot + 1 :]
    if happens("traditional throughout"):
        return "".join((names.variants(character) or character)[0] for character in name)
    spot = draw.randrange(len(given))
    if happens("homophone in the given name"):
        others = [c for c in given_pool() if lazy_pinyin(c) == lazy_pinyin(given[spot]) and c != given[spot]]
        return surname + given[:spot] + draw.choice(others) + given[spot + 1 :] if others else name
    if happens("wrong character in the given name"):
        return surname + given[:spot] + draw.choice(given_pool()) + given[spot + 1 :]
    return name


def _slipped(draw: random.Random, born: date) -> str:
    """A birth date with day and month exchanged, or one digit wrong."""
    if born.day <= 12 and born.day != born.month and draw.random() < 0.4:
        return born.replace(month=born.day, day=born.month).isoformat()
    while True:
        text = born.isoformat()
        spot = draw.choice((2, 3, 5, 6, 8, 9))
        text = text[:spot] + draw.choice("0123456789") + text[spot + 1 :]
        try:
            if date.fromisoformat(text) != born:
                return text
        except ValueError:
            continue
