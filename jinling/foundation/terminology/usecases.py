"""Loading the terminology section of a city pack."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from jinling.foundation.terminology.models import CodeSystem, Concept, ConceptMap, ValueSet


@transaction.atomic
def load_terminology(data: Any, pack: Any) -> int:
    """Write a pack's code systems, value sets and maps; returns how many of them it has.

    A code that the pack drops becomes inactive; value sets and maps that it drops are taken away, because
    nothing is recorded under them. The load as a whole is recorded by whoever loads the pack.
    """
    systems = _systems(data["code_systems"])
    _concepts(data["code_systems"], systems)
    value_sets = [
        ValueSet(
            code=v["code"], name=v["name"], name_en=v["name_en"], system=systems[v["system"]], include=v.get("include")
        )
        for v in data.get("value_sets", ())
    ]
    ValueSet.objects.exclude(code__in=[v.code for v in value_sets]).delete()
    ValueSet.objects.bulk_create(
        value_sets,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "system", "include"],
    )
    maps = [
        ConceptMap(code=m["code"], source=systems[m["source"]], target=systems[m["target"]], mappings=m["mappings"])
        for m in data.get("concept_maps", ())
    ]
    ConceptMap.objects.exclude(code__in=[m.code for m in maps]).delete()
    ConceptMap.objects.bulk_create(
        maps, update_conflicts=True, unique_fields=["code"], update_fields=["source", "target", "mappings"]
    )
    return len(systems) + len(value_sets) + len(maps)


def _systems(data: Any) -> dict[str, CodeSystem]:
    rows = [
        CodeSystem(
            code=s["code"],
            name=s["name"],
            name_en=s["name_en"],
            standard=s.get("standard", ""),
            oid=s.get("oid") or "",
            url=s.get("url") or "",
            basis=s["basis"],
        )
        for s in data
    ]
    CodeSystem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "standard", "oid", "url", "basis"],
    )
    return {row.code: row for row in CodeSystem.objects.filter(code__in=[s["code"] for s in data])}


def _concepts(data: Any, systems: dict[str, CodeSystem]) -> None:
    rows = []
    for entry in data:
        for i, (code, word) in enumerate(entry["concepts"].items()):
            words = word if isinstance(word, dict) else {"zh": word, "en": ""}
            rows.append(
                Concept(
                    system=systems[entry["code"]],
                    code=code,
                    display=words["zh"],
                    display_en=words["en"],
                    position=i,
                    active=True,
                )
            )
    kept = Concept.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["system", "code"],
        update_fields=["display", "display_en", "position", "active"],
    )
    Concept.objects.filter(active=True).exclude(pk__in=[row.pk for row in kept]).update(active=False)
