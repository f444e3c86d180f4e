"""What staff see of matches and merges."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi.models import Link, Linkage, Match, Patient, RelatedPerson
from jinling.foundation.mpi.record import person_records
from jinling.foundation.mpi.rules.comparison import FieldPair, compare
from jinling.foundation.mpi.rules.people import PatientUnknown
from jinling.kernel.actor import Actor


def matches(state: str = "open") -> QuerySet[Match]:
    """Pairs of a state, the likeliest first."""
    return Match.objects.filter(state=state).order_by("-weight", "id")


def counts() -> dict[str, int]:
    """How many pairs wait, were linked, were kept apart."""
    found = dict(Match.objects.values_list("state").annotate(n=Count("id")).order_by())
    return {state: found.get(state, 0) for state in Match.State.values}


@transaction.atomic
def side_by_side(*, by: Actor, match: int, masked: bool = True, reason: str = "") -> tuple[Match, list[FieldPair]]:
    """A pair and both its records, field by field; each record's look is audited.

    Raises:
        PatientUnknown: there is no such pair, or a record of it is out of use.
    """
    row = Match.objects.filter(id=match).first()
    if row is None:
        raise PatientUnknown(where="match")
    # Records out of use are left out by matching, and cannot be judged.
    records = person_records(by=by, ids=[row.left_id, row.right_id])
    left, right = records.get(str(row.left_id)), records.get(str(row.right_id))
    if left is None or right is None:
        raise PatientUnknown(where="match")
    if not masked:
        audit.record_many(
            by=by,
            acts=[
                audit.Act("mpi.read_unmasked", patient=key, target=f"Patient/{key}", detail={"reason": reason})
                for key in records
            ],
        )
    return row, compare(left, right, masked=masked)


def merges() -> QuerySet[Linkage]:
    """Merges and unmerges, newest first."""
    return Linkage.objects.select_related("undone_by").order_by("-at", "-id")


def standing(linkages: list[Linkage]) -> set[UUID]:
    """Which of some merges still stand."""
    return set(Link.objects.filter(linkage__in=linkages).values_list("linkage_id", flat=True))


def registered() -> dict[str, int]:
    """How many records there are and how many of them count for others."""
    return {"records": Patient.objects.count(), "merged": Link.objects.count()}


def unverified() -> QuerySet[RelatedPerson]:
    """Relations that nobody has checked yet, newest first."""
    return RelatedPerson.objects.filter(verified=False).order_by("-since", "-id")
