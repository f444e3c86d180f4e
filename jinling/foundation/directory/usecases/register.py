"""Institutions entered and changed by staff."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import queries
from jinling.foundation.directory.events import (
    OrganizationDeactivated,
    OrganizationRegistered,
    OrganizationRenamed,
)
from jinling.foundation.directory.models import Kind, Level, Organization, OrganizationAlias, Ownership
from jinling.foundation.directory.rules import AliasSource, BadEntry, NameTaken, name_key
from jinling.foundation.directory.usecases.keys import alias_row, found_by, must_be_readable, one_at_a_time
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor


@transaction.atomic
def register(
    *,
    by: Actor,
    code: str,
    name: str,
    name_en: str,
    kind: str,
    ownership: str,
    district: str | None = None,
    level: str = "",
    part_of: str | None = None,
    address: str = "",
    aliases: Sequence[str] = (),
) -> Organization:
    """Enter an institution that the city pack does not know.

    Args:
        district, part_of: codes.
        aliases: other ways of writing the name.

    Raises:
        NameTaken: the code or one of the names belongs to another institution.
        BadEntry: kind, ownership or level is none of the choices.
        BadName: the code or a name cannot be read.
        DistrictUnknown, OrganizationUnknown: no such district or institution.
    """
    _chosen("kind", kind, Kind.values)
    _chosen("ownership", ownership, Ownership.values)
    _chosen("level", level, ["", *Level.values])
    must_be_readable(code=code)
    one_at_a_time()
    holder = Organization.objects.filter(code=code.strip()).first()
    if holder is not None:
        raise NameTaken(where="code", name=code, owner=f"{holder.name} ({holder.code})")
    _free([name, name_en, *aliases], owner=None)
    naming = queries.naming()
    pinyin, search = found_by(name, [name_en, *aliases], naming)
    last = Organization.objects.order_by("-position").values_list("position", flat=True).first()
    row = Organization.objects.create(
        code=code.strip(),
        name=name,
        name_en=name_en,
        kind=kind,
        ownership=ownership,
        level=level,
        address=address,
        district=queries.district(district) if district else None,
        part_of=queries.get(part_of) if part_of else None,
        position=(last or 0) + 1,
        pinyin=pinyin,
        search=search,
    )
    rows = [alias_row(row, name, AliasSource.NAME, naming), alias_row(row, name_en, AliasSource.NAME_EN, naming)]
    rows += [alias_row(row, other, AliasSource.STAFF, naming) for other in aliases]
    OrganizationAlias.objects.bulk_create({r.key: r for r in reversed(rows)}.values())
    audit.record(by=by, action="directory.register", target=f"Organization/{row.code}", organization=row.code)
    outbox.announce(OrganizationRegistered(code=row.code))
    return row


@transaction.atomic
def rename(*, by: Actor, code: str, name: str, name_en: str | None = None) -> Organization:
    """Give an institution a new name; the old one stays an alias.

    Raises:
        OrganizationUnknown: no institution has the code.
        NameTaken: the name belongs to another institution.
        BadName: the name cannot be read.
    """
    one_at_a_time()
    row = _locked(code)
    old, naming = row.name, queries.naming()
    _free([name] + ([name_en] if name_en else []), owner=row)
    row.name, row.name_en = name, name_en or row.name_en
    row.aliases.filter(source=AliasSource.NAME).update(source=AliasSource.STAFF)
    if name_en:
        row.aliases.filter(source=AliasSource.NAME_EN).update(source=AliasSource.STAFF)
    rows = [alias_row(row, name, AliasSource.NAME, naming)] + (
        [alias_row(row, name_en, AliasSource.NAME_EN, naming)] if name_en else []
    )
    _write(rows)
    _refresh(row)
    audit.record(
        by=by,
        action="directory.rename",
        target=f"Organization/{row.code}",
        organization=row.code,
        detail={"old": old, "new": name},
    )
    outbox.announce(OrganizationRenamed(code=row.code, old=old, new=name))
    return row


@transaction.atomic
def alias(*, by: Actor, code: str, name: str) -> OrganizationAlias:
    """Let another way of writing mean an institution; the same alias twice is one alias.

    Raises:
        OrganizationUnknown: no institution has the code.
        NameTaken: the name means another institution.
        BadName: the name cannot be read.
    """
    one_at_a_time()
    row = _locked(code)
    _free([name], owner=row)
    existing = row.aliases.filter(key=name_key(name)).first()
    if existing is not None:
        return existing
    added = alias_row(row, name, AliasSource.STAFF, queries.naming())
    added.save()
    _refresh(row)
    audit.record(
        by=by,
        action="directory.alias",
        target=f"Organization/{row.code}",
        organization=row.code,
        detail={"alias": name},
    )
    return added


@transaction.atomic
def deactivate(*, by: Actor, code: str) -> Organization:
    """An institution takes part no longer: lists leave it out, its records and names stay.

    Raises:
        OrganizationUnknown: no institution has the code.
    """
    row = _locked(code)
    if row.active:
        row.active = False
        row.save(update_fields=["active"])
        audit.record(by=by, action="directory.deactivate", target=f"Organization/{row.code}", organization=row.code)
        outbox.announce(OrganizationDeactivated(code=row.code))
    return row


@transaction.atomic
def activate(*, by: Actor, code: str) -> Organization:
    """An institution takes part again.

    Raises:
        OrganizationUnknown: no institution has the code.
    """
    row = _locked(code)
    if not row.active:
        row.active = True
        row.save(update_fields=["active"])
        audit.record(by=by, action="directory.activate", target=f"Organization/{row.code}", organization=row.code)
    return row


def _locked(code: str) -> Organization:
    return Organization.objects.select_for_update().get(pk=queries.get(code).pk)


def _chosen(field: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise BadEntry(where=field, value=repr(value), field=field, choices=", ".join(c for c in choices if c))


def _free(names: Sequence[str], *, owner: Organization | None) -> None:
    for name in names:
        must_be_readable(name=name)
    taken = OrganizationAlias.objects.filter(key__in=[name_key(n) for n in names]).select_related("organization")
    for row in taken:
        if owner is None or row.organization_id != owner.pk:
            raise NameTaken(where="name", name=row.name, owner=f"{row.organization.name} ({row.organization.code})")


def _write(rows: Sequence[OrganizationAlias]) -> None:
    OrganizationAlias.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["name", "variant", "loose", "source"]
    )


def _refresh(row: Organization) -> None:
    others = list(row.aliases.exclude(source=AliasSource.NAME).order_by("id").values_list("name", flat=True))
    row.pinyin, row.search = found_by(row.name, others, queries.naming())
    row.save(update_fields=["name", "name_en", "pinyin", "search"])
