"""Template tags of cards: kinds and states as words."""

from __future__ import annotations

from django import template

from jinling.services.cards.models import Card
from jinling.web.components import Chip, Tone

register = template.Library()
TONES: dict[str, Tone] = {"applied": "info", "issued": "info", "active": "good", "lost": "bad"}


@register.filter
def card_kind(code: str) -> str:
    """A kind of card as a word."""
    return str(Card.Kind(code).label)


@register.filter
def card_chip(state: str) -> Chip:
    """A card's state as a chip."""
    return Chip(str(Card.State(state).label), TONES.get(state, ""))
