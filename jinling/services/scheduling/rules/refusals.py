"""Why scheduling says no."""

from __future__ import annotations

from jinling.kernel.outcomes import Conflict, Invalid, NotFound, Refused


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


class WaitlistEntryUnknown(NotFound):
    code = "waitlist_entry_unknown"
    text = "This patient waits nowhere under that id."
    mend = "Take the id that joining the waiting list gave."


class OfferUnknown(NotFound):
    """There is none, or it is another patient's: the answer does not tell which."""

    code = "offer_unknown"
    text = "There is no such offer."
    mend = "Answer with the id of the offer and the patient to whom it was made."


class SuspensionUnknown(NotFound):
    code = "suspension_unknown"
    text = "There is no such suspension."
    mend = "Take one from the list of penalties."


class ScheduleUnknown(NotFound):
    code = "schedule_unknown"
    text = "The hospital has no such schedule."
    mend = "Take one from the list of schedules, or set it up there first."


class ScheduleExceptionUnknown(NotFound):
    code = "schedule_exception_unknown"
    text = "The schedule has no exception on such a day."
    mend = "Load the schedule again and take one from its list of exceptions."


class DeskStepUnknown(NotFound):
    code = "desk_step_unknown"
    text = "The desk knows no such step."
    mend = "Use one of: %(known)s."


class OrganizationUnknown(NotFound):
    code = "organization_unknown"
    text = "No institution with clinics stands under that code."
    mend = "Choose one from the list of institutions."


class NothingOpen(NotFound):
    """A clinic that citizens cannot book, or a city without a route for them."""

    code = "nothing_open"
    text = "This clinic is not open for booking."
    mend = "Choose another clinic or hospital."


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


class AlreadyWaiting(Conflict):
    code = "already_waiting"
    text = "This patient is already waiting for this clinic or doctor."
    mend = "Wait for the offer, or leave the waiting list before joining it again."


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


class OfferGone(Conflict):
    code = "offer_gone"
    text = "This offer has expired or was answered."


class SuspensionLifted(Conflict):
    code = "suspension_lifted"
    text = "This suspension was lifted before."
    mend = "Load the list of penalties again; the patient may book."


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


class TicketTwice(Conflict):
    """One person, one ticket."""

    code = "ticket_twice"
    text = "This patient already takes part in this draw."


class ReceiptUnreadable(Invalid):
    code = "receipt_unreadable"
    text = "The receipt of the draw cannot be read: %(why)s."
    mend = "Give the JSON file that the draw's page offers, or - for standard input."


class CapacityTaken(Conflict):
    code = "capacity_taken"
    text = "%(taken)s numbers are already taken; fewer cannot be published."
    mend = "Close the session, or take back only free numbers."


class SessionInvalid(Invalid):
    code = "session_invalid"
    text = "The session cannot be published."
    mend = "A session ends after it starts and has 1 to %(most)s numbers."


class DaysInvalid(Invalid):
    code = "days_invalid"
    text = "Sessions are not published so many days ahead."
    mend = "Give 1 to %(most)s days."


class ScheduleInvalid(Invalid):
    code = "schedule_invalid"
    text = "A schedule cannot be kept so."
    mend = "Release is rush or draw; a schedule ends after it begins."


class ScheduleRuleInvalid(Invalid):
    code = "schedule_rule_invalid"
    text = "A weekly half-day cannot be kept so."
    mend = "Weekday 0..6 (Monday 0), part am/pm/evening, start before end, numbers 0 or more."


class ScheduleExceptionInvalid(Invalid):
    code = "schedule_exception_invalid"
    text = "A day that departs from the weekly rule cannot be kept so."
    mend = "Part is am, pm, evening or empty for the whole day; it starts before it ends."


class FieldsInvalid(Invalid):
    """Values that a clinic's or a policy's own fields do not take."""

    code = "fields_invalid"
    text = "These fields do not take such values: %(fields)s."
    mend = "Correct them: each is of its kind, no longer than its field, and one of the words where it has some."


class AudienceUnknown(Invalid):
    code = "audience_unknown"
    text = "There is no such audience."
    mend = "An audience is public or community."


class WindowInvalid(Invalid):
    code = "window_invalid"
    text = "Numbers cannot be released on such days."
    mend = "Days before the session: first <= last <= 366."


class SharesTooLarge(Invalid):
    code = "shares_too_large"
    text = "More numbers would be kept than a session has."
    mend = "The kept shares of an organisation add up to 100 % at most."


class BatchNotReplayed(Invalid):
    code = "batch_not_replayed"
    text = "This batch was not made by a replay."
    mend = "Only a replay's bookings can be taken back."


class DemandUnreadable(Invalid):
    """The file of a policy and a demand cannot be read."""

    code = "demand_unreadable"
    text = "The file cannot be read: %(why)s."
    mend = "Name a JSON file (UTF-8) with a policy and a demand, or none for the city's own policy."


class DemandFieldUnknown(Invalid):
    code = "demand_field_unknown"
    text = "A demand has no such field."
    mend = "Known fields: %(known)s."


class DemandInvalid(Invalid):
    code = "demand_invalid"
    text = "Such a demand cannot be tried."
    mend = (
        "release is rush or draw; 1..90 days; sessions, numbers and requests are "
        "positive; keen lies in 0..1; kept shares add up to 100 % at most."
    )


# What the taking statement answers, and the refusal each word means.
OUTCOMES: dict[str, type[Refused]] = {
    "no_session": SessionUnknown,
    "closed": SessionClosed,
    "draw": DrawOnly,
    "full": SessionFull,
    "segment_full": SegmentFull,
    "already_booked": AlreadyBooked,
}
