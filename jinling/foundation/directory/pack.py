"""What the directory reads of a city pack: the city, its districts, institutions and streets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, model_validator

from jinling.foundation.directory.packs import Pack, names_of
from jinling.foundation.directory.packs.in_time import closed_wholes, overlaps, successors
from jinling.foundation.directory.packs.sections import Code, Entry, Name, duplicates
from jinling.foundation.directory.rules import is_formula, own_keys
from jinling.foundation.directory.usecases import load_districts, load_organizations
from jinling.kernel.languages import CHINESE, LANGUAGE
from jinling.kernel.sockets import PackFault, PackSection
from jinling.web.notation import FORMATS, is_format

CHINAS_ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar", "PRC")

# -- shapes --------------------------------------------------------------------------------


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(_("This is not the name of a time zone."))
    return name


# YAML writes a day as a day, JSON as a text.
Day = Annotated[date, Field(strict=False)]


class NamingEntry(Entry):
    prefixes: list[Name] = []
    suffixes: list[Name] = []
    equivalents: dict[Name, str] = {}
    variants: dict[Annotated[str, Field(min_length=1, max_length=1)], Annotated[str, Field(max_length=1)]] = {}
    kinds: list[Name] = []
    readings: dict[Name, list[Annotated[str, Field(pattern=r"^[a-z]+( [a-z]+)*$")]]] = {}


def _currency(code: str) -> str:
    from babel.numbers import is_currency

    if not is_currency(code):
        raise ValueError(_("This is not the code of a currency (ISO 4217)."))
    return code


def _formats(said: dict[str, str]) -> dict[str, str]:
    for name, form in said.items():
        if not is_format(name, form):
            raise ValueError(
                _("%(name)s cannot be written as %(form)s. Known are: %(names)s.")
                % {"name": name, "form": form, "names": ", ".join(FORMATS)}
            )
    return said


class CityFile(Entry):
    code: Code
    name: Name
    name_en: Name
    timezone: Annotated[str, AfterValidator(_zone)]
    language: Annotated[str, Field(pattern=f"^{LANGUAGE}$")] = CHINESE
    currency: Annotated[str, AfterValidator(_currency)] = "CNY"
    formats: Annotated[dict[str, str], AfterValidator(_formats)] = {}
    hotline: str = ""
    emergency: str = ""
    naming: NamingEntry = NamingEntry()


class FormerDistrict(Entry):
    code: Code
    name: Name


def _shown(name: str) -> str:
    if is_formula(name):
        raise ValueError(_("A name begins with none of = + - @: spreadsheets would compute it."))
    return name


Called = Annotated[Name, AfterValidator(_shown)]


class Former(Entry):
    """What an entry was over a span that is over: from a day (or ever since) until another, no longer in it."""

    begin: Annotated[Day | None, Field(alias="from")] = None
    until: Day

    @model_validator(mode="after")
    def _span(self) -> Former:
        if self.begin is not None and self.begin >= self.until:
            raise ValueError(_("until is the first day on which it no longer held: it lies after from."))
        return self


class DistrictBefore(Former):
    name: Called | None = None
    name_en: Called | None = None
    short_name: str | None = None


class DistrictEntry(Entry):
    code: Code
    name: Called
    name_en: Called
    short_name: str = ""
    local: bool = False
    formerly: list[FormerDistrict] = []
    history: list[DistrictBefore] = []


class DistrictsFile(Entry):
    districts: Annotated[list[DistrictEntry], Field(min_length=1)]


KindName = Literal[
    "hospital",
    "branch",
    "community_health_centre",
    "maternal_child_institute",
    "disease_prevention",
    "authority",
    "other",
]
OwnershipName = Literal["municipal", "provincial", "district", "military", "other"]
LevelName = Literal["tertiary", "secondary", "primary"]


class OrganizationBefore(Former):
    name: Called | None = None
    name_en: Called | None = None
    kind: KindName | None = None
    ownership: OwnershipName | None = None
    level: LevelName | None = None
    district: Code | None = None
    part_of: Code | None = None


class OrganizationEntry(Entry):
    code: Code
    name: Called
    name_en: Called
    kind: KindName
    ownership: OwnershipName
    district: Code | None = None
    level: LevelName | None = None
    part_of: Code | None = None
    address: str = ""
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    crs: Literal["gcj02", "wgs84"] | None = None
    aliases: list[Name] = []
    pinyin: list[Annotated[str, Field(pattern=r"^[a-z0-9]+( [a-z0-9]+)*$")]] = []
    active: bool = True
    history: list[OrganizationBefore] = []
    opened: Day | None = None
    closed: Day | None = None
    successor: Code | None = None

    @model_validator(mode="after")
    def _place(self) -> OrganizationEntry:
        if len({self.lng is None, self.lat is None, self.crs is None}) > 1:
            raise ValueError(_("lng, lat and crs stand together or not at all."))
        if self.opened and self.closed and self.opened >= self.closed:
            raise ValueError(_("closed lies after opened."))
        if self.successor is not None and self.closed is None:
            raise ValueError(_("A successor takes over on the day that closed names."))
        return self


class OrganizationsFile(Entry):
    organizations: Annotated[list[OrganizationEntry], Field(min_length=1)]


class Street(Entry):
    code: Code
    name: Name
    district: Code
    run_by: Code | None = None


class StreetsFile(Entry):
    streets: list[Street]


# -- checks --------------------------------------------------------------------------------


def check_city(data: Any, pack: Pack) -> Iterator[PackFault]:
    """A city elsewhere whose pack leaves its people to be China's."""
    if data["timezone"] not in CHINAS_ZONES and not pack.has("country"):
        yield PackFault(
            "no_country",
            _("The pack has no country.yaml: people, their numbers and mobiles are taken to be China's."),
            _("Add country.yaml; the README of the packs describes it."),
            at=("timezone",),
            remark=True,
        )


def check_districts(data: Any, pack: Pack) -> Iterator[PackFault]:
    """Codes and names that mean two districts, retired codes among them."""
    yield from duplicates(data, "code", "name", "short_name")
    yield from overlaps(data)
    owners = {d["code"]: d["name"] for d in data}
    for i, district in enumerate(data):
        for former in district.get("formerly", ()):
            if former["code"] in owners:
                yield PackFault(
                    "duplicate_code",
                    _("The retired code %(code)s also stands for %(owner)s.")
                    % {"code": former["code"], "owner": owners[former["code"]]},
                    _("A retired code belongs to one district."),
                    entry=district["code"],
                    at=(i, "formerly"),
                )
            owners.setdefault(former["code"], district["name"])


def check_organizations(data: Any, pack: Pack) -> Iterator[PackFault]:
    """Names that mean two institutions, districts and wholes that are not there."""
    yield from duplicates(data, "code")
    yield from _names(data, pack)
    by_code = {o["code"]: o for o in data}
    for i, entry in enumerate(data):
        yield from _district(entry, "district", i, pack)
        part = entry.get("part_of")
        if part is not None and (part not in by_code or part == entry["code"] or by_code[part].get("part_of")):
            yield _bad_part_of(part, entry["code"], (i, "part_of"))
        for at, former in enumerate(entry.get("history", ())):
            part = former.get("part_of")
            if part is not None and (part not in by_code or part == entry["code"]):
                yield _bad_part_of(part, entry["code"], (i, "history", at, "part_of"))
            yield from _district(former, "district", i, pack, code=entry["code"], at=(i, "history", at, "district"))
    yield from successors(data)
    yield from overlaps(data)
    yield from closed_wholes(data)


def _bad_part_of(part: str, code: str, at: tuple[str | int, ...]) -> PackFault:
    return PackFault(
        "bad_part_of",
        _("%(code)s cannot be what this is part of.") % {"code": part},
        _("Name another institution of this file that is not itself a part."),
        entry=code,
        at=at,
    )


def check_streets(data: Any, pack: Pack) -> Iterator[PackFault]:
    """Codes that stand twice, districts that are not there."""
    yield from duplicates(data, "code")
    for i, street in enumerate(data):
        for key in ("district", "run_by"):
            yield from _district(street, key, i, pack)


def _names(data: Any, pack: Pack) -> Iterator[PackFault]:
    naming = pack.naming
    owners: dict[tuple[int, str], tuple[str, str]] = {}
    for i, entry in enumerate(data):
        for name in names_of(entry):
            keys = own_keys(name, naming)
            if not keys:
                yield PackFault(
                    "empty_name",
                    _("A name needs letters or figures."),
                    _("Write the name out."),
                    entry=entry["code"],
                    at=(i,),
                )
                continue
            taken = next((owners[key] for key in keys if key in owners and owners[key][0] != entry["code"]), None)
            if taken is not None:
                yield PackFault(
                    "name_means_two",
                    _("%(name)s already means %(owner)s.") % {"name": name, "owner": f"{taken[1]} ({taken[0]})"},
                    _("Leave the name to one institution."),
                    entry=entry["code"],
                    at=(i,),
                )
            for key in keys:
                owners.setdefault(key, (entry["code"], entry["name"]))


def _district(
    entry: Any, key: str, i: int, pack: Pack, *, code: str = "", at: tuple[str | int, ...] = ()
) -> Iterator[PackFault]:
    named, known = entry.get(key), {d["code"] for d in pack.section("districts", ())}
    if known and named and named not in known:
        yield PackFault(
            "district_unknown",
            _("No district has the code %(code)s.") % {"code": named},
            _("Use a code of districts.yaml."),
            entry=code or entry["code"],
            at=at or (i, key),
        )


SECTIONS = [
    # Who the city is, is written with the load as a whole.
    PackSection("city", CityFile, check_city, required=True, order=0),
    PackSection("districts", DistrictsFile, check_districts, load_districts, required=True, order=10),
    PackSection("organizations", OrganizationsFile, check_organizations, load_organizations, required=True, order=20),
    PackSection("streets", StreetsFile, check_streets, order=30),
]
