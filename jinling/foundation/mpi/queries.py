"""Reads of the patient index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.models import Patient, PatientIdentifier, RelatedPerson
from jinling.foundation.mpi.places import identifier_place, keys, mobile_place, name_place
from jinling.foundation.mpi.rules import people as rules
from jinling.foundation.mpi.rules.people import Identifier, PatientFacts, Related, Relation, ShownPatient
from jinling.kernel import identifiers, names
from jinling.kernel.actor import Actor


def facts(ids: Iterable[UUID | str]) -> dict[UUID, PatientFacts]:
    """What bookings need of people, by id: one query, nothing decrypted. Unknown ids are left out.

    Leaves no audit entry of its own: the booking that asks leaves one.
    """
    rows = Patient.objects.filter(id__in=list(ids)).values_list(
        "id", "birth_date", "sex", "real_name_verified", "active", "deceased", "district"
    )
    return {row[0]: PatientFacts(row[0], row[1], row[2], row[3], row[4] and not row[5], row[6]) for row in rows}


def name_stands(patient: UUID) -> bool:
    """Whether a record has a name: newborns and the unconscious may have none yet."""
    return Patient.objects.filter(id=patient, name_absent="").exists()


def find_many(wanted: Sequence[Identifier]) -> dict[Identifier, UUID]:
    """Patient ids by identifier, in one query; of merged records the one that counts. Unknown ones are left out.

    Raises:
        IdentifierInvalid: a value breaks the rules of its system.
    """
    today = timezone.localdate()
    asked: dict[bytes, list[Identifier]] = {}
    for item in wanted:
        normal = country().normalise(item.system, item.value, today=today)
        for index in keys().indexes(normal, space=item.space):
            asked.setdefault(index, []).append(item)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value_index, mpi_current(patient_id) FROM mpi_identifier"
            " WHERE value_index = ANY(%s) AND ended_on IS NULL",
            [list(asked)],
        )
        return {item: patient for index, patient in cursor.fetchall() for item in asked[bytes(index)]}


def find(*, system: str, value: str) -> UUID | None:
    """The patient who has this identifier, or None. Tells an id only, so the act that follows is what is audited.

    Raises:
        IdentifierInvalid: the value breaks the rules of its system.
    """
    item = Identifier(system, value)
    return find_many([item]).get(item)


def find_by_name(*, name: str, birth_date: date | None = None, limit: int = 50) -> list[UUID]:
    """Patients whose name is spelt or sounds like this one (exact after folding), newest first.

    Args:
        name: a name, or its readings in Latin letters (``zhangwei``).

    Raises:
        NameInvalid: the text cannot be a name.
    """
    text = names.normalise(name)
    by_sound = text.isascii()
    column = "pinyin_index" if by_sound else "name_index"
    value = text.lower().replace(" ", "") if by_sound else names.folded(text)
    space = "pinyin" if by_sound else "name"
    found = Patient.objects.filter(**{f"{column}__in": keys().indexes(value, space=space)}, active=True)
    if birth_date:
        found = found.filter(birth_date=birth_date)
    return _current_in_order(found.order_by("-registered_at", "id").values_list("id", flat=True)[:limit])


def find_by_mobile(mobile: str) -> list[UUID]:
    """Everybody who is reached at this mobile number; families share one.

    Raises:
        IdentifierInvalid: it is no mobile number.
    """
    value = country().mobile(mobile)
    rows = Patient.objects.filter(mobile_index__in=keys().indexes(value, space="mobile"), active=True)
    return _current_in_order(rows.order_by("registered_at", "id").values_list("id", flat=True))


def _current_in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Records as the people they count for, each once, in the order given."""
    found = list(ids)
    counts = current(found)
    return list(dict.fromkeys(counts[key] for key in found))


def current(ids: Iterable[UUID | str]) -> dict[UUID, UUID]:
    """For each record the one that it counts for: itself, or the survivor of a merge. One query."""
    wanted = [UUID(str(key)) for key in ids]
    with connection.cursor() as cursor:
        cursor.execute("SELECT record, mpi_current(record) FROM unnest(%s::uuid[]) AS record", [wanted])
        return dict(cursor.fetchall())


def records(patient: UUID | str) -> list[UUID]:
    """All records that count for the same person as this one, the surviving one first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(mpi_records(%s::uuid))", [str(patient)])
        return [row[0] for row in cursor.fetchall()]


def all_records(patients: Iterable[UUID | str]) -> list[UUID]:
    """The records of several people, person by person in the order given, each once. One query."""
    wanted = [UUID(str(key)) for key in patients]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked(patient, place),"
            " unnest(mpi_records(asked.patient)) WITH ORDINALITY AS record(key, step) ORDER BY place, step",
            [wanted],
        )
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


@transaction.atomic
def shown(*, by: Actor, ids: Iterable[UUID | str], masked: bool = True) -> dict[UUID, ShownPatient]:
    """What a screen shows of people, by id: two queries and one audit entry a person. Unknown ids are left out."""
    wanted = list(ids)
    ring = keys()
    numbers = _identifiers(wanted)
    result: dict[UUID, ShownPatient] = {}
    for row in Patient.objects.filter(id__in=wanted):
        system = rules.strongest(numbers.get(row.id, {}))
        number = numbers.get(row.id, {}).get(system, "")
        name = ring.open(row.name_sealed, place=name_place(row.id))
        mobile = ring.open(row.mobile_sealed, place=mobile_place(row.id))
        if masked:
            name, number, mobile = (
                identifiers.mask_name(name),
                identifiers.mask(number),
                identifiers.mask_mobile(mobile),
            )
        result[row.id] = ShownPatient(row.id, name, system, number, mobile, row.birth_date, row.sex, row.district)
    audit.record_many(
        by=by,
        acts=[
            audit.Act("mpi.read" if masked else "mpi.read_unmasked", patient=str(key), target=f"Patient/{key}")
            for key in result
        ],
    )
    return result


def identifiers_of(patients: Iterable[UUID | str]) -> list[Identifier]:
    """Every number of some records, opened, strongest kinds first, each once. Whoever shows them audits the look."""
    ring = keys()
    rows = (
        PatientIdentifier.objects.filter(patient_id__in=list(patients), ended_on__isnull=True)
        .order_by("id")
        .values_list("patient_id", "system", "value_sealed")
    )
    found = [Identifier(system, ring.open(sealed, place=identifier_place(key, system))) for key, system, sealed in rows]
    return sorted(dict.fromkeys(found), key=lambda item: rules.STRENGTH.index(item.system))


def _identifiers(patients: Iterable[UUID | str]) -> dict[UUID, dict[str, str]]:
    """Opened identifiers by patient and system."""
    ring = keys()
    opened: dict[UUID, dict[str, str]] = {}
    for patient, system, sealed in (
        PatientIdentifier.objects.filter(patient_id__in=list(patients), ended_on__isnull=True)
        .order_by("id")
        .values_list("patient_id", "system", "value_sealed")
    ):
        opened.setdefault(patient, {})[system] = ring.open(sealed, place=identifier_place(patient, system))
    return opened


def mobiles(patients: Iterable[str]) -> Mapping[str, str]:
    """Where to send notices: mobile numbers by patient id. For messaging, whose own entry tells of the notice."""
    ring = keys()
    rows = Patient.objects.filter(id__in=list(patients), deceased=False).exclude(mobile_sealed=b"")
    return {
        str(key): ring.open(sealed, place=mobile_place(key)) for key, sealed in rows.values_list("id", "mobile_sealed")
    }


def related(account: str, *, on: date | None = None) -> list[Related]:
    """The people an account may act for on a day (today by default), itself first."""
    day = on or timezone.localdate()
    rows = RelatedPerson.objects.filter(account=account).order_by("id")
    people = [
        Related(row.patient_id, row.relation, row.verified, row.expires_on)
        for row in rows
        if row.expires_on is None or row.expires_on >= day
    ]
    return sorted(people, key=lambda person: person.relation != Relation.SELF)


def may_act_for(account: str, patient: UUID | str, *, on: date | None = None) -> bool:
    """Whether an account has a verified, unexpired relation to a patient, under whichever record of the person."""
    same = set(records(patient))
    return any(person.patient in same and person.verified for person in related(account, on=on))


def persons_per_account() -> int:
    """How many people one account may keep."""
    return int(getattr(settings, "JINLING_PERSONS_PER_ACCOUNT", 6))
