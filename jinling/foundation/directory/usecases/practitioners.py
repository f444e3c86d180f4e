"""Practitioners of institutions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import queries
from jinling.foundation.directory.models import Organization, Practitioner
from jinling.foundation.directory.rules import readings, search_text
from jinling.foundation.directory.usecases.keys import must_be_readable
from jinling.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PractitionerEntry:
    """A practitioner as an institution reports one. ``organization`` is the institution's code."""

    organization: str
    code: str
    name: str
    title: str = ""
    active: bool = True


@transaction.atomic
def register_practitioners(*, by: Actor, practitioners: Iterable[PractitionerEntry]) -> list[Practitioner]:
    """Enter or update practitioners; the same entries again change nothing. Order is kept.

    Raises:
        OrganizationUnknown: an entry names no institution's code; nothing is written.
        BadName: a code or name cannot be read; nothing is written.
    """
    entries = {(e.organization, e.code): e for e in practitioners}
    owners = {o.code: o for o in Organization.objects.filter(code__in={e.organization for e in entries.values()})}
    rows = []
    for entry in entries.values():
        must_be_readable(code=entry.code, name=entry.name)
        owner = owners.get(entry.organization) or queries.get(entry.organization)
        sounded = readings(entry.name, surname=True)
        rows.append(
            Practitioner(
                organization=owner,
                code=entry.code,
                name=entry.name,
                title=entry.title,
                active=entry.active,
                pinyin=sounded[0] if sounded else "",
                search=search_text([entry.name], sounded),
            )
        )
    # Written in one order by everybody, so that two reports at once wait and do not lock each other out.
    rows.sort(key=lambda row: (row.organization.code, row.code))
    written = Practitioner.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["organization", "code"],
        update_fields=["name", "title", "active", "pinyin", "search"],
    )
    by_key = {(row.organization.code, row.code): row for row in written}
    counts: dict[str, int] = {}
    for organization, _code in entries:
        counts[organization] = counts.get(organization, 0) + 1
    audit.record_many(
        by=by,
        acts=[
            audit.Act(
                "directory.register_practitioners",
                target=f"Organization/{code}",
                organization=code,
                detail={"practitioners": count},
            )
            for code, count in counts.items()
        ],
    )
    return [by_key[key] for key in entries]
