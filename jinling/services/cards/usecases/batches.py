"""Cards for the people of a spreadsheet: good rows get cards, the others a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.ages import age_on
from jinling.kernel.identifiers import IdentifierInvalid
from jinling.kernel.ids import new_id
from jinling.kernel.outcomes import Refused
from jinling.services.cards.models import Batch, Card
from jinling.services.cards.rules.life import (
    CHILD_UNTIL,
    LIVING,
    CardKind,
    GuardianUnknown,
    HolderUnfit,
    HoldsOne,
    Place,
    check_kind,
)
from jinling.services.cards.rules.sheets import (
    NameMissing,
    NumberDamaged,
    RowRefusal,
    SheetEmpty,
    SheetRow,
    refusal,
)
from jinling.services.cards.sheets import read_sheet
from jinling.services.cards.usecases.life import issue_many
from jinling.services.cards.values import NewCard

_COLUMNS = {"identifiers": "number", "name": "name", "mobile": "mobile", "birth_date": "number", "sex": "number"}


@transaction.atomic
def issue_from_sheet(*, by: Actor, issuer: int, content: bytes, file_name: str) -> UUID:
    """Issue a card to every person of a spreadsheet whose row stands; gives the batch's id.

    Children below 14 get a child's card and need a registered guardian. The same file again gives
    the batch that it made the first time.

    Raises:
        SheetUnreadable, SheetTooLarge, SheetEmpty, ColumnsMissing: the file as a whole; nothing is done.
    """
    digest = hashlib.sha256(content).digest()
    with connection.cursor() as cursor:  # the same file twice at once is one batch
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [f"{issuer}/{digest.hex()}"])
    known = Batch.objects.filter(issuer_id=issuer, digest=digest).values_list("id", flat=True).first()
    if known is not None:
        return known
    rows = read_sheet(content)
    if not rows:
        raise SheetEmpty(where="file")
    refused: dict[int, RowRefusal] = {}
    cards = _cards(by, issuer, rows, refused)
    batch = new_id()
    issue_many(by=by, issuer=issuer, cards=cards, place=Place.BATCH, batch=f"sheet:{batch}")
    Batch.objects.create(
        id=batch,
        issuer_id=issuer,
        digest=digest,
        file_name=file_name[:200],
        rows=len(rows),
        issued=len(cards),
        refused=[asdict(refused[row]) for row in sorted(refused)],
        actor=by.ref,
    )
    audit.record(
        by=by,
        action="cards.batch",
        target=f"Batch/{batch}",
        detail={"rows": len(rows), "issued": len(cards), "refused": len(refused)},
    )
    return batch


def _cards(by: Actor, issuer: int, rows: Sequence[SheetRow], refused: dict[int, RowRefusal]) -> list[NewCard]:
    """The cards of the rows that stand; reasons of the others go into ``refused`` by row number."""
    sound = []
    for row in rows:
        if row.damaged:
            refused[row.row] = refusal(row.row, row.damaged[0], NumberDamaged())
        elif not row.values.get("name"):
            refused[row.row] = refusal(row.row, "name", NameMissing())
        else:
            sound.append(row)
    people = [_person(row) for row in sound]
    for place, reason in mpi.refusals(people).items():
        part = reason.where.partition(".")[2].partition("[")[0]
        refused[sound[place].row] = refusal(sound[place].row, _COLUMNS.get(part, "number"), reason)
    # A child's guardian is looked for before anybody is registered: a refused row leaves nothing behind.
    kept: list[tuple[SheetRow, mpi.NewPatient, CardKind, UUID | None]] = []
    for row, person in zip(sound, people, strict=True):
        if row.row not in refused:
            try:
                kept.append((row, person, *_kind(row)))
            except Refused as reason:
                refused[row.row] = refusal(row.row, reason.where.rpartition(".")[2], reason)
    patients = mpi.find_or_register_many(by=by, people=[person for _row, person, _, _guardian in kept])
    facts = mpi.facts(patients)
    holders = set(
        Card.objects.filter(issuer_id=issuer, patient_id__in=patients, state__in=LIVING).values_list(
            "patient_id", "kind"
        )
    )
    cards: list[NewCard] = []
    for (row, _, kind, guardian), patient in zip(kept, patients, strict=True):
        if not facts[patient].active:
            refused[row.row] = refusal(row.row, "number", HolderUnfit())
        elif (patient, kind) in holders:
            refused[row.row] = refusal(row.row, "number", HoldsOne())
        else:
            holders.add((patient, kind))
            cards.append(NewCard(patient, kind, guardian))
    return cards


def _person(row: SheetRow) -> mpi.NewPatient:
    number = row.values.get("number", "")
    return mpi.NewPatient(
        name=row.values.get("name", ""),
        mobile=row.values.get("mobile", ""),
        identifiers=(mpi.Identifier("resident_id", number),),
    )


def _kind(row: SheetRow) -> tuple[CardKind, UUID | None]:
    """The kind of card for one row, and a child's guardian.

    Raises:
        IdentifierInvalid, GuardianUnknown, GuardianMissing: ``where`` ends with the column.
    """
    today = timezone.localdate()
    born = _born(row.values["number"], today)
    if born is None or age_on(born, today) >= CHILD_UNTIL:
        return CardKind.MEDICAL, None
    guardian = None
    if row.values.get("guardian"):
        try:
            guardian = mpi.find(system="resident_id", value=row.values["guardian"])
        except IdentifierInvalid as reason:
            reason.where = "guardian"
            raise
        if guardian is None:
            raise GuardianUnknown(where="guardian")
    own = mpi.facts([guardian])[guardian] if guardian else None
    check_kind(
        CardKind.CHILD,
        birth_date=born,
        has_guardian=own is not None and own.active,
        guardian_birth_date=own.birth_date if own else None,
        day=today,
    )
    return CardKind.CHILD, guardian


def _born(number: str, today: date) -> date | None:
    """When somebody was born: as the number says, else as the index knows it."""
    read = mpi.country().read("resident_id", number, today=today)
    if read.birth_date is not None:
        return read.birth_date
    known = mpi.find(system="resident_id", value=read.value)
    return mpi.facts([known])[known].birth_date if known else None
