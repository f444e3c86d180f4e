"""Template tags of cards: kinds, states and steps as words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

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


@register.filter
def card_step(step: str) -> str:
    """A step as the button that takes it."""
    return {
        "issue": _("Hand out"),
        "activate": _("Take into use"),
        "lose": _("Lost"),
        "find": _("Found again"),
        "replace": _("Replace"),
        "cancel": _("Cancel the card"),
    }[step]
