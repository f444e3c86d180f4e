"""Verbs over records that are one person: merge, unmerge, propose, decide."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import queries
from jinling.foundation.mpi.events import PatientsMerged, PatientsUnmerged
from jinling.foundation.mpi.matching import match
from jinling.foundation.mpi.models import Link, Linkage, Match, Patient
from jinling.foundation.mpi.record import person_records
from jinling.foundation.mpi.rules import linkage as rules
from jinling.foundation.mpi.rules.matching import Rule, Thresholds, Verdict, single_weight
from jinling.foundation.mpi.rules.people import NewPatient, PatientUnknown, TooLittleKnown
from jinling.foundation.mpi.usecases.lookup import match_one
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor

_MATCHING_LOCK = 3_201  # one matching run at a time


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a matching run did: records compared, pairs merged at once, pairs put on the work list."""

    records: int
    merged: int
    proposed: int


@transaction.atomic
def merge(
    *, by: Actor, one: UUID, other: UUID, rule: str = Rule.BY_HAND, weight: float | None = None, reason: str = ""
) -> UUID:
    """Two records are one person. Nothing is rewritten: from now on one counts for the other.

    The one whose name was checked, with more numbers, the older, survives. Gives the merge's id.

    Raises:
        PatientUnknown: a record does not exist.
        SamePerson: both count for one person already.
        ReasonMissing: a person merges and says no reason.
    """
    if by.kind != "system" and not reason.strip():
        raise rules.ReasonMissing(where="reason")
    _serialise()
    roots = queries.current([one, other])
    if roots[one] == roots[other]:
        raise rules.SamePerson(where="other")
    stays, counts = rules.survivor(*_standing(roots[one], roots[other]))
    event = Linkage.objects.create(
        kind=Linkage.Kind.MERGE,
        survivor_id=stays.id,
        absorbed_id=counts.id,
        rule=rule,
        weight=weight,
        reason=reason,
        actor=by.ref,
    )
    Link.objects.create(patient_id=counts.id, survivor_id=stays.id, linkage=event)
    _tell(by, "mpi.merge", event)
    outbox.announce(PatientsMerged(str(event.id), str(stays.id), str(counts.id)))
    return event.id


@transaction.atomic
def unmerge(*, by: Actor, linkage: UUID, reason: str = "") -> UUID:
    """Take a merge back: the record counts for itself again, with every fact that was its own.

    Records that had been merged into it before come along. Gives the unmerge's id.

    Raises:
        LinkageUnknown: there is no such merge.
        NotMerged: it was taken back already.
        ReasonMissing: a person separates and says no reason.
    """
    if by.kind != "system" and not reason.strip():
        raise rules.ReasonMissing(where="reason")
    _serialise()
    event = Linkage.objects.filter(id=linkage, kind=Linkage.Kind.MERGE).first()
    if event is None:
        raise rules.LinkageUnknown(where="linkage")
    if not Link.objects.filter(linkage=event).delete()[0]:
        raise rules.NotMerged(where="linkage")
    undone = Linkage.objects.create(
        kind=Linkage.Kind.UNMERGE,
        survivor_id=event.survivor_id,
        absorbed_id=event.absorbed_id,
        undoes=event,
        reason=reason,
        actor=by.ref,
    )
    # The pair is two people by a person's word: matching must not merge it again.
    _remember_apart(by, event.survivor_id, event.absorbed_id, reason)
    _tell(by, "mpi.unmerge", undone)
    outbox.announce(PatientsUnmerged(str(undone.id), str(event.survivor_id), str(event.absorbed_id)))
    return undone.id


def propose(*, by: Actor, merge_certain: bool = True, thresholds: Thresholds | None = None, seed: int = 1) -> Proposal:
    """Compare all active records; merge what is certain, put on the work list what is likely.

    Pairs that a person judged are left alone. Weights are worked out outside any transaction; each
    merge is one of its own, so that a run that is cut off loses nothing it has done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MATCHING_LOCK])
    try:
        records = person_records(by=by)
        judged = {(row[0], row[1]) for row in Match.objects.values_list("left_id", "right_id")}
        merged, waiting = 0, list[Match]()
        for found in list(match(records, thresholds=thresholds, seed=seed)):
            pair = (UUID(found.left), UUID(found.right))
            if pair in judged:
                continue
            if found.judgement.verdict == Verdict.LINK and merge_certain:
                try:
                    merge(by=by, one=pair[0], other=pair[1], rule=found.judgement.rule, weight=found.weight)
                    merged += 1
                except rules.SamePerson:
                    continue
            else:
                waiting.append(Match(left_id=pair[0], right_id=pair[1], weight=found.weight, rule=found.judgement.rule))
        # What certain pairs have made one person meanwhile needs no judgement.
        roots = queries.current([key for row in waiting for key in (row.left_id, row.right_id)])
        open_pairs = [row for row in waiting if roots[row.left_id] != roots[row.right_id]]
        Match.objects.bulk_create(open_pairs, ignore_conflicts=True, batch_size=5000)
        return Proposal(len(records), merged, len(open_pairs))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MATCHING_LOCK])


@transaction.atomic
def suggest(*, by: Actor, one: UUID, other: UUID, reason: str) -> int:
    """Somebody at a desk thinks that two records are one person: the pair goes on the work list.

    Gives the pair's number; a pair that waits already keeps its own.

    Raises:
        ReasonMissing: no reason was given.
        PatientUnknown: a record does not exist or is out of use.
        SamePerson: both count for one person already.
        AlreadyDecided: the pair was judged.
    """
    if not reason.strip():
        raise rules.ReasonMissing(where="reason")
    roots = queries.current([one, other])
    if roots[one] == roots[other]:
        raise rules.SamePerson(where="other")
    records = person_records(by=by, ids=[one, other])
    if len(records) != 2:
        raise PatientUnknown(where="one or other")
    left, right = sorted((one, other))
    weight = single_weight(records[str(left)], records[str(right)], population=Patient.objects.count())
    row, _made = Match.objects.get_or_create(
        left_id=left, right_id=right, defaults={"weight": weight, "rule": Rule.AT_A_DESK, "reason": reason}
    )
    if row.state != Match.State.OPEN:
        raise rules.AlreadyDecided(where="match")
    return row.pk


def suggest_similar(*, by: Actor, patient: UUID, person: NewPatient) -> int:
    """Put a person entered just now on the work list beside those who may be the same; gives how many pairs.

    Too little known to look by (a newborn without name and number) makes no pairs.
    """
    try:
        found = match_one(by=by, person=person, limit=5)
    except TooLittleKnown:
        return 0
    made = 0
    for other in found:
        try:
            suggest(by=by, one=patient, other=other.patient, reason="similar at registration")
        except (rules.SamePerson, rules.AlreadyDecided, PatientUnknown):
            continue
        made += 1
    return made


@transaction.atomic
def decide(*, by: Actor, match: int, one_person: bool, reason: str) -> UUID | None:
    """A person judges a pair of the work list; gives the merge's id when it is one person.

    Raises:
        PatientUnknown: there is no such pair.
        AlreadyDecided: somebody was quicker.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise rules.ReasonMissing(where="reason")
    row = Match.objects.select_for_update().filter(id=match).first()
    if row is None:
        raise PatientUnknown(where="match")
    row.state = rules.PAIR.after(row.state, "link" if one_person else "keep_apart", where="match")
    row.decided_by, row.decided_at, row.reason = by.ref, timezone.now(), reason
    row.save()
    if one_person:
        try:
            return merge(by=by, one=row.left_id, other=row.right_id, rule=row.rule, weight=row.weight, reason=reason)
        except rules.SamePerson:
            return None
    audit.record_many(
        by=by,
        acts=[
            audit.Act("mpi.keep_apart", patient=str(key), target=f"Match/{row.pk}", detail={"reason": reason})
            for key in (row.left_id, row.right_id)
        ],
    )
    return None


def _remember_apart(by: Actor, one: UUID, other: UUID, reason: str) -> None:
    left, right = sorted((one, other))
    Match.objects.update_or_create(
        left_id=left,
        right_id=right,
        defaults={
            "state": Match.State.APART,
            "decided_by": by.ref,
            "decided_at": timezone.now(),
            "reason": reason,
        },
        create_defaults={
            "state": Match.State.APART,
            "decided_by": by.ref,
            "decided_at": timezone.now(),
            "reason": reason,
            "weight": 0.0,
            "rule": Rule.SEPARATED,
        },
    )


def _standing(*ids: UUID) -> list[rules.Standing]:
    rows = (
        Patient.objects.filter(id__in=ids)
        .annotate(held=Count("identifiers", filter=Q(identifiers__ended_on__isnull=True)))
        .order_by("id")
    )
    found = [rules.Standing(row.id, row.real_name_verified, row.held, row.registered_at) for row in rows]
    if len(found) != len(ids):
        raise PatientUnknown(where="one or other")
    return found


def _serialise() -> None:
    """Merges and unmerges happen one after the other: two at once could close a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MATCHING_LOCK + 1])


def _tell(by: Actor, action: str, event: Linkage) -> None:
    detail = {
        "survivor": str(event.survivor_id),
        "absorbed": str(event.absorbed_id),
        "rule": event.rule,
        "reason": event.reason,
    }
    audit.record_many(
        by=by,
        acts=[
            audit.Act(action, patient=str(key), target=f"Linkage/{event.id}", detail=detail)
            for key in (event.survivor_id, event.absorbed_id)
        ],
    )
