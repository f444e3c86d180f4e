"""Loading a city pack: one transaction, the same result however often it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory.events import PackLoaded
from jinling.foundation.directory.models import City
from jinling.foundation.directory.packs import check_pack, current_pack, read_pack
from jinling.foundation.directory.packs.checks import parts
from jinling.foundation.directory.packs.sections import sections
from jinling.foundation.directory.rules import AnotherCityLoaded, AnotherCityNamed, PackRefused
from jinling.foundation.directory.usecases.keys import one_at_a_time
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

    What the pack says otherwise than when it was last loaded stands afterwards; what staff changed and added stays.

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
