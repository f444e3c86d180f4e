"""Invented people for replays, demonstrations and tests: believable, and nobody's.

They are people of the city's country. China's numbers obey GB 11643 and begin with the area codes that the caller
gives; Chinese names are drawn from the tables under ``data/`` with the share of rare characters, two-character
surnames and dotted names that a city meets. Another country's numbers and names are drawn from what the city pack
gives. The same seed gives the same people, one after the other, whatever the count.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from itertools import accumulate

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.rules.people import Identifier, NewPatient
from jinling.kernel import names
from jinling.kernel.countries import Country, written
from jinling.kernel.identifiers import Sex, has_area, resident_check_digit

AS_OF = date(2018, 5, 31)
POPULATION_SEED = 20180501  # the invented citizens of a demonstration: all replays of all months draw on them
# Where no district of a city has a code that identity numbers begin with: people who moved there.
ELSEWHERE = {"110101": ""}
# People of a big Chinese city in ten thousand by age band of five years, 0-4 first, 85-89 last (round figures).
_AGES = (500, 480, 430, 420, 640, 850, 900, 820, 760, 800, 820, 700, 600, 560, 360, 250, 190, 120)
_RARE, _DOTTED, _SINGLE = 0.008, 0.004, 0.12
_MOBILE_FRONTS = (
    "130",
    "131",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "153",
    "158",
    "159",
    "177",
    "180",
    "181",
    "182",
    "185",
    "186",
    "187",
    "188",
    "189",
)


@dataclass(frozen=True, slots=True)
class _Tables:
    surnames: Sequence[str]
    weights: Sequence[int]
    given: Mapping[str, str]
    rare: Sequence[str]
    minority: Sequence[tuple[str, str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    def rows(name: str) -> list[list[str]]:
        text = resources.files("jinling.foundation.mpi").joinpath("data", name).read_text(encoding="utf-8")
        return [row for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#")]

    surnames = rows("surnames.csv")
    return _Tables(
        [row[0] for row in surnames],
        list(accumulate(int(row[1]) for row in surnames)),
        {row[0]: row[1] for row in rows("given.csv")},
        rows("rare.csv")[0],
        [(row[0], row[1]) for row in rows("minority.csv")],
    )


def areas(*places: int) -> dict[str, str]:
    """Where invented people come from: area codes and districts' codes, for districts by their place in the pack.

    Args:
        places: the last district stands for those that the city does not have; without any, all districts.
    """
    own = list(directory.districts())
    if places and own:
        own = [own[min(place, len(own) - 1)] for place in places]
    if not country().builtin:
        return {district.code: district.code for district in own}
    return {d.code: d.code for d in own if not d.local and has_area(d.code)} or ELSEWHERE


def people(
    count: int, seed: int, prefixes: Sequence[str] | Mapping[str, str], *, as_of: date = AS_OF
) -> Iterator[NewPatient]:
    """``count`` people, no two with one number.

    Args:
        seed: the population; replays of one database share one seed, so that later months meet the same people.
        prefixes: where they come from (``areas``): in China six-digit area codes that numbers begin with, retired ones
            included; a mapping gives each area's district code, which becomes the person's district.
        as_of: nobody is born after this day.
    """
    if country().builtin:
        return _chinese(count, seed, prefixes, as_of)
    return _foreign(count, seed, list(prefixes.values()) if isinstance(prefixes, Mapping) else [], as_of)


def _foreign(count: int, seed: int, districts: Sequence[str], as_of: date) -> Iterator[NewPatient]:
    own, draw = country(), random.Random(seed)
    used: set[str] = set()
    family_mobile = ""
    for _ in range(count):
        sex: Sex = "male" if draw.random() < 0.5 else "female"
        born = _birth_date(draw, as_of)
        number = own.documents["resident_id"].invent(draw)
        while number in used:
            number = own.documents["resident_id"].invent(draw)
        used.add(number)
        if not family_mobile or draw.random() > 1 / 6:
            family_mobile = written(own.mobiles[int(draw.random() * len(own.mobiles))], draw)
        yield NewPatient(
            name=names.normalise(_name_of(own, sex, draw)),
            birth_date=born,
            sex=sex,
            identifiers=(Identifier("resident_id", number),),
            mobile=family_mobile,
            district=districts[int(draw.random() * len(districts))] if districts else "",
            real_name_verified=True,
        )


def _name_of(own: Country, sex: str, draw: random.Random) -> str:
    pool = own.names.male if sex == "male" else own.names.female
    given = pool[int(draw.random() * len(pool))]
    family = [own.names.family[int(draw.random() * len(own.names.family))] for _ in range(own.names.families)]
    return " ".join([given, *family] if own.names.given_first else [*family, given])


def _chinese(count: int, seed: int, prefixes: Sequence[str] | Mapping[str, str], as_of: date) -> Iterator[NewPatient]:
    draw = random.Random(seed)
    codes = list(prefixes)
    districts = prefixes if isinstance(prefixes, Mapping) else {}
    used: set[str] = set()
    family_mobile = ""
    for _ in range(count):
        sex = "male" if draw.random() < 0.5 else "female"
        while True:
            born = _birth_date(draw, as_of)
            area = codes[int(draw.random() * len(codes))]
            order = 2 * int(draw.random() * 500) + (sex == "male")
            first17 = f"{area}{born:%Y%m%d}{order:03}"
            if first17 not in used:
                used.add(first17)
                break
        # Households share a phone: one person in six gives the number that somebody before them gave.
        if not family_mobile or draw.random() > 1 / 6:
            family_mobile = _MOBILE_FRONTS[int(draw.random() * len(_MOBILE_FRONTS))] + f"{int(draw.random() * 1e8):08}"
        yield NewPatient(
            name=invented_name(draw, sex),
            birth_date=born,
            sex="male" if sex == "male" else "female",
            identifiers=(Identifier("resident_id", first17 + resident_check_digit(first17)),),
            mobile=family_mobile,
            district=districts.get(area, ""),
            real_name_verified=True,
        )


def _birth_date(draw: random.Random, as_of: date) -> date:
    band = draw.choices(range(len(_AGES)), weights=_AGES)[0]
    return as_of - timedelta(days=int((band + draw.random()) * 5 * 365.2425))


@lru_cache(maxsize=1)
def given_pool() -> str:
    """Every character that given names are drawn from."""
    return "".join(dict.fromkeys("".join(_tables().given.values())))


def invented_name(draw: random.Random, sex: str) -> str:
    """One invented name for a sex, drawn with the caller's generator."""
    tables = _tables()
    if draw.random() < _DOTTED:
        first, second = tables.minority[int(draw.random() * len(tables.minority))]
        return f"{first}\u00b7{second}"
    surname = draw.choices(tables.surnames, cum_weights=tables.weights)[0]
    pool = tables.given["m" if sex == "male" else "f"] if draw.random() < 0.75 else tables.given["n"]
    given = pool[int(draw.random() * len(pool))]
    if draw.random() > _SINGLE:
        both = pool + tables.given["n"]
        given += both[int(draw.random() * len(both))]
    if draw.random() < _RARE:
        given = given[:-1] + tables.rare[int(draw.random() * len(tables.rare))]
    return surname + given
