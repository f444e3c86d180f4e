"""One person asked about: who in the index may it be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import queries
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.models import Patient
from jinling.foundation.mpi.record import person_records
from jinling.foundation.mpi.rules import people as rules
from jinling.foundation.mpi.rules.matching import Grade, PersonRecord, Verdict, grade_of, judge, single_weight, space_of
from jinling.foundation.mpi.rules.people import NameAbsent, NewPatient, TooLittleKnown
from jinling.kernel import names
from jinling.kernel.actor import Actor

LOOKED_AT = 200  # records compared with one question


@dataclass(frozen=True, slots=True)
class Found:
    """A person who may be meant: ``score`` between 0 and 1, and how sure the index is."""

    patient: UUID
    score: float
    grade: Grade


@transaction.atomic
def match_one(*, by: Actor, person: NewPatient, only_certain: bool = False, limit: int = 10) -> list[Found]:
    """People of the index who may be the one asked about, the likeliest first; each look is audited.

    Args:
        person: what is known; a name may be missing when a number is given.
        only_certain: leave out all but the certain ones.

    Raises:
        TooLittleKnown: neither a number nor a name with birth date or mobile.
        Refused: a value breaks its rule.
    """
    if not person.identifiers and not (person.name and (person.birth_date or person.mobile)):
        raise TooLittleKnown(where="Patient")
    absent = "" if person.name else NameAbsent.UNIDENTIFIED
    asked = rules.checked(_with_reason(person, absent), country=country(), today=timezone.localdate(), where="Patient")
    record = _record(asked)
    best: dict[UUID, Found] = {}
    known = person_records(by=by, ids=_candidates(asked))
    counted = queries.current(known)
    population = _population()
    for key, other in known.items():
        weight = single_weight(record, other, population=population)
        judged = judge(record, other, weight)
        if judged.verdict == Verdict.APART:
            continue
        grade = grade_of(judged)
        score = 1.0 if grade == Grade.CERTAIN else round(1 / (1 + 2**-weight), 4)
        person_id = counted[UUID(key)]
        if person_id not in best or best[person_id].score < score:
            best[person_id] = Found(person_id, score, grade)
    found = sorted(best.values(), key=lambda item: (item.grade != Grade.CERTAIN, -item.score, str(item.patient)))
    if only_certain:
        found = [item for item in found if item.grade == Grade.CERTAIN]
    audit.record(by=by, action="mpi.ask", target="Patient", detail={"found": len(found)})
    return found[:limit]


def _with_reason(person: NewPatient, absent: str) -> NewPatient:
    return replace(person, name_absent=absent) if absent else person


def _candidates(person: NewPatient) -> list[UUID]:
    """Records that share a number, the name, its sound or the mobile with the person."""
    found: list[UUID] = []
    for key in queries.find_many(list(person.identifiers)).values():
        found += queries.records(key)
    filters: list[dict[str, Sequence[bytes]]] = []
    ring = queries.keys()
    if person.name:
        filters.append({"name_index__in": ring.indexes(names.folded(person.name), space="name")})
        filters.append({"pinyin_index__in": ring.indexes(names.pinyin(person.name), space="pinyin")})
    if person.mobile:
        filters.append({"mobile_index__in": ring.indexes(person.mobile, space="mobile")})
    for wanted in filters:
        rows = Patient.objects.filter(**wanted, active=True)
        if person.birth_date and "mobile_index__in" not in wanted:
            rows = rows.filter(birth_date=person.birth_date)
        found += rows.values_list("id", flat=True)[:LOOKED_AT]
    return list(dict.fromkeys(found))[:LOOKED_AT]


def _record(person: NewPatient) -> PersonRecord:
    return PersonRecord(
        id="",
        name=names.folded(person.name),
        pinyin=names.pinyin(person.name) if person.name else "",
        surname=names.surname_reading(person.name) if person.name else "",
        birth_date=person.birth_date.isoformat() if person.birth_date else "",
        sex="" if person.sex == "unknown" else person.sex,
        mobile=person.mobile,
        district=person.district,
        numbers={space_of(item.space, item.value): item.value for item in person.identifiers},
    )


def _population() -> int:
    """About how many records the index has: the planner's estimate, which costs nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 1000)::bigint FROM pg_class WHERE relname = 'mpi_patient'")
        return int(cursor.fetchone()[0])
