"""Template tags of scheduling: the words for states, half-days, kinds of clinics and reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from jinling.services.scheduling.queries.appointments import reference_of
from jinling.web.components import Chip

register = template.Library()

PARTS = {"am": _("Morning"), "pm": _("Afternoon"), "evening": _("Evening")}
KINDS = {"general": _("General clinic"), "expert": _("Expert clinic"), "disease": _("Disease clinic")}
STATES: dict[str, tuple[Any, Any]] = {
    "open": (pgettext_lazy("numbers", "Open"), "good"),
    "full": (pgettext_lazy("numbers", "Full"), ""),
    "closed": (pgettext_lazy("numbers", "Closed"), "bad"),
    "not_yet": (pgettext_lazy("numbers", "Not yet released"), "info"),
    "draw": (pgettext_lazy("numbers", "By draw"), "info"),
    "ended": (pgettext_lazy("numbers", "Booking ended"), ""),
    "not_open": (pgettext_lazy("numbers", "Not open here"), ""),
    "none": (pgettext_lazy("numbers", "None"), ""),
}
STATUSES: dict[str, tuple[Any, Any]] = {
    "proposed": (_("Held"), "warn"),
    "pending": (_("Waiting for the hospital"), "warn"),
    "booked": (_("Booked"), "good"),
    "arrived": (_("Checked in"), "info"),
    "fulfilled": (_("Seen"), ""),
    "noshow": (_("Did not come"), "bad"),
    "cancelled": (_("Cancelled"), ""),
    "suspended": (_("Session closed"), "bad"),
    "expired": (_("Expired"), ""),
    "refused": (_("Refused by the hospital"), "bad"),
}
TABS = {"upcoming": _("Upcoming"), "past": _("Past"), "cancelled": _("Cancelled"), "waiting": _("Waiting")}
RELATIONS = {
    "self": _("Myself"),
    "spouse": _("Spouse"),
    "child": _("Child"),
    "parent": _("Parent"),
    "grandparent": _("Grandparent"),
    "grandchild": _("Grandchild"),
    "sibling": _("Brother or sister"),
    "ward": _("Ward"),
    "other": _("Other person"),
}
OFFERS = {
    "waitlist": _("A number came free on your waiting list."),
    "closure": _("Your session was closed. This number is offered instead."),
}
PENALTIES = {"noshow": _("Missed appointments"), "cancel": _("Serial cancelling"), "staff": _("Set by staff")}
AUDIENCES = {"public": _("Everyone"), "community": _("Community")}
SEXES = {"male": _("Men"), "female": _("Women")}
RELEASES = {"rush": _("First come, first served"), "draw": _("By draw")}
OUTCOMES = {"won": _("Won a number"), "not_drawn": _("Not drawn"), "": _("Takes part")}
DRAW_STATES = {
    "before": _("Not yet open"),
    "open": _("Open for sign-up"),
    "closed": _("Closed, will be drawn soon"),
    "drawn": _("Drawn"),
}
WORDS = {
    "part": PARTS,
    "kind": KINDS,
    "tab": TABS,
    "relation": RELATIONS,
    "offer": OFFERS,
    "penalty": PENALTIES,
    "audience": AUDIENCES,
    "sex": SEXES,
    "release": RELEASES,
    "outcome": OUTCOMES,
    "draw": DRAW_STATES,
}


@register.filter
def word(code: str, kind: str) -> str:
    """A code in the reader's language; one without a word stands for itself."""
    return str(WORDS[kind].get(code, code))


@register.filter
def state(code: str) -> str:
    """A session's state in words."""
    return str(STATES[code][0])


@register.filter
def state_chip(code: str) -> Chip:
    """A session's state as a chip."""
    text, tone = STATES[code]
    return Chip(str(text), tone)


@register.filter
def status_chip(code: str) -> Chip:
    """An appointment's state as a chip."""
    text, tone = STATUSES.get(code, (code, ""))
    return Chip(str(text), tone)


@register.filter
def reference(id_: UUID) -> str:
    """The short reference of an appointment, in two groups to be read out."""
    text = reference_of(id_)
    return f"{text[:5]} {text[5:]}"


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """The entry of a mapping under a key that the template holds."""
    return mapping.get(key) if mapping else None


@register.filter
def minus(value: int, other: int) -> int:
    """The difference of two numbers."""
    return value - other


@register.filter
def weekday_name(number: int) -> str:
    """The weekday of a rule; 0 is Monday."""
    from jinling.web.templatetags.jinling import WEEKDAYS as SHORT

    return str(SHORT[number])
