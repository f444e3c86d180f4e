"""Template tags of scheduling: the words for states, half-days, kinds of clinics and reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from jinling.services.scheduling.queries.appointments import reference_of
from jinling.web.components import Chip
from jinling.web.templatetags.jinling import WEEKDAYS as SHORT

register = template.Library()

PARTS = {
    "am": pgettext_lazy("booking", "Morning"),
    "pm": pgettext_lazy("booking", "Afternoon"),
    "evening": pgettext_lazy("booking", "Evening"),
}
KINDS = {
    "general": pgettext_lazy("booking", "General clinic"),
    "expert": pgettext_lazy("booking", "Expert clinic"),
    "disease": pgettext_lazy("booking", "Disease clinic"),
}
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
# A day of the strip has room for a short word only.
DAY_STATES = {
    "full": pgettext_lazy("numbers", "Full"),
    "closed": pgettext_lazy("numbers", "Off"),
    "not_yet": pgettext_lazy("numbers", "Soon"),
    "draw": pgettext_lazy("numbers", "Draw"),
    "ended": pgettext_lazy("numbers", "Over"),
    "not_open": pgettext_lazy("numbers", "None"),
    "none": pgettext_lazy("numbers", "None"),
}
STATUSES: dict[str, tuple[Any, Any]] = {
    "proposed": (pgettext_lazy("booking", "Held"), "warn"),
    "pending": (_("Waiting for the hospital"), "warn"),
    "booked": (pgettext_lazy("booking", "Booked"), "good"),
    "arrived": (pgettext_lazy("booking", "Checked in"), "info"),
    "fulfilled": (pgettext_lazy("booking", "Seen"), ""),
    "noshow": (_("Did not come"), "bad"),
    "cancelled": (pgettext_lazy("booking", "Cancelled"), ""),
    "suspended": (pgettext_lazy("booking", "Session closed"), "bad"),
    "expired": (pgettext_lazy("booking", "Expired"), ""),
    "refused": (_("Refused by the hospital"), "bad"),
}
TABS = {
    "upcoming": pgettext_lazy("booking", "Upcoming"),
    "past": pgettext_lazy("booking", "Past"),
    "cancelled": pgettext_lazy("booking", "Cancelled"),
    "waiting": pgettext_lazy("booking", "Waiting"),
}
RELATIONS = {
    "self": pgettext_lazy("booking", "Myself"),
    "spouse": pgettext_lazy("booking", "Spouse"),
    "child": pgettext_lazy("booking", "Child"),
    "parent": pgettext_lazy("booking", "Parent"),
    "grandparent": pgettext_lazy("booking", "Grandparent"),
    "grandchild": pgettext_lazy("booking", "Grandchild"),
    "sibling": _("Brother or sister"),
    "ward": pgettext_lazy("booking", "Ward"),
    "other": pgettext_lazy("booking", "Other person"),
}
OFFERS = {
    "waitlist": _("A number came free on your waiting list."),
    "closure": _("Your session was closed. This number is offered instead."),
}
PENALTIES = {
    "noshow": pgettext_lazy("booking", "Missed appointments"),
    "cancel": pgettext_lazy("booking", "Serial cancelling"),
    "staff": _("Set by staff"),
}
AUDIENCES = {"public": pgettext_lazy("booking", "Everyone"), "community": pgettext_lazy("booking", "Community")}
SEXES = {"male": pgettext_lazy("booking", "Men"), "female": pgettext_lazy("booking", "Women")}
RELEASES = {"rush": _("First come, first served"), "draw": pgettext_lazy("booking", "By draw")}
OUTCOMES = {
    "won": _("Won a number"),
    "not_drawn": pgettext_lazy("booking", "Not drawn"),
    "": pgettext_lazy("booking", "Takes part"),
}
DRAW_STATES = {
    "before": _("Not yet open"),
    "open": _("Open for sign-up"),
    "closed": _("Closed, will be drawn soon"),
    "drawn": pgettext_lazy("booking", "Drawn"),
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
    "day": DAY_STATES,
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
    return str(SHORT[number])
