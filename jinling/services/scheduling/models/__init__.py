"""Tables of scheduling."""

from jinling.services.scheduling.models.appointments import Appointment, Offer, Suspension, WaitlistEntry
from jinling.services.scheduling.models.draws import Draw, DrawTicket
from jinling.services.scheduling.models.plans import Clinic, Schedule, ScheduleException, ScheduleRule
from jinling.services.scheduling.models.policies import (
    BookingPolicy,
    ChannelKind,
    PoolShare,
    ReleaseListing,
    ReleaseWindow,
    Route,
    of_organization,
)
from jinling.services.scheduling.models.sessions import Pool, Session

__all__ = [
    "Appointment",
    "BookingPolicy",
    "ChannelKind",
    "Clinic",
    "Draw",
    "DrawTicket",
    "Offer",
    "Pool",
    "PoolShare",
    "ReleaseListing",
    "ReleaseWindow",
    "Route",
    "Schedule",
    "ScheduleException",
    "ScheduleRule",
    "Session",
    "Suspension",
    "WaitlistEntry",
    "of_organization",
]
