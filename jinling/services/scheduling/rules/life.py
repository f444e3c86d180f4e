"""The lives of appointments, places on the waiting list and offers; why an appointment ended."""

from __future__ import annotations

from enum import StrEnum

from jinling.kernel.states import States
from jinling.services.scheduling.rules.refusals import OfferGone, WrongState


class AppointmentState(StrEnum):
    """FHIR Appointment.status, with three words of our own for how a number came free again: suspended (the clinic
    closed the session), expired (a hold or a wait for the hospital ran out), refused (the hospital said no).

    A new one has its steps in ``APPOINTMENT``, stands in ``FREED`` or ``LIVE``, and is followed as ``rules/kinds.py``
    says.
    """

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REFUSED = "refused"


class WaitingState(StrEnum):
    """How a place on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferState(StrEnum):
    """Whether an offered number was taken."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


_A, _W, _O = AppointmentState, WaitingState, OfferState
APPOINTMENT = States(
    {
        "book": {_A.PROPOSED: _A.BOOKED},
        "submit": {_A.PROPOSED: _A.PENDING},
        "confirm": {_A.PENDING: _A.BOOKED},
        "refuse": {_A.PENDING: _A.REFUSED},
        "check_in": {_A.BOOKED: _A.ARRIVED},
        "fulfil": {_A.BOOKED: _A.FULFILLED, _A.ARRIVED: _A.FULFILLED},
        "miss": {_A.BOOKED: _A.NOSHOW},
        "cancel": dict.fromkeys((_A.PROPOSED, _A.PENDING, _A.BOOKED), _A.CANCELLED),
        "expire": dict.fromkeys((_A.PROPOSED, _A.PENDING), _A.EXPIRED),
        "suspend": dict.fromkeys((_A.PROPOSED, _A.PENDING, _A.BOOKED), _A.SUSPENDED),
    },
    WrongState,
)
# The number is free again; the patient holds it still, or may.
FREED = (_A.CANCELLED, _A.SUSPENDED, _A.EXPIRED, _A.REFUSED)
LIVE = (_A.PROPOSED, _A.PENDING, _A.BOOKED, _A.ARRIVED)
WAITING = States(
    {
        "offer": {_W.WAITING: _W.OFFERED},
        "accept": {_W.OFFERED: _W.ACCEPTED},
        "expire": {_W.OFFERED: _W.EXPIRED},
        "withdraw": dict.fromkeys((_W.WAITING, _W.OFFERED), _W.WITHDRAWN),
    },
    WrongState,
)
OFFER = States(
    {"accept": {_O.OPEN: _O.ACCEPTED}, "decline": {_O.OPEN: _O.DECLINED}, "expire": {_O.OPEN: _O.EXPIRED}}, OfferGone
)
