"""What happened in scheduling: frozen facts of ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """A patient has a number (``status`` booked), or waits for the hospital's word (pending)."""

    appointment: str
    session: int
    organization: str
    patient: str
    route: str
    status: str
    number: int


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    appointment: str
    session: int
    organization: str
    patient: str


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """``by_whom`` is an ``EndedBy``, ``reason`` an ``EndReason`` of ``rules/kinds.py``."""

    appointment: str
    session: int
    organization: str
    patient: str
    number: int
    by_whom: str
    reason: str


@dataclass(frozen=True, slots=True)
class AppointmentSuspended:
    """The clinic closed the session under the appointment."""

    appointment: str
    session: int
    organization: str
    patient: str
    offer: str


@dataclass(frozen=True, slots=True)
class AppointmentArrived:
    appointment: str
    session: int
    organization: str
    patient: str


@dataclass(frozen=True, slots=True)
class AppointmentMissed:
    appointment: str
    session: int
    organization: str
    patient: str
    suspended_until: str


@dataclass(frozen=True, slots=True)
class NumbersFreed:
    """A session has free numbers again; the waiting list is asked."""

    session: int


@dataclass(frozen=True, slots=True)
class OfferMade:
    offer: str
    appointment: str
    patient: str
    session: int
    expires_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionsClosed:
    session: int
    organization: str
    appointments: int
    reason: str


@dataclass(frozen=True, slots=True)
class DrawHeld:
    draw: str
    session: int
    tickets: int
    won: int
