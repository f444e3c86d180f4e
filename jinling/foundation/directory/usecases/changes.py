"""Institutions change from a day on: looked at first, then made. One way for pages, commands and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory.events import OrganizationChanged, OrganizationDeactivated, OrganizationRenamed
from jinling.foundation.directory.models import Organization, Succession
from jinling.foundation.directory.rules import AliasSource, ReasonMissing, Source, Told
from jinling.foundation.directory.rules.timeline import at, differences
from jinling.foundation.directory.usecases.keys import alias_row, one_at_a_time
from jinling.foundation.directory.usecases.planning import Plan, planned
from jinling.foundation.directory.usecases.versions import believe, call, refresh, write_aliases, write_columns
from jinling.foundation.directory.values import Change, Effect, Preview, Step, SuccessionOn
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor


@transaction.atomic
def change(*, by: Actor, change: Change) -> Organization:
    """Make a change: what is believed from now on, columns, names, successions.

    Raises:
        OrganizationUnknown, DistrictUnknown: a code that means nothing.
        DayImpossible, SpanImpossible: a day on which nothing can begin; a span without one.
        OrganizationClosed, OrganizationOpen: it must be open, or closed, on that day.
        PartsOpen: it would close before its parts.
        PartCircular, SuccessionCircular: it would be part of itself, or take over from itself.
        BadEntry, BadName, NameTaken: a value that it cannot have, a name that cannot be read or means another.
        ChangeEmpty: nothing would change.
        ReasonMissing: it does not say why.
    """
    if not change.reason.strip():
        raise ReasonMissing(where="reason")
    one_at_a_time()
    now, today = timezone.now(), timezone.localdate()
    plan = planned(change, told=Told(Source.STAFF, by.ref, change.reason.strip()), today=today)
    believe(plan.after, now=now)
    Succession.objects.bulk_create(
        Succession(
            predecessor_id=one, successor_id=other, kind=kind, from_on=change.on, recorded_at=now,
            source=Source.STAFF, by=by.ref, reason=change.reason.strip(),
        )
        for one, other, kind in plan.successions
    )  # fmt: skip
    call(write_columns(today, list(plan.after)))
    for pk, names in plan.names.items():
        _also_called(plan.book.rows[pk], names)
    row = Organization.objects.select_related("district", "part_of").get(pk=plan.row.pk)
    codes = sorted({plan.book.rows[pk].code for pk in plan.after} | {row.code})
    detail = {"on": str(change.on), "reason": change.reason, **_told_of(plan, change)}
    audit.record_many(
        by=by,
        acts=[
            audit.Act(f"directory.{change.step}", target=f"Organization/{code}", organization=code, detail=detail)
            for code in codes
        ],
    )
    outbox.announce(_event(plan, change))
    return row


def preview(change: Change) -> Preview:
    """What a change would do; refuses as ``change`` does, but for a reason that is still to be written."""
    today = timezone.localdate()
    plan = planned(change, told=Told(Source.STAFF), today=today)
    book, effects = plan.book, []
    for pk, timeline in plan.after.items():
        for found in differences(book.timelines[pk], timeline):
            effects += [
                Effect(
                    book.rows[pk].code,
                    at(timeline, found.from_on).facts["name"],
                    found.from_on,
                    found.until_on,
                    fact.removesuffix("_id"),
                    book.said(fact, before),
                    book.said(fact, after),
                )
                for fact, (before, after) in found.facts.items()
            ]
    successions = tuple(
        SuccessionOn(book.named(one), book.named(other), kind, change.on) for one, other, kind in plan.successions
    )
    names = tuple(name for found in plan.names.values() for name in found)
    past = min((effect.from_on for effect in effects if effect.from_on < today), default=None)
    return Preview(tuple(effects), successions, names, past)


def _also_called(row: Organization, names: Sequence[str]) -> None:
    """Names of other days are ways of writing it, from the moment they are entered."""
    missing = {alias.key: alias for alias in (alias_row(row, name, AliasSource.STAFF) for name in names)}
    known = set(row.aliases.filter(key__in=missing).values_list("key", flat=True))
    write_aliases(alias for key, alias in missing.items() if key not in known)
    row.refresh_from_db()
    refresh(row)


def _told_of(plan: Plan, change: Change) -> dict[str, Any]:
    told: dict[str, Any] = dict(change.values)
    if change.until is not None:
        told["until"] = str(change.until)
    if change.step is Step.RENAME:
        told |= {"old": _name_before(plan, change), "new": change.values.get("name", "")}
    if change.others:
        told["others"] = list(change.others)
    return told


def _name_before(plan: Plan, change: Change) -> str:
    return str(at(plan.book.timelines[plan.row.pk], change.on).facts["name"])


def _event(plan: Plan, change: Change) -> Any:
    if change.step is Step.RENAME:
        old = _name_before(plan, change)
        return OrganizationRenamed(code=plan.row.code, old=old, new=str(change.values.get("name", old)))
    if change.step is Step.CLOSE:
        return OrganizationDeactivated(code=plan.row.code)
    return OrganizationChanged(code=plan.row.code, step=str(change.step), on=str(change.on))
