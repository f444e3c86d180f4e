"""Reads of cards."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel import identifiers
from jinling.kernel.actor import Actor
from jinling.kernel.sealing import Keyring, keyring
from jinling.services.cards.models import Batch, Card, Step
from jinling.services.cards.rules.life import LIVING, CardUnknown
from jinling.services.cards.rules.sheets import BatchUnknown
from jinling.services.cards.values import ShownCard


@lru_cache(maxsize=1)
def keys() -> Keyring:
    """The installation's keyring; read once a process."""
    return keyring(settings.JINLING_SEALING)


def number_place(card: UUID) -> str:
    """The place of a card's sealed number."""
    return f"cards.number/{card}"


def by_number(number: str) -> UUID:
    """The card with this number.

    Raises:
        IdentifierInvalid, CardUnknown: it is no card number, or nobody's.
    """
    value = identifiers.card_number(number, kind="citizen_card")
    found = Card.objects.filter(number_index__in=keys().indexes(value, space="card")).values_list("id", flat=True)
    card = found.first()
    if card is None:
        raise CardUnknown(where="number")
    return card


def card_by_id(card: UUID) -> Card:
    """A card with its issuer.

    Raises:
        CardUnknown: there is none.
    """
    row = Card.objects.select_related("issuer").filter(id=card).first()
    if row is None:
        raise CardUnknown(where="card")
    return row


@transaction.atomic
def shown(*, by: Actor, ids: Iterable[UUID], masked: bool = True) -> list[ShownCard]:
    """Cards as a screen shows them, newest first, with an audit entry each."""
    rows = list(Card.objects.filter(id__in=list(ids)).select_related("issuer").order_by("-applied_at", "-id"))
    audit.record_many(
        by=by,
        acts=[
            audit.Act(
                "cards.read" if masked else "cards.read_unmasked", patient=str(row.patient_id), target=f"Card/{row.id}"
            )
            for row in rows
        ],
    )
    return [_shown(row, masked) for row in rows]


def _shown(row: Card, masked: bool) -> ShownCard:
    number = keys().open(row.number_sealed, place=number_place(row.id))
    issued = timezone.localtime(row.issued_at).date() if row.issued_at else None
    return ShownCard(
        row.id,
        row.patient_id,
        row.kind,
        row.state,
        row.issuer.name,
        identifiers.mask(number) if masked else number,
        issued,
        row.guardian_id,
        row.issuer.code,
    )


def cards_of(patient: UUID | str) -> list[UUID]:
    """Ids of all cards of a person, those of merged records too, newest first."""
    return list(
        Card.objects.filter(patient_id__in=mpi.records(patient))
        .order_by("-applied_at", "-id")
        .values_list("id", flat=True)
    )


def holders(issuer: int, patients: Collection[UUID]) -> set[UUID]:
    """Those of the people who hold a living card of the issuer, also under a record that was merged with theirs."""
    cards = Card.objects.filter(issuer_id=issuer, patient_id__in=mpi.all_records(patients), state__in=LIVING)
    held = set(cards.values_list("patient_id", flat=True))
    owners = mpi.current({*patients, *held})
    holding = {owners[patient] for patient in held}
    return {patient for patient in patients if owners[patient] in holding}


def steps_of(card: UUID) -> list[Step]:
    """A card's life, in order."""
    return list(Step.objects.filter(card_id=card).order_by("at", "id"))


def issued_by_organization(start: datetime, end: datetime) -> dict[int, int]:
    """Cards issued from ``start`` up to ``end`` by organisation id; replacements are issues too."""
    rows = Card.objects.filter(issued_at__gte=start, issued_at__lt=end).values_list("issuer_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def first_issue() -> date | None:
    """The city's day on which the first card was issued that no replay made."""
    rows = Card.objects.filter(issued_at__isnull=False).exclude(batch__startswith="replay:").order_by("issued_at")
    first = rows.values_list("issued_at", flat=True).first()
    return None if first is None else timezone.localdate(first)


def batch_of(issuer: int, content: bytes) -> UUID | None:
    """The batch that this very file has made for an issuer, or None."""
    digest = hashlib.sha256(content).digest()
    return Batch.objects.filter(issuer_id=issuer, digest=digest).values_list("id", flat=True).first()


def latest_batches(issuer: int) -> list[Batch]:
    """An issuer's batches, the latest 50."""
    return list(Batch.objects.filter(issuer_id=issuer).order_by("-at")[:50])


def own_batch(issuer: int, batch: UUID) -> Batch:
    """One batch of an issuer.

    Raises:
        BatchUnknown: there is none, or it is another's.
    """
    row = Batch.objects.filter(id=batch, issuer_id=issuer).first()
    if row is None:
        raise BatchUnknown(where="batch")
    return row
