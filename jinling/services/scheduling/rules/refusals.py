"""Why scheduling says no."""

from __future__ import annotations

from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound, Refused


class SessionUnknown(NotFound):
    code = "session_unknown"
    text = "There is no such session."
    mend = "Search for open sessions and take an id from the answer."


class ClinicUnknown(NotFound):
    code = "clinic_unknown"
    text = "The hospital has no clinic of that code."
    mend = "Open the clinic first, or use its code as the hospital's clinics list it."


class AppointmentUnknown(NotFound):
    code = "appointment_unknown"
    text = "There is no such appointment."


class PatientUnknown(NotFound):
    code = "patient_unknown"
    status = 422
    text = "There is no such patient."
    mend = "Register the patient first; bookings are by real name."


class RouteUnknown(Invalid):
    code = "route_unknown"
    text = "There is no booking route of that code."
    mend = "Use a route of the city pack: GET /api/v1/routes"


class RealNameRequired(Refused):
    code = "real_name_required"
    text = "Bookings are by real name; this person's identity is not verified."
    mend = "Verify the identity with a document at a counter, kiosk or in the app."


class NotOpenToAudience(Refused):
    code = "not_open_to_channel"
    status = 409
    text = "This session is not open to this channel."
    mend = "Book through a channel that the hospital has opened."


class NotYetReleased(Refused):
    code = "not_yet_released"
    status = 409
    text = "The numbers are released at %(opens_at)s."
    mend = "Come back then."


class BookingClosed(Refused):
    code = "booking_closed"
    status = 409
    text = "Booking for this session has ended."
    mend = "Choose a later day."


class SessionClosed(Refused):
    code = "session_closed"
    status = 409
    text = "The clinic has closed this session."
    mend = "Choose another session."


class SessionFull(Conflict):
    code = "session_full"
    text = "All numbers of this session are taken."
    mend = "Choose another session or join the waiting list."


class SegmentFull(Conflict):
    code = "segment_full"
    text = "That time has just been taken."
    mend = "Choose another time of the same session."


class DrawOnly(Refused):
    code = "released_by_draw"
    status = 409
    text = "This session's numbers are given by draw."
    mend = "Sign up for the draw while it is open."


class AlreadyBooked(Conflict):
    code = "already_booked"
    text = "This patient already has a number in this session."


class PatientLimit(Refused):
    code = "patient_limit"
    status = 409
    text = "This patient's bookings have reached the limit (%(limit)s: %(allowed)s)."
    mend = "Cancel another booking first."


class Suspended(Refused):
    code = "suspended"
    status = 403
    text = "This patient may not book until %(until)s because of missed or serially cancelled appointments."
    mend = "Ask at the hospital's desk; staff can lift a suspension with a reason."


class AgeOutside(Refused):
    code = "age_outside"
    text = "This clinic sees patients aged %(youngest)s to %(oldest)s."


class SexOutside(Refused):
    code = "sex_outside"
    text = "This clinic does not see patients of this sex."


class CancelTooLate(Refused):
    code = "cancel_too_late"
    status = 409
    text = "Cancelling was possible until %(deadline)s."
    mend = "Call the hospital: its desk can still cancel."


class WrongState(Conflict):
    code = "wrong_state"
    text = "The appointment is %(state)s; this cannot be done now."


class CheckInTooEarly(Refused):
    code = "check_in_too_early"
    status = 409
    text = "Check-in is on the day of the session."


class CheckInTooLate(Refused):
    code = "check_in_too_late"
    status = 409
    text = "Numbers of this session were to be picked up by %(deadline)s."
    mend = "Ask at the desk."


class NotYours(Denied):
    code = "not_yours"
    status = 404
    text = "There is no such appointment."


class OfferGone(Conflict):
    code = "offer_gone"
    text = "This offer has expired or was answered."


class DrawNotPossible(Invalid):
    code = "draw_not_possible"
    text = "This session's numbers cannot be given by draw then."
    mend = "A draw needs a session of which no number was taken, and a window that ends before it starts."


class DrawAnnounced(Conflict):
    code = "draw_announced"
    text = "This session has its draw already."


class WaitingDaysInvalid(Invalid):
    code = "waiting_days_invalid"
    text = "Nobody can wait for a number from %(date_from)s to %(date_to)s."
    mend = "Name days that have not passed, the first not after the last."


class DrawClosed(Refused):
    code = "draw_closed"
    status = 409
    text = "The draw takes requests from %(opens_at)s to %(closes_at)s."


class ReceiptUnreadable(Invalid):
    code = "receipt_unreadable"
    text = "The receipt of the draw cannot be read: %(why)s."
    mend = "Give the JSON file that the draw's page offers, or - for standard input."


class CapacityTaken(Conflict):
    code = "capacity_taken"
    text = "%(taken)s numbers are already taken; fewer cannot be published."
    mend = "Close the session, or take back only free numbers."


# What the taking statement answers, and the refusal each word means.
OUTCOMES: dict[str, type[Refused]] = {
    "no_session": SessionUnknown,
    "closed": SessionClosed,
    "draw": DrawOnly,
    "full": SessionFull,
    "segment_full": SegmentFull,
    "already_booked": AlreadyBooked,
}
