"""The closed lists of words that scheduling's tables, its interface and its pages share.

Whoever adds a member follows it where the words stand once more: its label in ``templatetags/scheduling.py``, a new
migration where a constraint of the table lists the words, ``functions/*.sql`` where a statement compares with them.
``tests/test_kinds.py`` fails for each of them that does not follow, and names it.
"""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """For whom numbers are released; also the codes of the pools that are kept for them (the rest is public)."""

    PUBLIC = "public"
    COMMUNITY = "community"


class Release(StrEnum):
    """How numbers are given: to whoever comes first, or by lot."""

    RUSH = "rush"
    DRAW = "draw"


class Part(StrEnum):
    """The half-day of a session."""

    AM = "am"
    PM = "pm"
    EVENING = "evening"


class ClinicKind(StrEnum):
    """What a clinic is for: a department's everyday patients, those of its experts, those with one disease."""

    GENERAL = "general"
    EXPERT = "expert"
    DISEASE = "disease"


class Confirmation(StrEnum):
    """Who says that a booking stands: the platform at once, or the hospital's own system."""

    PLATFORM = "platform"
    HOSPITAL = "hospital"


class SessionStatus(StrEnum):
    """Whether the clinic holds the session."""

    OPEN = "open"
    CLOSED = "closed"


class Availability(StrEnum):
    """How a session stands for one route now. A day stands as the first of these that one of its sessions has."""

    OPEN = "open"
    DRAW = "draw"
    NOT_YET = "not_yet"
    FULL = "full"
    CLOSED = "closed"
    ENDED = "ended"
    NOT_OPEN = "not_open"
    NONE = "none"


class SuspensionKind(StrEnum):
    """Why a patient may not book for a time: missed appointments, serial cancelling, the word of staff."""

    NOSHOW = "noshow"
    CANCEL = "cancel"
    STAFF = "staff"


class OfferReason(StrEnum):
    """Why a number is offered: the patient waits for one, or the session of their own was closed."""

    WAITLIST = "waitlist"
    CLOSURE = "closure"


class DrawState(StrEnum):
    """How far a draw has come."""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"


class TicketOutcome(StrEnum):
    """What became of a ticket of a draw; one that was passed over has the code of the refusal instead."""

    WON = "won"
    NOT_DRAWN = "not_drawn"
