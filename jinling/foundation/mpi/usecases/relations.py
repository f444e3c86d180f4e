"""Verbs over relations of accounts to people, apart from the account's own."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi.models import RelatedPerson
from jinling.foundation.mpi.rules.people import RelationOver, RelationUnknown
from jinling.kernel.actor import Actor


@transaction.atomic
def judge_relation(*, by: Actor, relation: int, holds: bool, expires_on: date | None = None) -> None:
    """Somebody has seen the documents: the relation holds, up to a day if one is given, or is removed.

    Raises:
        RelationUnknown: there is no such relation, or it was judged already.
        RelationOver: the day given has passed.
    """
    row = RelatedPerson.objects.select_for_update().filter(id=relation, verified=False).first()
    if row is None:
        raise RelationUnknown(where="relation")
    if holds and expires_on is not None and expires_on < timezone.localdate():
        raise RelationOver(where="expires_on")
    audit.record(
        by=by,
        action="mpi.relation_verified" if holds else "mpi.relation_refused",
        patient=str(row.patient_id),
        target=f"Account/{row.account}",
        detail={"relation": row.relation},
    )
    if holds:
        row.verified, row.expires_on = True, expires_on
        row.save(update_fields=["verified", "expires_on"])
    else:
        row.delete()
