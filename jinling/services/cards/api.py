"""Cards' JSON API, for hospitals' systems and kiosks: issue cards, take the steps of their lives, read their codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.idempotency import public as idempotency
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.services.cards import rights
from jinling.services.cards.public import VERBS, apply, cards_of, issue, replace, scan, shown
from jinling.services.cards.rules.codes import LONGEST
from jinling.services.cards.rules.life import CardKind, CardUnknown, Place
from jinling.services.cards.values import NewCard, ShownCard
from jinling.web.requests import actor

router = Router(auth=access.ApiKeyAuth(), tags=["cards"])
HERE = ("present", "named", "own_organization")


class CardIn(Schema):
    """A card for a person whom ``POST /patients`` has made known. Below 14 years ``kind`` is child, with a guardian."""

    patient: UUID
    kind: CardKind = CardKind.MEDICAL
    guardian: UUID | None = None
    handed_out: bool = Field(True, description="false: applied for only; step issue hands it out")


class StepIn(Schema):
    """Why; no names or numbers."""

    reason: str = Field("", max_length=300)


class CardOut(Schema):
    """A card of the caller's institution. ``number`` is in clear for whoever makes the card, else masked."""

    id: UUID
    patient: UUID
    kind: str
    state: str
    number: str
    issuer: str
    issued_on: date | None
    guardian: UUID | None


class ScanIn(Schema):
    """The text of a QR code."""

    code: str = Field(min_length=1, max_length=LONGEST)


class ScanOut(Schema):
    """Whose code it was; names and numbers are masked."""

    card: UUID
    patient: UUID
    kind: str
    name: str
    birth_date: date | None
    sex: str


@router.post("/cards", response={201: CardOut}, summary="Issue a card at a kiosk or counter, or apply for one")
@access.permission_required(rights.ISSUE, relation=HERE, level=4)
def make(request: HttpRequest, body: CardIn, key: str = idempotency.KEY) -> Status[CardOut]:
    by = actor(request)
    place = Place.KIOSK if by.kind == "device" else Place.COUNTER
    issuer, card = directory.own(by).pk, NewCard(body.patient, body.kind, body.guardian)

    def run() -> dict[str, str]:
        if body.handed_out:
            return {"card": str(issue(by=by, issuer=issuer, card=card, place=place))}
        return {"card": str(apply(by=by, issuer=issuer, card=card, place=place))}

    return Status(201, _one(by, _once(by, key, ["cards.make", body.model_dump(mode="json")], run), masked=False))


@router.get("/cards", response={200: list[CardOut]}, summary="A person's cards of this institution, numbers masked")
@access.permission_required(rights.READ, relation=HERE, level=4)
def listed(request: HttpRequest, patient: UUID) -> list[CardOut]:
    by = actor(request)
    issuer = directory.own(by).code
    return [_out(card) for card in shown(by=by, ids=cards_of(patient)) if card.issuer_code == issuer]


@router.post(
    "/cards/{uuid:card}/{step}",
    response={200: CardOut},
    summary="One step of a card's life; replacing gives the new card",
)
@access.permission_required(rights.ISSUE, relation=HERE, level=4)
def take_step(
    request: HttpRequest,
    card: UUID,
    step: Literal["issue", "activate", "lose", "find", "replace", "cancel"],
    body: StepIn,
    key: str = idempotency.KEY,
) -> CardOut:
    by = actor(request)

    def run() -> dict[str, str]:
        if step == "replace":
            return {"card": str(replace(by=by, card=card, reason=body.reason))}
        VERBS[step](by=by, card=card)
        return {"card": str(card)}

    answer = _once(by, key, ["cards.step", str(card), step, body.reason], run)
    return _one(by, answer, masked=step not in ("issue", "replace"))


def _once(by: Actor, key: str, body: list[object], run: Callable[[], dict[str, str]]) -> UUID:
    """The card that the key's first request made or changed. Only its id is kept: numbers stay sealed."""
    return UUID(idempotency.once_for(by, key, body, run)["card"])


def _one(by: Actor, card: UUID, *, masked: bool) -> CardOut:
    found = shown(by=by, ids=[card], masked=masked)
    if not found:
        raise CardUnknown(where="card")
    return _out(found[0])


def _out(card: ShownCard) -> CardOut:
    return CardOut(
        id=card.id,
        patient=card.patient,
        kind=card.kind,
        state=card.state,
        number=card.number,
        issuer=card.issuer_code,
        issued_on=card.issued_on,
        guardian=card.guardian,
    )


@router.post(
    "/cards/scan",
    response={200: ScanOut},
    summary="Read the code of an electronic health card; it opens once, within a minute",
)
@access.permission_required(rights.SCAN, relation=("present", "own_organization"), level=4)
def read_code(request: HttpRequest, body: ScanIn) -> ScanOut:
    by = actor(request)
    found = scan(by=by, text=body.code)
    shown = mpi.shown(by=by, ids=[found.patient])[found.patient]
    return ScanOut(
        card=found.card,
        patient=found.patient,
        kind=found.kind,
        name=shown.name,
        birth_date=shown.birth_date,
        sex=shown.sex,
    )
