"""Institutions entered and changed by staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import queries
from jinling.foundation.directory.events import OrganizationRegistered
from jinling.foundation.directory.models import Kind, Level, Organization, OrganizationAlias, Ownership
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import (
    EARLIEST,
    AliasSource,
    BadEntry,
    DayImpossible,
    NameTaken,
    OrganizationClosed,
    Source,
    Told,
    name_key,
)
from jinling.foundation.directory.rules.timeline import always, changed, within
from jinling.foundation.directory.usecases.changes import change
from jinling.foundation.directory.usecases.keys import alias_row, found_by, free, must_be_code, one_at_a_time
from jinling.foundation.directory.usecases.planning import AHEAD
from jinling.foundation.directory.usecases.versions import believe, refresh
from jinling.foundation.directory.values import Change, Step
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
    opened: date | None = None,
    reason: str = "",
) -> Organization:
    """Enter an institution that the city pack does not know.

    Args:
        district, part_of: codes.
        aliases: other ways of writing the name.
        opened: the day on which it opens; left out, it always was.

    Raises:
        NameTaken: the code or one of the names belongs to another institution, or did.
        DayImpossible: it cannot open on that day.
        BadEntry: kind, ownership or level is none of the choices.
        BadName, BadCode: the code or a name cannot be read; the code is none that a pack could hold.
        DistrictUnknown, OrganizationUnknown: no such district or institution.
        OrganizationClosed: what it would be part of is closed on a day on which it is open.
    """
    _chosen("kind", kind, Kind.values)
    _chosen("ownership", ownership, Ownership.values)
    _chosen("level", level, ["", *Level.values])
    code = code.strip()
    must_be_code(code)
    one_at_a_time()
    now, today = timezone.now(), timezone.localdate()
    if opened is not None and not EARLIEST <= opened <= today + AHEAD:
        raise DayImpossible(where="opened", day=opened, first=EARLIEST, last=today + AHEAD)
    # Codes are read whatever their capitals, and never used again: closed institutions keep theirs.
    holder = Organization.objects.filter(code__iexact=code).first()
    if holder is not None:
        raise NameTaken(where="code", name=code, owner=f"{holder.name} ({holder.code})")
    free([name, name_en, *aliases], owner=None)
    whole = queries.get(part_of) if part_of else None
    if whole is not None:
        _is_open_since(whole, opened or EARLIEST)
    naming = queries.naming()
    pinyin, search = found_by(name, [name_en, *aliases], naming)
    last = Organization.objects.order_by("-position").values_list("position", flat=True).first()
    row = Organization.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        kind=kind,
        ownership=ownership,
        level=level,
        address=address,
        district=queries.district(district) if district else None,
        part_of=whole,
        position=(last or 0) + 1,
        active=opened is None or opened <= today,
        pinyin=pinyin,
        search=search,
    )
    told = Told(Source.STAFF, by.ref, reason)
    facts = {fact: getattr(row, fact) for fact in versions.FACTS}
    timeline = always({**facts, "active": opened is None}, told)
    believe({row.pk: timeline if opened is None else changed(timeline, {"active": True}, told, on=opened)}, now=now)
    rows = [alias_row(row, name, AliasSource.NAME), alias_row(row, name_en, AliasSource.NAME_EN)]
    rows += [alias_row(row, other, AliasSource.STAFF) for other in aliases]
    OrganizationAlias.objects.bulk_create({r.key: r for r in reversed(rows)}.values())
    audit.record(by=by, action="directory.register", target=f"Organization/{row.code}", organization=row.code)
    outbox.announce(OrganizationRegistered(code=row.code))
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
    free([name], owner=row)
    existing = row.aliases.filter(key=name_key(name)).first()
    if existing is not None:
        if existing.source == AliasSource.PACK:
            # Staff say so too: it stays when the pack says so no longer.
            existing.source = AliasSource.STAFF
            existing.save(update_fields=["source"])
        return existing
    added = alias_row(row, name, AliasSource.STAFF)
    added.save()
    refresh(row)
    audit.record(
        by=by,
        action="directory.alias",
        target=f"Organization/{row.code}",
        organization=row.code,
        detail={"alias": name},
    )
    return added


def rename(
    *, by: Actor, code: str, name: str, name_en: str | None = None, on: date | None = None, reason: str
) -> Organization:
    """Give an institution a new name from a day on (today); the old one stays an alias.

    Raises:
        Refused: see ``change``, which every verb below comes to.
    """
    values = {"name": name, **({"name_en": name_en} if name_en else {})}
    return change(by=by, change=Change(Step.RENAME, code, _day(on), values, reason=reason))


def move(*, by: Actor, code: str, district: str | None, on: date | None = None, reason: str) -> Organization:
    """An institution lies in another district (its code) from a day on: it moved, or borders did."""
    return change(by=by, change=Change(Step.MOVE, code, _day(on), {"district": district}, reason=reason))


def reown(*, by: Actor, code: str, ownership: str, on: date | None = None, reason: str) -> Organization:
    """An institution is somebody else's from a day on."""
    return change(by=by, change=Change(Step.REOWN, code, _day(on), {"ownership": ownership}, reason=reason))


def close(*, by: Actor, code: str, on: date | None = None, reason: str) -> Organization:
    """An institution takes part no longer from a day on: lists leave it out, its records, names and code stay."""
    return change(by=by, change=Change(Step.CLOSE, code, _day(on), reason=reason))


def reopen(*, by: Actor, code: str, on: date | None = None, reason: str) -> Organization:
    """An institution takes part again from a day on."""
    return change(by=by, change=Change(Step.REOPEN, code, _day(on), reason=reason))


def merge(*, by: Actor, code: str, others: Sequence[str], on: date | None = None, reason: str) -> Organization:
    """Others end on a day and go on as this one; what was part of them becomes part of it."""
    return change(by=by, change=Change(Step.MERGE, code, _day(on), others=tuple(others), reason=reason))


def split(
    *, by: Actor, code: str, others: Sequence[str], closes: bool = True, on: date | None = None, reason: str
) -> Organization:
    """Others, which are registered, take over from this one on a day; ``closes``: and it ends."""
    asked = Change(Step.SPLIT, code, _day(on), others=tuple(others), closes=closes, reason=reason)
    return change(by=by, change=asked)


def succeed(*, by: Actor, code: str, successor: str, on: date | None = None, reason: str) -> Organization:
    """Another one, which is registered, takes over from this one on a day, and this one ends."""
    return change(by=by, change=Change(Step.SUCCEED, code, _day(on), others=(successor,), reason=reason))


def correct(
    *, by: Actor, code: str, values: Mapping[str, Any], on: date, until: date | None = None, reason: str
) -> Organization:
    """What an institution was over a span was otherwise than it is believed; what was believed stays on record."""
    return change(by=by, change=Change(Step.CORRECT, code, on, values, until, reason=reason))


def _day(on: date | None) -> date:
    return on or timezone.localdate()


def _locked(code: str) -> Organization:
    return Organization.objects.select_for_update().get(pk=queries.get(code).pk)


def _is_open_since(whole: Organization, day: date) -> None:
    for piece in within(versions.timelines([whole.pk])[whole.pk], day, None):
        if not piece.facts["active"]:
            raise OrganizationClosed(where="part_of", organization=whole.name, day=max(piece.from_on, day))


def _chosen(field: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise BadEntry(where=field, value=repr(value), field=field, choices=", ".join(c for c in choices if c))
