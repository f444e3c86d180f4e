"""Districts and institutions as the city pack tells them: what it changed since it last spoke is taken over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from jinling.foundation.directory.models import District, Organization, OrganizationAlias, Succession
from jinling.foundation.directory.packs import Pack
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import AliasSource, NameTaken, Passage, Source, name_key, told
from jinling.foundation.directory.rules.timeline import Piece, Timeline, taken_over
from jinling.foundation.directory.usecases.keys import alias_row
from jinling.foundation.directory.usecases.versions import (
    believe,
    believe_districts,
    refresh,
    write_columns,
    write_district_columns,
)


def load_districts(data: Any, pack: Pack) -> int:
    """Take over the districts of a pack; returns how many the pack has."""
    today = timezone.localdate()
    stands = {row.code: row for row in District.objects.all()}
    says: dict[str, Timeline] = {}
    rows = []
    for i, d in enumerate(data):
        values = {"name": d["name"], "name_en": d["name_en"], "short_name": d.get("short_name", "")}
        last = stands[d["code"]].packed if d["code"] in stands else None
        says[d["code"]] = told.stated(d, values, last, today=today)
        given = {"local": d.get("local", False), "formerly": d.get("formerly", [])}
        rows.append(District(code=d["code"], position=i, packed=told.kept(says[d["code"]]), **given, **values))
    District.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["local", "formerly", "position", "packed"],
    )
    written = {row.code: row for row in District.objects.filter(code__in=says)}
    ours = versions.district_timelines(row.pk for row in written.values())
    believe_districts(
        {
            written[code].pk: _with(ours.get(written[code].pk), stands.get(code), says[code], lambda facts: facts)
            for code in says
        },
        now=timezone.now(),
    )
    write_district_columns(today)
    return len(rows)


def load_organizations(data: Any, pack: Pack) -> int:
    """Take over the institutions of a pack and their aliases; returns how many the pack has.

    Raises:
        NameTaken: a name of the pack was given to another institution by staff.
    """
    today = timezone.localdate()
    districts = dict(District.objects.values_list("code", "pk"))
    stands = {row.code: row for row in Organization.objects.all()}
    says: dict[str, Timeline] = {}
    rows = []
    for i, o in enumerate(data):
        plain = {
            "name": o["name"],
            "name_en": o["name_en"],
            "kind": o["kind"],
            "ownership": o["ownership"],
            "level": o.get("level") or "",
            "active": o.get("active", True),
        }
        values = {**plain, "district": o.get("district"), "part_of": o.get("part_of")}
        last = stands[o["code"]].packed if o["code"] in stands else None
        says[o["code"]] = told.stated(o, values, last, today=today)
        place = {"lng": o.get("lng"), "lat": o.get("lat"), "crs": o.get("crs") or "", "address": o.get("address", "")}
        row = Organization(
            code=o["code"], position=i, pinyin="", search="", packed=told.kept(says[o["code"]]), **place, **plain
        )
        rows.append(row)
    Organization.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["address", "lng", "lat", "crs", "position", "packed"],
    )
    codes = dict(Organization.objects.values_list("code", "pk"))

    def by_id(facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of a pack, which names districts and institutions by code, as versions hold them."""
        plain = {name: value for name, value in facts.items() if name not in ("district", "part_of")}
        places = {
            "district_id": districts.get(facts["district"] or ""),
            "part_of_id": codes.get(facts["part_of"] or ""),
        }
        return {name: {**plain, **places}[name] for name in versions.FACTS}

    ours = versions.timelines(codes[code] for code in says)
    believe(
        {codes[code]: _with(ours.get(codes[code]), stands.get(code), says[code], by_id) for code in says},
        now=timezone.now(),
    )
    write_columns(today, [codes[code] for code in says])
    stored = {row.code: row for row in Organization.objects.filter(code__in=says)}
    _write_successions(data, stored)
    _write_aliases(data, stored, pack)
    for o in data:
        row = stored[o["code"]]
        refresh(row, o.get("pinyin", ()) if row.name == o["name"] else ())
    for row in Organization.objects.exclude(code__in=says):  # the city may sound names otherwise now, and so may we
        refresh(row)
    return len(rows)


def _with(ours: Timeline | None, stood: Any, says: Timeline, read: Any) -> Timeline:
    """What stands with what the pack says otherwise than last time. What staff registered stays as they said."""
    theirs = _read(says, read)
    if ours is None:
        return theirs
    last = stood.packed if stood is not None else None
    return taken_over(ours, _read(told.read(last), read), theirs, told.PACK) if last else ours


def _read(timeline: Timeline, read: Any) -> Timeline:
    return tuple(Piece(one.from_on, one.until_on, read(one.facts), one.told) for one in timeline)


def _write_successions(data: Any, stored: Mapping[str, Organization]) -> None:
    """Who takes over, as the pack says; what it said otherwise before is believed no longer. What staff said stays."""
    codes = dict(Organization.objects.values_list("code", "pk"))
    says = {(stored[o["code"]].pk, codes[o["successor"]]): told.day_of(o["closed"]) for o in data if o.get("successor")}
    now, known, told_of = timezone.now(), set(), {row.pk for row in stored.values()}
    for one in Succession.objects.select_for_update().filter(superseded_at=None):
        pair = (one.predecessor_id, one.successor_id)
        packs = one.source == Source.PACK and one.predecessor_id in told_of
        if packs and says.get(pair) != one.from_on:
            # A clock that was set back gives up nothing before it was believed.
            one.superseded_at = max(now, one.recorded_at)
            one.save(update_fields=["superseded_at"])
        else:
            known.add(pair)
    Succession.objects.bulk_create(
        Succession(
            predecessor_id=one, successor_id=other, kind=Passage.SUCCEEDED, from_on=on, recorded_at=now,
            source=Source.PACK,
        )
        for (one, other), on in says.items()
        if (one, other) not in known
    )  # fmt: skip


def _write_aliases(data: Any, stored: Mapping[str, Organization], pack: Pack) -> None:
    wanted: dict[str, OrganizationAlias] = {}
    for o in data:
        row = stored[o["code"]]
        former = [one[name] for one in o.get("history", ()) for name in ("name", "name_en") if one.get(name)]
        sources = {name_key(row.name_en): AliasSource.NAME_EN, name_key(row.name): AliasSource.NAME}
        for name in (row.name, row.name_en, o["name"], o["name_en"], *o.get("aliases", ()), *former):
            alias = alias_row(row, name, sources.get(name_key(name), AliasSource.PACK))
            wanted.setdefault(alias.key, alias)
    _free(wanted)
    # A name of any day is a way of writing it; so is what staff said.
    called = versions.former_names(row.pk for row in stored.values())
    kept = {name_key(name) for names in called.values() for name in names}
    ours = OrganizationAlias.objects.filter(organization__in=stored.values()).exclude(source=AliasSource.STAFF)
    ours.exclude(key__in=[*wanted, *kept]).delete()
    ours.exclude(key__in=wanted).update(source=AliasSource.STAFF)
    staff = OrganizationAlias.objects.filter(organization__in=stored.values(), source=AliasSource.STAFF)
    said = set(staff.filter(key__in=wanted).values_list("key", "organization_id"))
    for key, alias in wanted.items():
        if alias.source == AliasSource.PACK and (key, alias.organization_id) in said:
            alias.source = AliasSource.STAFF
    OrganizationAlias.objects.bulk_create(
        wanted.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["organization", "name", "source"],
    )


def _free(wanted: Mapping[str, OrganizationAlias]) -> None:
    """Refuse names that staff gave to another institution: as another name of it, or as its own of today."""
    for taken in OrganizationAlias.objects.filter(key__in=wanted).select_related("organization"):
        owner, other = wanted[taken.key].organization, taken.organization
        if other.pk == owner.pk:
            continue
        if taken.source == AliasSource.STAFF or taken.key in (name_key(other.name), name_key(other.name_en)):
            raise NameTaken(
                where=f"organizations.yaml: {owner.code}", name=taken.name, owner=f"{other.name} ({other.code})"
            )
