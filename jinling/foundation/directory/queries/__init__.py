"""Reads of the directory."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from jinling.foundation.directory.models import City, District, Organization, OrganizationAlias, Practitioner
from jinling.foundation.directory.packs import current_pack
from jinling.foundation.directory.packs.sections import sections as declared
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import (
    AmbiguousOrganization,
    AnotherCityLoaded,
    AnotherClockLoaded,
    DistrictAmbiguous,
    DistrictUnknown,
    Naming,
    OrganizationMissing,
    Spelling,
    Spellings,
    name_key,
    search_key,
    sounds,
    strict,
    unknown_organization,
)
from jinling.foundation.directory.rules.spellings import LONGEST
from jinling.kernel.actor import Actor


def is_loaded() -> bool:
    """Whether a city pack is loaded and every context has read its section of it.

    After an upgrade a new context's section may still be missing; loading again brings it in.
    """
    sections = City.objects.values_list("sections", flat=True).first()
    return sections is not None and {s.name for s in declared() if s.load is not None} <= set(sections)


def city() -> City | None:
    """The loaded city, or None before a pack is loaded."""
    return City.objects.first()


def ensure_own_city() -> None:
    """Refuse a database that was filled for another city, or on another clock, than this process runs for.

    Raises:
        AnotherCityLoaded: its city is not the one of the pack that JINLING_CITY names.
        AnotherClockLoaded: its city kept another time zone when it was loaded.
    """
    loaded, named = city(), current_pack().city
    if loaded is None:
        return
    if loaded.code != named["code"]:
        raise AnotherCityLoaded(
            where="JINLING_CITY",
            loaded=f"{loaded.name} ({loaded.code})",
            asked=f"{named['name']} ({named['code']})",
        )
    if loaded.time_zone != settings.TIME_ZONE:
        raise AnotherClockLoaded(where="JINLING_CITY", loaded=loaded.time_zone, asked=settings.TIME_ZONE)


def naming() -> Naming:
    """How names may differ in the loaded city; empty before a pack is loaded."""
    return Naming.of(City.objects.values_list("naming", flat=True).first(), District.objects.values("name", "formerly"))


def resolve(name: str, on: date | None = None) -> Organization:
    """The institution that a code, name or alias means.

    Width, case, spaces, silent punctuation, character variants, marks on letters and the way in which numbers are
    written do not matter. A prefix that the city pack calls omissible may be missing where the rest says more than
    what kind of institution it is, and no other institution's name ends in the same words.

    Args:
        on: a name that another institution has today means whoever was called so on that day.

    Raises:
        OrganizationUnknown: nothing is written so; ``candidates`` lists what comes near.
        AmbiguousOrganization: the name fits several institutions.
    """
    return resolve_many([name], on)[name]


def resolve_many(names: Iterable[str], on: date | None = None) -> dict[str, Organization]:
    """``resolve`` for many names; the usual case costs one query for all of them.

    Raises:
        OrganizationUnknown, AmbiguousOrganization: the first name that means none or several.
    """
    wanted: dict[str, str] = {}
    for name in names:
        if len(name) > LONGEST:
            raise unknown_organization(name, [])
        wanted[name] = name_key(name)
    keys = {key for key in wanted.values() if key}
    rows = OrganizationAlias.objects.filter(key__in=keys).select_related("organization__district")
    by_key = {row.key: row for row in rows}
    called = {} if on is None else _called(on)
    found: dict[str, Organization] = {}
    spellings: Spellings[int] | None = None
    for name, key in wanted.items():
        row = by_key.get(key)
        # The key knows no punctuation; some says something.
        exact = row.organization if row is not None and strict(row.name) == strict(name) else None
        then = called.get(strict(name))
        if then is not None and (exact is None or exact.pk != then):
            exact = Organization.objects.select_related("district", "part_of").get(pk=then)
        organization = exact or _by_code(unicodedata.normalize("NFKC", name), exactly=False)
        if organization is None:
            spellings = spellings or _spellings(called)
            organization = _loosely(name, spellings)
        found[name] = organization
    return found


def get(code: str) -> Organization:
    """The institution of that code.

    Raises:
        OrganizationUnknown: there is none.
    """
    organization = _by_code(code)
    if organization is None:
        raise unknown_organization(code, [])
    return organization


def own(by: Actor) -> Organization:
    """The institution for which an actor works.

    Raises:
        OrganizationMissing: the account names none, or one that is not registered.
    """
    found = _by_code(by.organization) if by.organization else None
    if found is None:
        raise OrganizationMissing(where="organization")
    return found


_codes: dict[int, str] = {}


def codes(ids: Iterable[int]) -> dict[int, str]:
    """Codes of institutions by id. A code never changes, so each is read once a process."""
    wanted = set(ids)
    if missing := wanted - _codes.keys():
        _codes.update(Organization.objects.filter(pk__in=missing).values_list("pk", "code"))
    return {pk: _codes[pk] for pk in wanted if pk in _codes}


def organizations(
    *, kind: str | None = None, district: str | None = None, ownership: str | None = None, active: bool | None = True
) -> QuerySet[Organization]:
    """Institutions in print order, with their district.

    Args:
        kind: one of ``models.Kind``.
        district: a district's code.
        ownership: one of ``models.Ownership``.
        active: None lists those that no longer take part too.
    """
    rows = Organization.objects.select_related("district", "part_of")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if district is not None:
        rows = rows.filter(district__code=district)
    if ownership is not None:
        rows = rows.filter(ownership=ownership)
    return rows if active is None else rows.filter(active=active)


def search(text: str, *, kind: str | None = None, limit: int = 20, active: bool | None = True) -> list[Organization]:
    """Institutions whose name of any day, alias, pinyin or initials hold ``text``; those that
    hold it as a whole word first, then in print order.

    Chinese text may stand anywhere in a name; pinyin, initials and Latin words begin at a syllable. Marks on letters do
    not matter.

    Args:
        active: None finds those that are closed too.
    """
    condition = _searched(text)
    if condition is None:
        return []
    key = search_key(text)
    rows = organizations(kind=kind, active=active).filter(condition)

    def closeness(row: Organization) -> tuple[bool, int]:
        return f" {key} " not in row.search, row.position

    return sorted(rows, key=closeness)[:limit]


def districts() -> QuerySet[District]:
    """Districts in print order."""
    return District.objects.all()


def district(code_or_name: str, on: date | None = None) -> District:
    """The district of that code or name; a retired code gives the district that now holds its area, a name that one
    district alone ever had gives that one.

    Args:
        on: what was the name of a district on that day means that one before all others.

    Raises:
        DistrictUnknown: there is none.
        DistrictAmbiguous: several are called so.
    """
    text = code_or_name.strip()
    rows = {row.pk: row for row in District.objects.all()}
    then = versions.districts_as_of(on).values() if on is not None else ()
    for meant in (
        [one.pk for one in then if text == one.name],
        [one.pk for one in then if text == one.short_name != ""],
        [pk for pk, row in rows.items() if text == row.code],
        [pk for pk, row in rows.items() if text == row.name],
        [pk for pk, row in rows.items() if text == row.short_name != ""],
        [pk for pk, row in rows.items() if any(text in (one["code"], one["name"]) for one in row.formerly)],
    ):
        if len(meant) > 1:
            raise DistrictAmbiguous(
                district=text, candidates=[{"code": rows[pk].code, "name": rows[pk].name} for pk in meant]
            )
        if meant:
            return rows[meant[0]]
    if (former := versions.district_once_called(text)) is not None:
        return rows[former]
    raise DistrictUnknown(district=text[:60])


def practitioners(
    *, organization: str | None = None, text: str = "", active: bool | None = True
) -> QuerySet[Practitioner]:
    """Practitioners by institution code and by name, pinyin or initials, sorted by pinyin."""
    rows = Practitioner.objects.select_related("organization")
    if organization is not None:
        rows = rows.filter(organization__code=organization)
    if active is not None:
        rows = rows.filter(active=active)
    if text:
        condition = _searched(text)
        rows = rows.none() if condition is None else rows.filter(condition)
    return rows


def _called(on: date) -> dict[str, int]:
    """Whose each name was on a day; what two were called is left to what holds today."""
    owners: dict[str, set[int]] = {}
    for one in versions.as_of(on).values():
        for name in (one.name, one.name_en):
            owners.setdefault(strict(name), set()).add(one.pk)
    return {name: next(iter(pks)) for name, pks in owners.items() if len(pks) == 1}


def _by_code(code: str, *, exactly: bool = True) -> Organization | None:
    text = code.strip()
    if not text or "\0" in text:
        return None
    rows = Organization.objects.select_related("district", "part_of")
    if exactly:
        return rows.filter(code=text).first()
    found = list(rows.filter(code__iexact=text)[:3])
    return next((row for row in found if row.code == text), found[0] if len(found) == 1 else None)


def _loosely(name: str, spellings: Spellings[int]) -> Organization:
    """The last resort for a name that is written in no known way."""
    meant = spellings.meant(name)
    if len(meant) == 1:
        return Organization.objects.select_related("district", "part_of").get(pk=meant[0])
    if meant:
        raise AmbiguousOrganization(name=name, candidates=_candidates(meant))
    raise unknown_organization(name, _candidates(spellings.near(name, _sounded)))


def _candidates(ids: list[int]) -> list[dict[str, str]]:
    rows = Organization.objects.in_bulk(ids)
    return [{"code": rows[pk].code, "name": rows[pk].name} for pk in ids]


def _sounded(key: str) -> list[tuple[str, int]]:
    found = Organization.objects.filter(search__contains=f" {key}").values_list("pk", flat=True)
    whole = Organization.objects.values_list("pinyin", "pk")
    return [(key, pk) for pk in found] + [(way, pk) for pinyin, pk in whole for way in sounds(pinyin)]


_latest: tuple[list[tuple[str, int]], Naming, Spellings[int]] | None = None


def _spellings(called: Mapping[str, int]) -> Spellings[int]:
    """All ways in which institutions are written; put together anew only when a name or the city's rules changed.

    Args:
        called: whose a name was on the day that is asked for, where that may have been another's.
    """
    global _latest
    rows = OrganizationAlias.objects.order_by("organization__position", "id").values_list("name", "organization_id")
    written = [(name, called.get(strict(name), pk)) for name, pk in rows] if called else list(rows)
    rules = naming()
    if _latest is None or _latest[:2] != (written, rules):
        _latest = (written, rules, Spellings([Spelling(*pair) for pair in written], rules))
    return _latest[2]


def _searched(text: str) -> Q | None:
    key = search_key(text)
    if not key:
        return None
    return Q(search__contains=f" {key}" if key.isascii() else key)
