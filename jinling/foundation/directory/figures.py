"""What figures are counted by: the city's institutions and districts, in print order."""

from __future__ import annotations

from datetime import date

from jinling.foundation.directory import queries
from jinling.foundation.directory.packs import Pack
from jinling.foundation.directory.queries import versions
from jinling.kernel.figures import NOT_THERE, Declared, Dimension, Member


def _organizations(on: date) -> list[Member]:
    """Institutions as they were on a day; those that were not open then are marked, for they may have figures."""
    districts = {pk: district.code for pk, district in versions.districts_as_of(on).items()}
    return [
        Member(
            one.pk,
            one.code,
            one.name,
            one.name_en,
            {"ownership": one.ownership, "type": one.kind, "district": districts.get(one.district or 0, "")},
            frozenset() if one.active else frozenset({NOT_THERE}),
        )
        for one in versions.as_of(on).values()
    ]


def _districts(on: date) -> list[Member]:
    return [Member(one.pk, one.code, one.name, one.name_en) for one in versions.districts_as_of(on).values()]


def _organizations_of(pack: Pack) -> Declared | None:
    if not pack.has("organizations"):
        return None
    return Declared({entry["code"]: str(entry["name"]) for entry in pack.section("organizations")}, pack.find)


def _districts_of(pack: Pack) -> Declared | None:
    if not pack.has("districts"):
        return None
    codes: dict[str, str] = {}
    entries = pack.section("districts")
    for entry in entries:
        retired = [former[key] for former in entry.get("formerly", ()) for key in ("code", "name")]
        for text in (entry["code"], entry["name"], entry.get("short_name"), *retired):
            codes.setdefault(text, entry["code"])
    return Declared({entry["code"]: entry["name"] for entry in entries}, codes.get)


DIMENSIONS = [
    Dimension(
        "organization",
        _organizations,
        lambda text, on: queries.resolve(text, on).pk,
        _organizations_of,
        groups=("ownership", "type", "district"),
    ),
    Dimension("district", _districts, lambda text, on: queries.district(text, on).pk, _districts_of),
]
