"""Verbs: how an institution takes part, what it declares, and the heartbeats of what is deployed there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Declaration, DeploymentMonth, Participation
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


# What was really heard stands before what a replay names: that neither moves its instants nor gives it a batch.
_HEAR = """
INSERT INTO collection_deployment AS known (organization_id, kind, workstation, first_seen_at, last_seen_at, batch)
SELECT *, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (organization_id, kind, workstation) DO UPDATE SET
    first_seen_at = CASE
        WHEN (known.batch = '') = (EXCLUDED.batch = '') THEN LEAST(known.first_seen_at, EXCLUDED.first_seen_at)
        WHEN known.batch = '' THEN known.first_seen_at
        ELSE EXCLUDED.first_seen_at
    END,
    last_seen_at = CASE
        WHEN (known.batch = '') = (EXCLUDED.batch = '') THEN GREATEST(known.last_seen_at, EXCLUDED.last_seen_at)
        WHEN known.batch = '' THEN known.last_seen_at
        ELSE EXCLUDED.last_seen_at
    END,
    batch = CASE WHEN known.batch = '' OR EXCLUDED.batch = '' THEN '' ELSE known.batch END
RETURNING organization_id, kind, workstation, id
"""


@transaction.atomic
def beat_many(*, by: Actor, heartbeats: Iterable[Heartbeat], batch: str = "") -> int:
    """Note signs of life, in every month of the city in which there are some; returns how many workstations were noted.

    A workstation heard for the first time is a new deployment. Signs may come late and in any order.
    """
    instants: dict[tuple[int, str, str], list[datetime]] = {}
    for one in heartbeats:
        instants.setdefault((one.organization, one.kind, one.workstation), []).append(one.at)
    # In one order for everybody: two that name the same workstations at once wait for each other only one way.
    keys = sorted(instants)
    with connection.cursor() as cursor:
        cursor.execute(
            _HEAR,
            [
                batch,
                *([key[place] for key in keys] for place in range(3)),
                [min(instants[key]) for key in keys],
                [max(instants[key]) for key in keys],
            ],
        )
        ids = {(organization, kind, name): pk for organization, kind, name, pk in cursor.fetchall()}
    months = {(key, timezone.localdate(at).replace(day=1)) for key in keys for at in instants[key]}
    DeploymentMonth.objects.bulk_create(
        (DeploymentMonth(deployment_id=ids[key], month=month, batch=batch) for key, month in sorted(months)),
        ignore_conflicts=True,
        batch_size=5000,
    )
    return len(keys)
