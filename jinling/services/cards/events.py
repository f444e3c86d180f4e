"""What cards announce: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardsIssued:
    """Cards were handed out by one organisation."""

    organization: int
    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardChanged:
    """A card took a step of its life: ``step`` is activated, lost, found, replaced or cancelled."""

    card: str
    patient: str
    step: str
