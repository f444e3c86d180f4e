"""Plain values that cards take and give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jinling.services.cards.rules.life import CardKind


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be issued to a registered person. ``at`` is the moment of issue, now when empty; ``birth_date`` is
    never given by callers, it comes from the patient index."""

    patient: UUID
    kind: str = CardKind.MEDICAL
    guardian: UUID | None = None
    at: datetime | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as screens show it; the number is masked unless asked otherwise."""

    id: UUID
    patient: UUID
    kind: str
    state: str
    issuer: str
    number: str
    issued_on: date | None
    guardian: UUID | None
    issuer_code: str


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Whose code was read."""

    card: UUID
    patient: UUID
    kind: str
    issuer: int
