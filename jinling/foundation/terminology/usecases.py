"""Loading the terminology section of a city pack."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jinling.foundation.terminology.models import CodeSystem, CodeSystemVersion, Concept
from jinling.foundation.terminology.rules import VersionStands


@transaction.atomic
def load_terminology(data: Any, pack: Any) -> int:
    """Write the versions of a pack's code systems that are not there yet; returns how many systems the pack has.

    Versions that stand stay as they are, also those of which the pack knows no longer; the districts' codes are of no
    system but the one of which the pack says so. A version without a day of its own is in force since ever where it is
    the first, and otherwise from the day on which it comes in. The load as a whole is recorded by whoever loads the
    pack.

    Raises:
        VersionStands: a version that stands would get other codes.
    """
    for entry in data["code_systems"]:
        system, _made = CodeSystem.objects.update_or_create(
            code=entry["code"],
            defaults={
                "name": entry["name"],
                "name_en": entry["name_en"],
                "standard": entry.get("standard", ""),
                "oid": entry.get("oid") or "",
                "url": entry.get("url") or "",
                "of_districts": entry.get("of_districts", False),
            },
        )
        _load_version(system, entry)
    said = [entry["code"] for entry in data["code_systems"] if entry.get("of_districts")]
    CodeSystem.objects.filter(of_districts=True).exclude(code__in=said).update(of_districts=False)
    return len(data["code_systems"])


def _load_version(system: CodeSystem, entry: Any) -> None:
    said = [entry.get("from_on"), list(entry["concepts"].items())]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    basis = {"basis": entry["basis"], "source": entry.get("source", "")}
    standing = system.versions.filter(version=entry["version"]).first()
    if standing is not None:
        if standing.digest != digest:
            raise VersionStands(where=f"terminology.yaml: {system.code}", system=system.code, version=entry["version"])
        system.versions.filter(pk=standing.pk).update(**basis)
        return
    now = timezone.now()
    from_on = _day(entry.get("from_on")) or (timezone.localdate(now) if system.versions.exists() else None)
    version = CodeSystemVersion.objects.create(
        system=system, version=entry["version"], from_on=from_on, digest=digest, recorded_at=now, **basis
    )
    Concept.objects.bulk_create(
        Concept(version=version, code=code, position=place, **facts_of(word))
        for place, (code, word) in enumerate(entry["concepts"].items())
    )


def facts_of(word: str | dict[str, Any]) -> dict[str, Any]:
    """What a pack says of a code: its name alone, or keys."""
    words = word if isinstance(word, dict) else {"zh": word}
    return {
        "display": words["zh"],
        "display_en": words.get("en") or "",
        "from_on": _day(words.get("from_on")),
        "until_on": _day(words.get("until_on")),
        "replaced_by": words.get("replaced_by", []),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
