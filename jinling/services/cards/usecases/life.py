"""Issuing cards, and the steps of their lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id
from jinling.services.cards.events import CardChanged, CardsIssued
from jinling.services.cards.models import Card, Step
from jinling.services.cards.queries import keys, number_place
from jinling.services.cards.rules.life import (
    LIFE,
    LIVING,
    CardState,
    CardUnknown,
    HolderUnfit,
    HoldsOne,
    Place,
    check_kind,
    refuse_other_issuer,
)
from jinling.services.cards.values import NewCard

_INSERT = """
INSERT INTO cards_card (id, patient_id, issuer_id, kind, state, number_sealed, number_index, guardian_id, replaces_id,
                        place, batch, applied_at, issued_at)
SELECT id, patient, %s, kind, state, sealed, index, guardian, %s, %s, %s, at, at
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::uuid[], %s::timestamptz[])
     AS t(id, patient, kind, state, sealed, index, guardian, at)
ON CONFLICT DO NOTHING
"""
_INSERT_STEPS = """
INSERT INTO cards_step (card_id, step, state, actor, reason, at)
SELECT id, 'issue', state, %s, '', at FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS t(id, state, at)
"""


@transaction.atomic
def issue_many(
    *, by: Actor, issuer: int, cards: Sequence[NewCard], place: Place = Place.COUNTER, batch: str = ""
) -> list[UUID]:
    """Issue cards to registered people, all or none; gives their ids in the order given.

    Args:
        issuer: organisation id.
        place: where they are issued.
        batch: names what the cards came with, so that they can be found together.

    Raises:
        HolderUnfit, KindInvalid, GuardianMissing, HoldsOne: ``where`` reads ``cards[12]``.
    """
    return _issue(by, issuer, cards, place, batch, None)


def issue(*, by: Actor, issuer: int, card: NewCard, place: Place = Place.COUNTER) -> UUID:
    """Issue one card. See ``issue_many``."""
    return issue_many(by=by, issuer=issuer, cards=[card], place=place)[0]


def _issue(
    by: Actor, issuer: int, cards: Sequence[NewCard], place: Place, batch: str, replaces: UUID | None
) -> list[UUID]:
    if not cards:
        return []
    now = timezone.now()
    _check(cards, now)
    _refuse_held_under_another_record(issuer, cards)
    numbers = _numbers(len(cards))
    ring = keys()
    ids = [new_id() for _ in cards]
    states = [CardState.ACTIVE if card.active else CardState.ISSUED for card in cards]
    moments = [card.at or now for card in cards]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                issuer,
                replaces,
                place,
                batch,
                ids,
                [card.patient for card in cards],
                [card.kind for card in cards],
                states,
                [ring.seal(number, place=number_place(key)) for key, number in zip(ids, numbers, strict=True)],
                [ring.index(number, space="card") for number in numbers],
                [card.guardian for card in cards],
                moments,
            ],
        )
        if cursor.rowcount != len(cards):
            raise HoldsOne(where=_held_already(issuer, cards, ids))
        cursor.execute(_INSERT_STEPS, [by.ref, ids, states, moments])
    audit.record_many(
        by=by,
        acts=[
            audit.Act("cards.issue", patient=str(card.patient), target=f"Card/{key}")
            for key, card in zip(ids, cards, strict=True)
        ],
    )
    outbox.announce(CardsIssued(issuer, tuple(str(key) for key in ids)))
    return ids


def _check(cards: Sequence[NewCard], now: datetime) -> None:
    """Refuse holders and kinds that do not fit."""
    facts = mpi.facts({person for card in cards for person in (card.patient, card.guardian) if person})
    for row, card in enumerate(cards):
        holder = facts.get(card.patient)
        if holder is None or not holder.active:
            raise HolderUnfit(where=f"cards[{row}]")
        guardian = facts.get(card.guardian) if card.guardian else None
        check_kind(
            card.kind,
            birth_date=holder.birth_date,
            has_guardian=guardian is not None and guardian.active,
            guardian_birth_date=guardian.birth_date if guardian else None,
            day=timezone.localdate(card.at or now),
            where=f"cards[{row}]",
        )


def _numbers(count: int) -> list[str]:
    """New card numbers: a leading 9, eleven digits in order, a check digit (Luhn)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cards_number') FROM generate_series(1, %s)", [count])
        return [_with_check_digit(f"9{value:011}") for (value,) in cursor.fetchall()]


def _with_check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def _refuse_held_under_another_record(issuer: int, cards: Sequence[NewCard]) -> None:
    """Refuse a second living card of a person whose records were merged; the same record is the constraint's."""
    owners = mpi.current(card.patient for card in cards)
    if len(mpi.all_records(owners.values())) == len(set(owners)):
        return  # nobody here has a second record
    records = {key: mpi.records(person) for key, person in owners.items()}
    living = set(
        Card.objects.filter(
            issuer_id=issuer, patient_id__in=[key for held in records.values() for key in held], state__in=LIVING
        ).values_list("patient_id", "kind")
    )
    for row, card in enumerate(cards):
        if any((key, card.kind) in living for key in records[card.patient] if key != card.patient):
            raise HoldsOne(where=f"cards[{row}]")


def _held_already(issuer: int, cards: Sequence[NewCard], mine: Sequence[UUID]) -> str:
    """Where the first card stands whose holder has one already, in the index or earlier in the same list."""
    living = set(
        Card.objects.filter(
            issuer_id=issuer,
            patient_id__in=[card.patient for card in cards],
            state__in=LIVING,
        )
        .exclude(id__in=mine)
        .values_list("patient_id", "kind")
    )
    for row, card in enumerate(cards):
        if (card.patient, card.kind) in living:
            return f"cards[{row}]"
        living.add((card.patient, card.kind))
    return "cards"


@transaction.atomic
def apply(*, by: Actor, issuer: int, card: NewCard, place: Place = Place.ONLINE) -> UUID:
    """Apply for a card; it is issued later. Gives the card's id.

    Raises:
        HolderUnfit, KindInvalid, GuardianMissing, HoldsOne: as for issuing.
    """
    now = timezone.now()
    _check([card], now)
    if Card.objects.filter(
        patient_id__in=mpi.records(card.patient), issuer_id=issuer, kind=card.kind, state__in=LIVING
    ).exists():
        raise HoldsOne(where="card")
    row = Card.objects.create(
        patient_id=card.patient,
        issuer_id=issuer,
        kind=card.kind,
        state=CardState.APPLIED,
        guardian_id=card.guardian,
        place=place,
        applied_at=now,
    )
    _note(by, row, "apply", now, "")
    return row.id


@transaction.atomic
def hand_out(*, by: Actor, card: UUID) -> None:
    """Issue a card that was applied for: it gets its number.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it is not waiting.
    """
    row = _locked(card)
    refuse_other_issuer("issue", issuer=row.issuer.code, institution=by.organization)
    row.state = LIFE.after(row.state, "issue", where="card")
    now = timezone.now()
    number = _numbers(1)[0]
    row.number_sealed = keys().seal(number, place=number_place(row.id))
    row.number_index = keys().index(number, space="card")
    row.issued_at = now
    row.save()
    _note(by, row, "issue", now, "")
    outbox.announce(CardsIssued(row.issuer_id, (str(row.id),)))


def activate(*, by: Actor, card: UUID) -> None:
    """The holder takes the card into use.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it is not newly issued.
    """
    _step(by, card, "activate")


def report_lost(*, by: Actor, card: UUID, reason: str = "") -> None:
    """The card is lost: from now on it opens nothing.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it is not in the holder's hands.
    """
    _step(by, card, "lose", reason)


def report_found(*, by: Actor, card: UUID) -> None:
    """A lost card came back before it was replaced.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it is not lost.
    """
    _step(by, card, "find")


def cancel(*, by: Actor, card: UUID, reason: str = "") -> None:
    """The card ends without a successor.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it has ended.
    """
    _step(by, card, "cancel", reason)


@transaction.atomic
def replace(*, by: Actor, card: UUID, reason: str = "") -> UUID:
    """End a card and issue another to the same person under a new number; gives the new card's id.

    Raises:
        CardUnknown, StepRefused, OtherIssuer: there is no such card, or it cannot be replaced.
        KindInvalid: the holder has grown out of a child's card.
    """
    row = _locked(card)
    _move(by, row, "replace", reason)
    successor = NewCard(row.patient_id, row.kind, row.guardian_id)
    return _issue(by, row.issuer_id, [successor], Place(row.place), "", row.id)[0]


@transaction.atomic
def _step(by: Actor, card: UUID, step: str, reason: str = "") -> None:
    _move(by, _locked(card), step, reason)


def _move(by: Actor, row: Card, step: str, reason: str) -> None:
    refuse_other_issuer(step, issuer=row.issuer.code, institution=by.organization)
    row.state = LIFE.after(row.state, step, where="card")
    now = timezone.now()
    if row.state not in LIVING:
        row.ended_at = now
    row.save()
    _note(by, row, step, now, reason)
    outbox.announce(CardChanged(str(row.id), str(row.patient_id), row.state))


def _note(by: Actor, row: Card, step: str, at: datetime, reason: str) -> None:
    Step.objects.create(card=row, step=step, state=row.state, actor=by.ref, reason=reason, at=at)
    audit.record(by=by, action=f"cards.{step}", patient=str(row.patient_id), target=f"Card/{row.id}")


def _locked(card: UUID) -> Card:
    row = Card.objects.select_for_update(of=("self",)).select_related("issuer").filter(id=card).first()
    if row is None:
        raise CardUnknown(where="card")
    return row


@transaction.atomic
def withdraw_batch(*, by: Actor, batch: str) -> int:
    """Take back the cards that a replay issued, with their steps; gives how many."""
    with connection.cursor() as cursor:
        # A replayed card that somebody replaced since goes with its successors.
        cursor.execute(
            "WITH RECURSIVE gone(id) AS (SELECT id FROM cards_card WHERE batch = %s UNION"
            " SELECT cards_card.id FROM cards_card JOIN gone ON replaces_id = gone.id),"
            " codes AS (DELETE FROM cards_read_code USING gone WHERE card_id = gone.id),"
            " steps AS (DELETE FROM cards_step USING gone WHERE card_id = gone.id)"
            " DELETE FROM cards_card USING gone WHERE cards_card.id = gone.id",
            [batch],
        )
        count = cursor.rowcount
    if count:
        audit.record(by=by, action="cards.withdraw", target=f"Batch/{batch}", detail={"cards": count})
    return count


# The verbs of a card's steps, by step.
VERBS: Mapping[str, Callable[..., Any]] = {
    "issue": hand_out,
    "activate": activate,
    "lose": report_lost,
    "find": report_found,
    "replace": replace,
    "cancel": cancel,
}
