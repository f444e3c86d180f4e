"""Verbs: how an institution takes part, what it declares, and the heartbeats of what is deployed there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Declaration, Deployment, Participation
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life of a record browser or hint plug-in at one workstation of an institution (by its id)."""

    organization: int
    kind: str
    workstation: str
    at: datetime


@transaction.atomic
def declare(
    *,
    by: Actor,
    organization: str,
    required_of: str,
    way: str,
    data_sets: Collection[str] = (),
    from_on: date,
    unlisted: int = 0,
    batch: str = "",
) -> Participation:
    """Say how an institution takes part, and which data sets it will send, from a day on.

    It holds until what was said from a later day; said again from the same day, the latest word counts. Institutions
    that were silent or opened their database declare nothing; ``unlisted`` are tables that they declare and no list
    names. A replay names its ``batch``, by which it is taken back; what was said without one from the same day stands
    before it.

    Raises:
        OrganizationUnknown, DataSetUnknown: nothing is changed.
    """
    row = directory.resolve(organization)
    codes = {catalogue().find(code).code for code in data_sets}
    participation, _made = Participation.objects.update_or_create(
        organization=row,
        from_on=from_on,
        batch=batch,
        defaults={"required_of": required_of, "way": way, "unlisted": unlisted},
    )
    participation.declarations.exclude(data_set__in=codes).delete()
    Declaration.objects.bulk_create(
        (Declaration(participation=participation, data_set=code) for code in sorted(codes)), ignore_conflicts=True
    )
    audit.record(
        by=by,
        action="collection.declare",
        target=f"Organization/{row.pk}",
        organization=row.code,
        detail={"way": way, "data_sets": len(codes) + unlisted},
    )
    return participation


@transaction.atomic
def beat_many(*, by: Actor, heartbeats: Iterable[Heartbeat], batch: str = "") -> int:
    """Note signs of life; a workstation heard for the first time is a new deployment. Returns how many were noted."""
    latest: dict[tuple[int, str, str], Heartbeat] = {}
    for one in heartbeats:
        key = (one.organization, one.kind, one.workstation)
        if key not in latest or latest[key].at < one.at:
            latest[key] = one
    Deployment.objects.bulk_create(
        (
            Deployment(
                organization_id=one.organization,
                kind=one.kind,
                workstation=one.workstation,
                first_seen_at=one.at,
                last_seen_at=one.at,
                batch=batch,
            )
            for one in latest.values()
        ),
        update_conflicts=True,
        unique_fields=["organization", "kind", "workstation"],
        update_fields=["last_seen_at"],
        batch_size=2000,
    )
    return len(latest)
