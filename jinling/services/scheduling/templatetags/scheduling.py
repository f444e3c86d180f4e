"""Template tags of scheduling: the words for states, half-days, kinds of clinics and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from jinling.services.scheduling.queries.appointments import reference_of
from jinling.services.scheduling.rules.kinds import (
    Audience,
    Availability,
    ClinicKind,
    Confirmation,
    DrawState,
    EndReason,
    OfferReason,
    Part,
    Release,
    SuspensionKind,
    TicketOutcome,
)
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.web.components import Chip, Tone
from jinling.web.notation import weekday

register = template.Library()

# The words for the closed lists of ``rules``, each with its whole list: ``tests/test_kinds.py`` holds it.
PARTS = {
    Part.AM: pgettext_lazy("booking", "Morning"),
    Part.PM: pgettext_lazy("booking", "Afternoon"),
    Part.EVENING: pgettext_lazy("booking", "Evening"),
}
KINDS = {
    ClinicKind.GENERAL: pgettext_lazy("booking", "General clinic"),
    ClinicKind.EXPERT: pgettext_lazy("booking", "Expert clinic"),
    ClinicKind.DISEASE: pgettext_lazy("booking", "Disease clinic"),
}
STATES: dict[str, tuple[Any, Tone]] = {
    Availability.OPEN: (pgettext_lazy("numbers", "Open"), "good"),
    Availability.FULL: (pgettext_lazy("numbers", "Full"), ""),
    Availability.CLOSED: (pgettext_lazy("numbers", "Closed"), "bad"),
    Availability.NOT_YET: (pgettext_lazy("numbers", "Not yet released"), "info"),
    Availability.DRAW: (pgettext_lazy("numbers", "By draw"), "info"),
    Availability.ENDED: (pgettext_lazy("numbers", "Booking ended"), ""),
    Availability.NOT_OPEN: (pgettext_lazy("numbers", "Not open here"), ""),
    Availability.NONE: (pgettext_lazy("numbers", "None"), ""),
}
# A day of the strip has room for a short word only; one that is open shows how many numbers are left.
DAY_STATES = {
    Availability.FULL: pgettext_lazy("numbers", "Full"),
    Availability.CLOSED: pgettext_lazy("numbers", "Off"),
    Availability.NOT_YET: pgettext_lazy("numbers", "Soon"),
    Availability.DRAW: pgettext_lazy("numbers", "Draw"),
    Availability.ENDED: pgettext_lazy("numbers", "Over"),
    Availability.NOT_OPEN: pgettext_lazy("numbers", "None"),
    Availability.NONE: pgettext_lazy("numbers", "None"),
}
STATUSES: dict[str, tuple[Any, Tone]] = {
    AppointmentState.PROPOSED: (pgettext_lazy("booking", "Held"), "warn"),
    AppointmentState.PENDING: (_("Waiting for the hospital"), "warn"),
    AppointmentState.BOOKED: (pgettext_lazy("booking", "Booked"), "good"),
    AppointmentState.ARRIVED: (pgettext_lazy("booking", "Checked in"), "info"),
    AppointmentState.FULFILLED: (pgettext_lazy("booking", "Seen"), ""),
    AppointmentState.NOSHOW: (_("Did not come"), "bad"),
    AppointmentState.CANCELLED: (pgettext_lazy("booking", "Cancelled"), ""),
    AppointmentState.SUSPENDED: (pgettext_lazy("booking", "Session closed"), "bad"),
    AppointmentState.EXPIRED: (pgettext_lazy("booking", "Expired"), ""),
    AppointmentState.REFUSED: (_("Refused by the hospital"), "bad"),
}
REASONS = {
    EndReason.PATIENT: _("Given back by the patient"),
    EndReason.DESK: _("By the hospital's desk"),
    EndReason.HOSPITAL: _("By the hospital's own system"),
    EndReason.CHANGED: _("Changed for another time"),
    EndReason.CLOSED: _("The clinic closed the session"),
    EndReason.DECLINED: _("The offer was declined"),
    EndReason.HOLD_RAN_OUT: _("Not booked while it was held"),
    EndReason.UNCONFIRMED: _("The hospital did not answer in time"),
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
    OfferReason.WAITLIST: _("A number came free on your waiting list."),
    OfferReason.CLOSURE: _("Your session was closed. This number is offered instead."),
}
PENALTIES = {
    SuspensionKind.NOSHOW: pgettext_lazy("booking", "Missed appointments"),
    SuspensionKind.CANCEL: pgettext_lazy("booking", "Serial cancelling"),
    SuspensionKind.STAFF: _("Set by staff"),
}
AUDIENCES = {
    Audience.PUBLIC: pgettext_lazy("booking", "Everyone"),
    Audience.COMMUNITY: pgettext_lazy("booking", "Community"),
}
SEXES = {"male": pgettext_lazy("booking", "Men"), "female": pgettext_lazy("booking", "Women")}
RELEASES = {Release.RUSH: _("First come, first served"), Release.DRAW: pgettext_lazy("booking", "By draw")}
CONFIRMATIONS = {
    Confirmation.PLATFORM: _("The platform, at once"),
    Confirmation.HOSPITAL: _("The hospital's own system"),
}
OUTCOMES = {
    TicketOutcome.WON: _("Won a number"),
    TicketOutcome.NOT_DRAWN: pgettext_lazy("booking", "Not drawn"),
    "": pgettext_lazy("booking", "Takes part"),
}
DRAW_STATES = {
    DrawState.BEFORE: _("Not yet open"),
    DrawState.OPEN: _("Open for sign-up"),
    DrawState.CLOSED: _("Closed, will be drawn soon"),
    DrawState.DRAWN: pgettext_lazy("booking", "Drawn"),
}
WORDS: dict[str, Mapping[Any, Any]] = {
    "part": PARTS,
    "kind": KINDS,
    "tab": TABS,
    "relation": RELATIONS,
    "offer": OFFERS,
    "penalty": PENALTIES,
    "audience": AUDIENCES,
    "sex": SEXES,
    "release": RELEASES,
    "reason": REASONS,
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
    return weekday(number)
