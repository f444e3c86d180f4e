"""Verbs of the patient index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import queries
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.events import PatientChanged, PatientsRegistered
from jinling.foundation.mpi.models import Patient, PatientIdentifier, RelatedPerson
from jinling.foundation.mpi.places import identifier_place, keys, mobile_place, name_place
from jinling.foundation.mpi.rules import people as rules
from jinling.foundation.mpi.rules.people import (
    Identifier,
    IdentifiersDisagree,
    IdentifierTaken,
    NameDiffers,
    NewPatient,
    PatientUnknown,
    PersonIncomplete,
    TooManyPersons,
)
from jinling.foundation.outbox import public as outbox
from jinling.kernel import names
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id

_INSERT_PATIENTS = """
INSERT INTO mpi_patient (id, name_sealed, name_index, pinyin_index, name_absent, birth_date, sex, mobile_sealed,
                         mobile_index, district, mother_id, real_name_verified, birth_order, deceased, active,
                         registered_at)
SELECT *, false, true, %s FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[], %s::text[], %s::date[],
    %s::text[], %s::bytea[], %s::bytea[], %s::text[], %s::uuid[], %s::boolean[],
    %s::smallint[])
"""
_INSERT_IDENTIFIERS = """
INSERT INTO mpi_identifier (patient_id, system, value_sealed, value_index)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (value_index) WHERE ended_on IS NULL DO NOTHING
"""


def register(*, by: Actor, person: NewPatient) -> UUID:
    """Enter one person; gives the new patient's id. See ``register_many``."""
    return register_many(by=by, people=[person])[0]


@transaction.atomic
def register_many(*, by: Actor, people: Sequence[NewPatient]) -> list[UUID]:
    """Enter people, all or none, one statement a table; gives their ids in the order given.

    Raises:
        Refused: a value breaks its rule (``where`` reads ``people[12].identifiers[0]``), a number stands
            twice in the batch, or belongs to somebody registered already (``IdentifierTaken``).
    """
    today = timezone.localdate()
    ready = [
        rules.checked(person, country=country(), today=today, where=f"people[{row}]")
        for row, person in enumerate(people)
    ]
    rules.refuse_twice(list(enumerate(ready)))
    return _write(by, ready)


def find_or_register(*, by: Actor, person: NewPatient) -> UUID:
    """The registered person with these numbers, or a new one. See ``find_or_register_many``."""
    return find_or_register_many(by=by, people=[person])[0]


@transaction.atomic
def find_or_register_many(*, by: Actor, people: Sequence[NewPatient], names_must_agree: bool = True) -> list[UUID]:
    """For each person the registered patient with one of their numbers, else a new one; in the order given.

    People without any number are always entered. A number that another process enters at the same
    moment is found, not refused.

    Args:
        names_must_agree: refuse when a number is known under another name; without it the
            registered person is taken as they are.

    Raises:
        NameDiffers, IdentifiersDisagree: numbers and names of different people are mixed.
        Refused: a value breaks its rule, or a number stands twice in the batch.
    """
    today = timezone.localdate()
    ready = [
        rules.checked(person, country=country(), today=today, where=f"people[{row}]")
        for row, person in enumerate(people)
    ]
    # One person may stand in a batch several times (two bookings of one morning), written the same way.
    first = {person: row for row, person in reversed(list(enumerate(ready))) if person.identifiers}
    same = [first.get(person, row) for row, person in enumerate(ready)]
    rules.refuse_twice([(row, ready[row]) for row in sorted(set(same))])
    result = _known(ready, names_must_agree)
    try:
        with transaction.atomic():
            _fill(by, ready, same, result)
    except IdentifierTaken:
        # Another process entered one of them between the look and the writing: look again.
        result = _known(ready, names_must_agree)
        _fill(by, ready, same, result)
    return [patient for patient in result if patient is not None]


def _fill(by: Actor, people: Sequence[NewPatient], same: Sequence[int], result: list[UUID | None]) -> None:
    """Enter the people without a patient; rows of one person get one patient."""
    missing = [row for row in sorted(set(same)) if result[row] is None]
    made = dict(zip(missing, _write(by, [people[row] for row in missing]), strict=True))
    for row, first in enumerate(same):
        if result[row] is None:
            result[row] = made[first]


def _known(people: Sequence[NewPatient], names_must_agree: bool) -> list[UUID | None]:
    """The registered patient of each checked person, or None."""
    found = queries.find_many([item for person in people for item in person.identifiers])
    result: list[UUID | None] = []
    for row, person in enumerate(people):
        matches = {found[item] for item in person.identifiers if item in found}
        if len(matches) > 1:
            raise IdentifiersDisagree(where=f"people[{row}].identifiers")
        result.append(next(iter(matches), None))
    if names_must_agree:
        stored = dict(Patient.objects.filter(id__in=[p for p in result if p]).values_list("id", "name_index"))
        ring = keys()
        for row, (person, patient) in enumerate(zip(people, result, strict=True)):
            index = bytes(stored.get(patient, b"")) if patient else b""
            if index and person.name and index not in ring.indexes(names.folded(person.name), space="name"):
                raise NameDiffers(where=f"people[{row}].name", kind=person.identifiers[0].system)
    return result


def _write(by: Actor, people: Sequence[NewPatient]) -> list[UUID]:
    """Write checked people."""
    if not people:
        return []
    ring = keys()
    ids = [new_id() for _ in people]
    rows = [
        (
            key,
            ring.seal(person.name, place=name_place(key)),
            ring.index(names.folded(person.name), space="name"),
            ring.index(names.pinyin(person.name), space="pinyin"),
            person.name_absent,
            person.birth_date,
            person.sex,
            ring.seal(person.mobile, place=mobile_place(key)),
            ring.index(person.mobile, space="mobile"),
            person.district,
            person.mother,
            person.real_name_verified,
            person.birth_order,
        )
        for key, person in zip(ids, people, strict=True)
    ]
    numbers = [
        (
            key,
            item.system,
            ring.seal(item.value, place=identifier_place(key, item.system)),
            ring.index(item.value, space=item.space),
        )
        for key, person in zip(ids, people, strict=True)
        for item in person.identifiers
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_PATIENTS, [timezone.now(), *map(list, zip(*rows, strict=True))])
        if numbers:
            cursor.execute(_INSERT_IDENTIFIERS, [list(column) for column in zip(*numbers, strict=True)])
            if cursor.rowcount != len(numbers):
                raise _taken(people, ids)
    audit.record_many(by=by, acts=[audit.Act("mpi.register", patient=str(key), target=f"Patient/{key}") for key in ids])
    outbox.announce(PatientsRegistered(tuple(str(key) for key in ids)))
    return ids


def _taken(people: Sequence[NewPatient], mine: Sequence[UUID]) -> IdentifierTaken:
    """The refusal that names the first person whose number a patient other than ``mine`` has."""
    ring = keys()
    places = {
        index: (row, position, item.system)
        for row, person in enumerate(people)
        for position, item in enumerate(person.identifiers)
        for index in ring.indexes(item.value, space=item.space)
    }
    hits = PatientIdentifier.objects.filter(value_index__in=list(places), ended_on__isnull=True)
    row, position, system = min(
        places[bytes(index)] for index in hits.exclude(patient_id__in=mine).values_list("value_index", flat=True)
    )
    return IdentifierTaken(where=f"people[{row}].identifiers[{position}]", kind=system)


@transaction.atomic
def add_identifier(*, by: Actor, patient: UUID, identifier: Identifier) -> None:
    """Give a person one more number; the same number again changes nothing.

    Raises:
        PatientUnknown, IdentifierTaken: nobody has this id, or somebody else has this number.
        IdentifierInvalid: the number breaks its rules.
    """
    row = _locked(patient)
    value = country().normalise(identifier.system, identifier.value, today=timezone.localdate())
    item = Identifier(identifier.system, value)
    owner = queries.find_many([item]).get(item)
    if owner is not None:
        if owner != row.id:
            raise IdentifierTaken(where="identifier", kind=item.system)
        return
    PatientIdentifier.objects.create(
        patient=row,
        system=item.system,
        value_index=keys().index(value, space=item.space),
        value_sealed=keys().seal(value, place=identifier_place(row.id, item.system)),
    )
    _changed(by, row.id, item.system)


@transaction.atomic
def end_identifier(*, by: Actor, patient: UUID, identifier: Identifier, on: date) -> None:
    """A number is no longer this person's from a day on; it may then be somebody else's.

    Raises:
        PatientUnknown: the person does not have this number.
    """
    value = country().normalise(identifier.system, identifier.value, today=timezone.localdate())
    ended = PatientIdentifier.objects.filter(
        patient_id=patient,
        ended_on__isnull=True,
        value_index__in=keys().indexes(value, space=Identifier(identifier.system, value).space),
    ).update(ended_on=on)
    if not ended:
        raise PatientUnknown(where="identifier")
    _changed(by, patient, identifier.system)


@transaction.atomic
def update_mobile(*, by: Actor, patient: UUID, mobile: str) -> None:
    """Write down another mobile number, or none.

    Raises:
        PatientUnknown: nobody has this id.
        IdentifierInvalid: it is no mobile number.
    """
    row = _locked(patient)
    value = country().mobile(mobile) if mobile else ""
    row.mobile_sealed = keys().seal(value, place=mobile_place(row.id))
    row.mobile_index = keys().index(value, space="mobile")
    row.save(update_fields=["mobile_sealed", "mobile_index"])
    _changed(by, row.id, "mobile")


@transaction.atomic
def update_name(*, by: Actor, patient: UUID, name: str) -> None:
    """Correct a name, or name a newborn.

    Raises:
        PatientUnknown: nobody has this id.
        NameInvalid, PersonIncomplete: the text cannot be a name.
    """
    row = _locked(patient)
    if not name:
        raise PersonIncomplete(where="name", reasons=", ".join(rules.NameAbsent))
    value = names.normalise(name)
    row.name_sealed = keys().seal(value, place=name_place(row.id))
    row.name_index = keys().index(names.folded(value), space="name")
    row.pinyin_index = keys().index(names.pinyin(value), space="pinyin")
    row.name_absent = ""
    row.save(update_fields=["name_sealed", "name_index", "pinyin_index", "name_absent"])
    _changed(by, row.id, "name")


@transaction.atomic
def update_district(*, by: Actor, patient: UUID, district: str) -> None:
    """Write down where a person lives: a district's code, or none.

    Raises:
        PatientUnknown: nobody has this id.
    """
    row = _locked(patient)
    row.district = district
    row.save(update_fields=["district"])
    _changed(by, row.id, "district")


@transaction.atomic
def verify_real_name(*, by: Actor, patient: UUID) -> None:
    """The person's name and number were checked against the document.

    Raises:
        PatientUnknown: nobody has this id.
    """
    row = _locked(patient)
    if not row.real_name_verified:
        row.real_name_verified = True
        row.save(update_fields=["real_name_verified"])
        _changed(by, row.id, "real_name_verified")


@transaction.atomic
def mark_deceased(*, by: Actor, patient: UUID, on: date | None = None) -> None:
    """The person has died; the record stays.

    Raises:
        PatientUnknown: nobody has this id.
    """
    row = _locked(patient)
    row.deceased, row.deceased_on = True, on
    row.save(update_fields=["deceased", "deceased_on"])
    _changed(by, row.id, "deceased")


@transaction.atomic
def set_active(*, by: Actor, patient: UUID, active: bool) -> None:
    """Take a record out of use, or back into it.

    Raises:
        PatientUnknown: nobody has this id.
    """
    row = _locked(patient)
    row.active = active
    row.save(update_fields=["active"])
    _changed(by, row.id, "active")


@transaction.atomic
def relate(
    *, by: Actor, account: str, patient: UUID, relation: str, verified: bool = False, expires_on: date | None = None
) -> None:
    """An account may act for a person; saying it again renews relation, check and end.

    Raises:
        PatientUnknown, RelationInvalid: the person or the relation is not known.
        TooManyPersons: the account keeps as many people as it may.
    """
    rules.refuse_relation(relation)
    with connection.cursor() as cursor:  # two requests of one account must not both take its last place
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"mpi.related/{account}"])
    if not Patient.objects.filter(id=patient).exists():
        raise PatientUnknown(where="patient")
    kept = set(RelatedPerson.objects.filter(account=account).values_list("patient_id", flat=True))
    limit = queries.persons_per_account()
    if patient not in kept and len(kept) >= limit:
        raise TooManyPersons(where="account", limit=limit)
    RelatedPerson.objects.update_or_create(
        account=account,
        patient_id=patient,
        defaults={"relation": relation, "verified": verified, "expires_on": expires_on},
    )
    audit.record(
        by=by,
        action="mpi.relate",
        patient=str(patient),
        target=f"Account/{account}",
        detail={"relation": relation, "verified": verified},
    )


@transaction.atomic
def unrelate(*, by: Actor, account: str, patient: UUID) -> None:
    """An account no longer acts for a person.

    Raises:
        PatientUnknown: the account does not keep this person.
    """
    if not RelatedPerson.objects.filter(account=account, patient_id=patient).delete()[0]:
        raise PatientUnknown(where="patient")
    audit.record(by=by, action="mpi.unrelate", patient=str(patient), target=f"Account/{account}")


def _locked(patient: UUID) -> Patient:
    row = Patient.objects.select_for_update().filter(id=patient).first()
    if row is None:
        raise PatientUnknown(where="patient")
    return row


def _changed(by: Actor, patient: UUID, *what: str) -> None:
    audit.record(
        by=by, action="mpi.update", patient=str(patient), target=f"Patient/{patient}", detail={"what": list(what)}
    )
    outbox.announce(PatientChanged(str(patient), tuple(what)))
