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


class EndReason(StrEnum):
    """Why an appointment ended before its time: on whose wish, or by what.

    The word is kept in the appointment, goes to hospitals and is counted by: a cancellation of the patient's own may
    suspend them, a hold that ran out or an offer that was declined was never a booking.

    A new one is followed by its label (``REASONS`` in ``templatetags/scheduling.py``, with its Chinese) and, where what
    ended so was never a booking, by ``NEVER_BOOKED``. Whoever ends appointments for it hands it over: a closed session
    in ``usecases/sessions.py``, a cancellation in ``pages/desk.py`` (a button for a step that ``offered_at_desk`` of
    ``rules/steps.py`` offers) and ``api/hospital.py``, what runs out in ``usecases``; the number goes to the waiting
    list unless ``free`` is told not to, as a closed session tells it. The patient's pages show it, the notice
    (``messages.yaml``) does not name it. ``tests/test_kinds.py`` and ``test_steps.py`` name what is missing.
    """

    PATIENT = "patient"
    DESK = "desk"
    HOSPITAL = "hospital"
    CHANGED = "changed"
    CLOSED = "closed"
    DECLINED = "declined"
    HOLD_RAN_OUT = "hold_ran_out"
    UNCONFIRMED = "unconfirmed"


class EndedBy(StrEnum):
    """On whose side an appointment ended, as hospitals are told."""

    PATIENT = "patient"
    HOSPITAL = "hospital"
    PLATFORM = "platform"


# What ended so was never a booking: neither counted nor shown among the bookings.
NEVER_BOOKED = (EndReason.HOLD_RAN_OUT, EndReason.DECLINED)
