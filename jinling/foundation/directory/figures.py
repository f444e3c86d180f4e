"""What figures are counted by: the city's institutions and districts, in print order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from jinling.foundation.directory import queries
from jinling.foundation.directory.packs import Pack
from jinling.kernel.figures import Dimension, Member


def _organizations(on: date) -> list[Member]:
    """Institutions, those that no longer take part too: earlier months print them."""
    rows = queries.organizations(active=None).select_related(None)
    return [
        Member(row.pk, row.code, row.name, row.name_en, {"ownership": row.ownership, "type": row.kind}) for row in rows
    ]


def _districts(on: date) -> list[Member]:
    return [Member(row.pk, row.code, row.name, row.name_en) for row in queries.districts()]


def _organizations_of(pack: Pack) -> Callable[[str], str | None] | None:
    if not pack.has("organizations"):
        return None
    names = {entry["code"]: str(entry["name"]) for entry in pack.section("organizations")}
    return lambda text: names.get(pack.find(text) or "")


def _districts_of(pack: Pack) -> Callable[[str], str | None] | None:
    if not pack.has("districts"):
        return None
    names: dict[str, str] = {}
    for entry in pack.section("districts"):
        retired = [former[key] for former in entry.get("formerly", ()) for key in ("code", "name")]
        for text in (entry["code"], entry["name"], entry.get("short_name"), *retired):
            names.setdefault(text, entry["name"])
    return names.get


DIMENSIONS = [
    Dimension("organization", _organizations, lambda text: queries.resolve(text).pk, _organizations_of),
    Dimension("district", _districts, lambda text: queries.district(text).pk, _districts_of),
]
