"""Template tags of cards: kinds and states as words."""

from __future__ import annotations

from django import template

from jinling.services.cards.models import Card
from jinling.services.cards.rules.life import CardState
from jinling.web.components import Chip, Tone

register = template.Library()
TONES: dict[str, Tone] = {
    CardState.APPLIED: "info",
    CardState.ISSUED: "info",
    CardState.ACTIVE: "good",
    CardState.LOST: "bad",
    CardState.REPLACED: "",
    CardState.CANCELLED: "",
}


@register.filter
def card_kind(code: str) -> str:
    """A kind of card as a word."""
    return str(Card.Kind(code).label)


@register.filter
def card_chip(state: str) -> Chip:
    """A card's state as a chip."""
    return Chip(str(Card.State(state).label), TONES[state])
