"""Lookups of codes and words, as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from jinling.foundation.terminology.models import CodeSystem, CodeSystemVersion, Concept
from jinling.foundation.terminology.rules import (
    CodeNotInForce,
    CodeSystemUnknown,
    CodeUnknown,
    Meaning,
    VersionUnknown,
    chosen,
    listed,
    names_of,
    place_in_force,
    uri_of,
    written,
)


def code_systems() -> QuerySet[CodeSystem]:
    """Every code system, with its versions in the order of their beginning."""
    return CodeSystem.objects.prefetch_related("versions")


def code_system(name: str) -> CodeSystem:
    """The code system of that code, name, standard (with or without its year), OID or URL, however it is written.

    Raises:
        CodeSystemUnknown: there is none.
    """
    rows, key = list(code_systems()), written(name)
    for row in rows:
        versions = [one.version for one in row.versions.all()]
        if key in names_of(row.code, (row.name, row.name_en, row.oid, row.url), row.standard, versions):
            return row
    raise CodeSystemUnknown(system=name[:60], choices=listed([row.code for row in rows]))


def version_in_force(system: CodeSystem, on: date | None = None) -> CodeSystemVersion:
    """The version of a system that is in force on a day, without one today; the first one also before its own day."""
    versions = list(system.versions.all())
    return versions[place_in_force([one.from_on for one in versions], on or timezone.localdate())]


def version_of(system: CodeSystem, version: str) -> CodeSystemVersion:
    """The version of a system that is called so, however it is written.

    Raises:
        VersionUnknown: there is none.
    """
    versions = list(system.versions.all())
    for one in versions:
        if written(one.version) == written(version):
            return one
    raise VersionUnknown(system=system.code, version=version[:60], choices=listed([one.version for one in versions]))


def look_up(
    code: str, system: str, *, on: date | None = None, language: str | None = None, version: str = ""
) -> Meaning:
    """What a code is called on a day; today's meaning of a code that is retired is refused.

    Args:
        system: the system's code, name, standard, OID or URL.
        on: the day of the record in which the code stands; without it today.
        version: what the code is called there instead of in the version of the day; without ``on`` also one that it
            lists as retired.
        language: ``en`` or ``zh-hans``; None is the reader's. A missing word falls back to the other language.

    Raises:
        CodeSystemUnknown, CodeUnknown: no such system, or none of its versions (or not the one asked for) holds the
            code.
        VersionUnknown: the system has no such version.
        CodeNotInForce: the code is retired, or not yet used, on that day; says when it is and what replaced it.
    """
    held, day = code_system(system), on or timezone.localdate()
    if version:
        return _in_version(held, version_of(held, version), code, on, language)
    found = _known([code], held, day, language)
    if code in found:
        return found[code]
    raise _absent(held, code, day)


def codes_in_force(system: str, *, on: date | None = None, language: str | None = None) -> list[Meaning]:
    """The codes of a system on a day, in the system's order.

    Raises:
        CodeSystemUnknown: there is no such system.
    """
    held, day = code_system(system), on or timezone.localdate()
    version = version_in_force(held, day)
    found = [_meaning(held, version, row, language) for row in version.concepts.all()]
    return [one for one in found if one.holds(day)]


def districts(codes: Iterable[str], *, on: date | None = None) -> dict[str, Meaning]:
    """What codes of districts are called on a day, of this city and of others; nothing where no system has them."""
    wanted = set(codes) - {""}
    held = code_systems().filter(of_districts=True).first() if wanted else None
    return _known(wanted, held, on or timezone.localdate()) if held else {}


def _known(codes: Iterable[str], held: CodeSystem, on: date, language: str | None = None) -> dict[str, Meaning]:
    version = version_in_force(held, on)
    found = [_meaning(held, version, row, language) for row in version.concepts.filter(code__in=set(codes))]
    return {one.code: one for one in found if one.holds(on)}


def _in_version(
    held: CodeSystem, version: CodeSystemVersion, code: str, on: date | None, language: str | None
) -> Meaning:
    row = version.concepts.filter(code=code).first()
    if row is None:
        choices = list(version.concepts.values_list("code", flat=True))
        raise CodeUnknown(system=f"{held.code} {version.version}", value=code[:60], choices=listed(choices))
    found = _meaning(held, version, row, language)
    if on is not None and not found.holds(on):
        raise _absent(held, code, on)
    return found


def _meaning(system: CodeSystem, version: CodeSystemVersion, row: Concept, language: str | None) -> Meaning:
    return Meaning(
        system=system.code,
        uri=uri_of(system.code, system.oid, system.url),
        version=version.version,
        code=row.code,
        name=row.display,
        display=chosen(row.display, row.display_en, language or get_language() or ""),
        from_on=row.from_on,
        until_on=row.until_on,
        replaced_by=tuple(row.replaced_by),
    )


def _absent(system: CodeSystem, code: str, on: date) -> CodeNotInForce | CodeUnknown:
    """Why a code has no meaning on a day: its system uses it at another time, or never."""
    rows = {row.version_id: row for row in Concept.objects.filter(version__system=system, code=code)}
    if not rows:
        choices = [one.code for one in codes_in_force(system.code, on=on)]
        return CodeUnknown(system=system.code, value=code[:60], choices=listed(choices))
    versions = list(system.versions.all())
    first, until, replaced_by = None, None, []
    for place, version in enumerate(versions):
        row = rows.get(version.pk)
        if row is None:
            continue
        following = versions[place + 1].from_on if place + 1 < len(versions) else None
        first = first or row.from_on or version.from_on
        until = row.until_on or following
        replaced_by = row.replaced_by
    return CodeNotInForce(
        system=system.code,
        value=code,
        day=on,
        first=first or "-",
        until=until or "-",
        replaced_by=listed(replaced_by),
    )
