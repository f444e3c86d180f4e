"""What is believed of institutions and districts, written; and today's columns, which follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import queries
from jinling.foundation.directory.models import (
    District,
    DistrictVersion,
    Organization,
    OrganizationAlias,
    OrganizationVersion,
)
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import AliasSource
from jinling.foundation.directory.rules.timeline import Piece, Timeline
from jinling.foundation.directory.usecases.keys import alias_row, found_by, one_at_a_time
from jinling.kernel.actor import Actor


def believe(after: Mapping[int, Timeline], *, now: datetime) -> None:
    """Write what is believed of institutions from an instant on; what was believed before is marked, never changed."""
    _believe(OrganizationVersion, "organization", versions.timelines(after), after, now)


def believe_districts(after: Mapping[int, Timeline], *, now: datetime) -> None:
    """The same of districts."""
    _believe(DistrictVersion, "district", versions.district_timelines(after), after, now)


def write_columns(on: date, ids: Collection[int] | None = None) -> list[Organization]:
    """Today's columns of institutions, from the versions that hold on a day; returns those that changed.

    The one place that writes them. Names are not yet made findable: see ``call`` and ``refresh``.
    """
    held = versions.timelines(ids)
    rows = Organization.objects.select_for_update().order_by("pk").filter(pk__in=held)
    changed = [row for row in rows if _set(row, _facts(held[row.pk], on))]
    Organization.objects.bulk_update(changed, versions.FACTS, batch_size=500)
    return changed


def write_district_columns(on: date) -> None:
    """Today's columns of districts, from the versions that hold on a day."""
    held = versions.district_timelines()
    rows = District.objects.select_for_update().order_by("pk").filter(pk__in=held)
    changed = [row for row in rows if _set(row, _facts(held[row.pk], on))]
    District.objects.bulk_update(changed, versions.DISTRICT_FACTS)


@transaction.atomic
def begin(*, by: Actor, on: date) -> list[Organization]:
    """What was entered for a day that has come begins: columns, names to be found by; returns the institutions."""
    one_at_a_time()
    write_district_columns(on)
    changed = write_columns(on)
    call(changed)
    audit.record_many(
        by=by,
        acts=[
            audit.Act("directory.begin", target=f"Organization/{row.code}", organization=row.code) for row in changed
        ],
    )
    return changed


def call(rows: Iterable[Organization]) -> None:
    """Let institutions be called as their columns say; what they were called stays among their other names."""
    for row in rows:
        own = row.aliases.filter(source__in=[AliasSource.NAME, AliasSource.NAME_EN])
        own.exclude(name__in=[row.name, row.name_en]).update(source=AliasSource.STAFF)
        called = [
            alias_row(row, row.name_en, AliasSource.NAME_EN),
            alias_row(row, row.name, AliasSource.NAME),
        ]
        write_aliases({alias.key: alias for alias in called}.values())
        refresh(row)


def write_aliases(rows: Iterable[OrganizationAlias]) -> None:
    """Enter ways of writing a name; one that is there is taken over."""
    OrganizationAlias.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["name", "source"]
    )


def refresh(row: Organization, given: Collection[str] = ()) -> None:
    """What an institution is sorted and found by; ``given`` are readings of its name that its pack knows better."""
    others = list(row.aliases.exclude(source=AliasSource.NAME).order_by("id").values_list("name", flat=True))
    pinyin, search = found_by(row.name, others, queries.naming(), list(given))
    if (row.pinyin, row.search) != (pinyin, search):
        row.pinyin, row.search = pinyin, search
        row.save(update_fields=["pinyin", "search"])


def today() -> date:
    """The city's day."""
    return timezone.localdate()


def _believe(
    model: Any, owner: str, before: Mapping[int, Timeline], after: Mapping[int, Timeline], now: datetime
) -> None:
    standing = model.objects.filter(superseded_at=None).select_for_update()
    gone = []
    for pk, timeline in after.items():
        days = [piece.from_on for piece in before.get(pk, ()) if piece not in timeline]
        gone += list(standing.filter(**{owner: pk}, from_on__in=days)) if days else []
    # A clock that was set back gives up nothing before it was believed.
    at = max([now, *(row.recorded_at for row in gone)])
    model.objects.filter(pk__in=[row.pk for row in gone]).update(superseded_at=at)
    rows = [
        _row(model, owner, pk, piece, at)
        for pk, timeline in after.items()
        for piece in timeline
        if piece not in before.get(pk, ())
    ]
    model.objects.bulk_create(rows)


def _row(model: Any, owner: str, pk: int, piece: Piece, at: datetime) -> Any:
    return model(
        **{f"{owner}_id": pk},
        from_on=piece.from_on,
        until_on=piece.until_on,
        recorded_at=at,
        source=piece.told.source,
        by=piece.told.by,
        reason=piece.told.reason,
        **piece.facts,
    )


def _facts(timeline: Timeline, on: date) -> Mapping[str, Any]:
    return next(piece for piece in timeline if piece.covers(on)).facts


def _set(row: Any, facts: Mapping[str, Any]) -> bool:
    changed = False
    for name, value in facts.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed
