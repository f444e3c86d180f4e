"""The face of scheduling."""

from jinling.services.scheduling.queries import choosing, draws, planning
from jinling.services.scheduling.queries.appointments import (
    AppointmentView,
    appointment,
    appointments_of,
    changes,
    day_list,
    made_by,
    open_offers,
    owns,
    suspensions,
    waiting_of,
)
from jinling.services.scheduling.queries.draws import draw_of
from jinling.services.scheduling.queries.finding import (
    SessionView,
    alternatives,
    clinics,
    find_sessions,
    hospitals,
    own_sessions,
    segments_of,
    session_view,
    today,
)
from jinling.services.scheduling.queries.policies import policy_of, routes, zone
from jinling.services.scheduling.rules import refusals
from jinling.services.scheduling.rules.kinds import EndReason
from jinling.services.scheduling.usecases.appointments import (
    cancel,
    change,
    check_in,
    confirm,
    confirm_hold,
    fulfil,
    lift_suspension,
    mark_no_show,
    refuse,
)
from jinling.services.scheduling.usecases.draws import announce_draw, join_draw
from jinling.services.scheduling.usecases.offers import accept, decline, join_waitlist, leave_waitlist
from jinling.services.scheduling.usecases.plans import open_clinic, set_exception, set_rule, set_schedule
from jinling.services.scheduling.usecases.policies import set_policy, set_pool_share, set_release_window
from jinling.services.scheduling.usecases.sessions import close_session, generate, publish_many, set_capacity
from jinling.services.scheduling.usecases.taking import book, book_many
from jinling.services.scheduling.values import BookingRequest, NewSession

__all__ = [
    "AppointmentView",
    "BookingRequest",
    "EndReason",
    "NewSession",
    "SessionView",
    "accept",
    "alternatives",
    "announce_draw",
    "appointment",
    "appointments_of",
    "book",
    "book_many",
    "cancel",
    "change",
    "changes",
    "check_in",
    "choosing",
    "clinics",
    "close_session",
    "confirm",
    "confirm_hold",
    "day_list",
    "decline",
    "draw_of",
    "draws",
    "find_sessions",
    "fulfil",
    "generate",
    "hospitals",
    "join_draw",
    "join_waitlist",
    "leave_waitlist",
    "lift_suspension",
    "made_by",
    "mark_no_show",
    "open_clinic",
    "open_offers",
    "own_sessions",
    "owns",
    "planning",
    "policy_of",
    "publish_many",
    "refusals",
    "refuse",
    "routes",
    "segments_of",
    "session_view",
    "set_capacity",
    "set_exception",
    "set_policy",
    "set_pool_share",
    "set_release_window",
    "set_rule",
    "set_schedule",
    "suspensions",
    "today",
    "waiting_of",
    "zone",
]
