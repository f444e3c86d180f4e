"""The lives of appointments, places on the waiting list and offers; why an appointment ended."""

from __future__ import annotations

from enum import StrEnum

from jinling.kernel.states import States
from jinling.services.scheduling.rules.refusals import OfferGone, WrongState

# FHIR Appointment.status, with three words of our own for how a number came free again: suspended (the clinic closed
# the session), expired (a hold or a wait for the hospital ran out), refused (the hospital said no).
APPOINTMENT = States(
    {
        "book": {"proposed": "booked"},
        "submit": {"proposed": "pending"},
        "confirm": {"pending": "booked"},
        "refuse": {"pending": "refused"},
        "check_in": {"booked": "arrived"},
        "fulfil": {"booked": "fulfilled", "arrived": "fulfilled"},
        "miss": {"booked": "noshow"},
        "cancel": {"proposed": "cancelled", "pending": "cancelled", "booked": "cancelled"},
        "expire": {"proposed": "expired", "pending": "expired"},
        "suspend": {"proposed": "suspended", "pending": "suspended", "booked": "suspended"},
    },
    WrongState,
)
STATES = (
    "proposed",
    "pending",
    "booked",
    "arrived",
    "fulfilled",
    "noshow",
    "cancelled",
    "suspended",
    "expired",
    "refused",
)
# The number is free again; the patient holds it still, or may.
FREED = ("cancelled", "suspended", "expired", "refused")
LIVE = ("proposed", "pending", "booked", "arrived")
WAITING = States(
    {
        "offer": {"waiting": "offered"},
        "accept": {"offered": "accepted"},
        "expire": {"offered": "expired"},
        "withdraw": {"waiting": "withdrawn", "offered": "withdrawn"},
    },
    WrongState,
)
OFFER = States(
    {"accept": {"open": "accepted"}, "decline": {"open": "declined"}, "expire": {"open": "expired"}}, OfferGone
)


class EndReason(StrEnum):
    """Why an appointment ended before its time: on whose wish, or by what.

    The word is kept in the appointment, goes to hospitals and is counted by: a cancellation of the patient's own may
    suspend them, a hold that ran out or an offer that was declined was never a booking.
    """

    PATIENT = "patient"
    DESK = "desk"
    HOSPITAL = "hospital"
    CHANGED = "changed"
    CLOSED = "closed"
    DECLINED = "declined"
    HOLD_RAN_OUT = "hold_ran_out"
    UNCONFIRMED = "unconfirmed"


# What ended so was never a booking: neither counted nor shown among the bookings.
NEVER_BOOKED = (EndReason.HOLD_RAN_OUT, EndReason.DECLINED)
