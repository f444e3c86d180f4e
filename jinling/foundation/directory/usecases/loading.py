"""Loading a city pack: one transaction, the same result however often it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory.events import PackLoaded
from jinling.foundation.directory.models import City, District, Organization, OrganizationAlias
from jinling.foundation.directory.packs import Pack, check_pack, current_pack, read_pack
from jinling.foundation.directory.packs.checks import parts
from jinling.foundation.directory.packs.sections import sections
from jinling.foundation.directory.rules import AliasSource, AnotherCityLoaded, AnotherCityNamed, NameTaken, PackRefused
from jinling.foundation.directory.usecases.keys import alias_row, found_by, one_at_a_time
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load wrote: entries by section, in the order of loading."""

    city: str
    name: str
    digest: str
    sections: dict[str, int]


@transaction.atomic
def load_pack(path: str | Path | None = None, *, by: Actor) -> LoadReport:
    """Load a city pack; every context reads its own section.

    What the pack says stands afterwards, whatever stood before; what staff added beside it stays.

    Args:
        path: a packaged name or a folder; None is the pack that JINLING_CITY names.

    Raises:
        PackRefused: the pack has problems; nothing is loaded.
        AnotherCityLoaded: the database belongs to another city.
        AnotherCityNamed: JINLING_CITY names another city, or one that keeps another clock.
        PackUnknown: there is no such pack.
    """
    pack = current_pack() if path is None else read_pack(path)
    problems = check_pack(pack)
    if problems:
        raise PackRefused(where=pack.name, count=len(problems), problems=[str(p) for p in problems])
    one_at_a_time()
    entry = pack.city
    loaded = City.objects.exclude(code=entry["code"]).first()
    if loaded is not None:
        raise AnotherCityLoaded(
            where=pack.name, loaded=f"{loaded.name} ({loaded.code})", asked=f"{entry['name']} ({entry['code']})"
        )
    named = current_pack().city
    if (entry["code"], entry["timezone"]) != (named["code"], settings.TIME_ZONE):
        raise AnotherCityNamed(
            where=pack.name,
            named=f"{named['name']} ({named['code']}, {settings.TIME_ZONE})",
            asked=f"{entry['name']} ({entry['code']}, {entry['timezone']})",
        )
    digest = pack.digest()
    City.objects.update_or_create(
        code=entry["code"],
        defaults={
            "name": entry["name"],
            "name_en": entry["name_en"],
            "time_zone": entry["timezone"],
            "hotline": entry.get("hotline", ""),
            "naming": entry.get("naming", {}),
            "digest": digest,
            "loaded_at": timezone.now(),
        },
    )
    written = {
        section.name: sum(section.load(pack.section(name), pack) for name in parts(pack, section))
        for section in sections()
        if section.load is not None
    }
    City.objects.update(sections=written)
    audit.record(
        by=by,
        action="directory.load_pack",
        target=f"City/{entry['code']}",
        detail={"pack": pack.name, "digest": digest, "sections": written},
    )
    outbox.announce(PackLoaded(city=entry["code"], digest=digest))
    return LoadReport(city=entry["code"], name=entry["name"], digest=digest, sections=written)


def load_districts(data: Any, pack: Pack) -> int:
    """Write the districts of a pack; returns how many the pack has."""
    rows = [
        District(
            code=d["code"],
            name=d["name"],
            name_en=d["name_en"],
            short_name=d.get("short_name", ""),
            local=d.get("local", False),
            formerly=d.get("formerly", []),
            position=i,
        )
        for i, d in enumerate(data)
    ]
    District.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "short_name", "local", "formerly", "position"],
    )
    return len(rows)


def load_organizations(data: Any, pack: Pack) -> int:
    """Write the institutions of a pack and their aliases; returns how many the pack has.

    Raises:
        NameTaken: a name of the pack was given to another institution by staff.
    """
    naming = pack.naming
    districts = {d.code: d for d in District.objects.all()}
    rows = []
    for i, o in enumerate(data):
        pinyin, search = found_by(o["name"], _others(o), naming, o.get("pinyin", ()))
        rows.append(
            Organization(
                code=o["code"],
                name=o["name"],
                name_en=o["name_en"],
                kind=o["kind"],
                ownership=o["ownership"],
                level=o.get("level") or "",
                district=districts.get(o.get("district") or ""),
                address=o.get("address", ""),
                lng=o.get("lng"),
                lat=o.get("lat"),
                crs=o.get("crs") or "",
                active=o.get("active", True),
                position=i,
                pinyin=pinyin,
                search=search,
            )
        )
    Organization.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name",
            "name_en",
            "kind",
            "ownership",
            "level",
            "district",
            "address",
            "lng",
            "lat",
            "crs",
            "active",
            "position",
            "pinyin",
            "search",
        ],
    )
    stored = {row.code: row for row in Organization.objects.filter(code__in=[o["code"] for o in data])}
    for o in data:
        part_of = stored.get(o.get("part_of") or "")
        if stored[o["code"]].part_of_id != (part_of.pk if part_of else None):
            stored[o["code"]].part_of = part_of
            stored[o["code"]].save(update_fields=["part_of"])
    _write_aliases(data, stored, pack)
    return len(rows)


def _others(entry: dict[str, Any]) -> list[str]:
    return [entry["name_en"], *entry.get("aliases", ())]


def _write_aliases(data: Any, stored: dict[str, Organization], pack: Pack) -> None:
    naming = pack.naming
    wanted: dict[str, OrganizationAlias] = {}
    for o in data:
        for source, names in (
            (AliasSource.NAME, [o["name"]]),
            (AliasSource.NAME_EN, [o["name_en"]]),
            (AliasSource.PACK, o.get("aliases", ())),
        ):
            for name in names:
                row = alias_row(stored[o["code"]], name, source, naming)
                wanted.setdefault(row.key, row)
    ours = OrganizationAlias.objects.filter(organization__in=stored.values()).exclude(source=AliasSource.STAFF)
    ours.exclude(key__in=wanted).delete()
    for taken in OrganizationAlias.objects.filter(key__in=wanted).select_related("organization"):
        owner = wanted[taken.key].organization
        if taken.organization_id != owner.pk and taken.source == AliasSource.STAFF:
            raise NameTaken(
                where=f"organizations.yaml: {owner.code}",
                name=taken.name,
                owner=f"{taken.organization.name} ({taken.organization.code})",
            )
    OrganizationAlias.objects.bulk_create(
        wanted.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["organization", "name", "variant", "loose", "source"],
    )
