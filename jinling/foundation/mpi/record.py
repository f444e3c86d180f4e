"""Records as matching compares them: opened in memory for the run, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi.models import Link, Patient, PatientIdentifier
from jinling.foundation.mpi.places import identifier_place, keys, mobile_place, name_place
from jinling.foundation.mpi.rules.matching import PersonRecord, space_of
from jinling.foundation.mpi.rules.people import Identifier, NameAbsent
from jinling.kernel import names
from jinling.kernel.actor import Actor


@transaction.atomic
def person_records(*, by: Actor, ids: Iterable[UUID] | None = None) -> dict[str, PersonRecord]:
    """Records for matching by id: the given ones, or every active one that counts for itself.

    A run over the whole index leaves one audit entry, a look at given records one each.
    """
    ring = keys()
    rows = Patient.objects.filter(active=True).order_by("id")
    numbers: dict[UUID, dict[str, str]] = {}
    held = PatientIdentifier.objects.filter(ended_on__isnull=True)
    if ids is None:
        rows = rows.exclude(id__in=Link.objects.values("patient_id"))
        audit.record(by=by, action="mpi.match", target="Patient")
    else:
        wanted = list(ids)
        rows, held = rows.filter(id__in=wanted), held.filter(patient_id__in=wanted)
        audit.record_many(
            by=by, acts=[audit.Act("mpi.compare", patient=str(key), target=f"Patient/{key}") for key in wanted]
        )
    for patient, system, sealed in held.values_list("patient_id", "system", "value_sealed").iterator(chunk_size=10_000):
        value = ring.open(sealed, place=identifier_place(patient, system))
        numbers.setdefault(patient, {})[space_of(Identifier(system, value).space, value)] = value
    records: dict[str, PersonRecord] = {}
    for row in rows.iterator(chunk_size=10_000):
        name = ring.open(row.name_sealed, place=name_place(row.id))
        key = str(row.id)
        records[key] = PersonRecord(
            id=key,
            name=names.folded(name),
            pinyin=names.pinyin(name) if name else "",
            surname=names.surname_reading(name) if name else "",
            birth_date=row.birth_date.isoformat() if row.birth_date else "",
            sex="" if row.sex == "unknown" else row.sex,
            mobile=ring.open(row.mobile_sealed, place=mobile_place(row.id)),
            district=row.district,
            mother=str(row.mother_id or ""),
            newborn=row.name_absent == NameAbsent.NEWBORN,
            birth_order=row.birth_order,
            numbers=numbers.get(row.id, {}),
        )
    return records
