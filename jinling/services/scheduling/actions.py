"""What the entries of the audit about scheduling read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("scheduling.book", _("Booked a number")),
    AuditAction("scheduling.hold", _("Kept a number free until it is confirmed")),
    AuditAction("scheduling.confirm", _("Confirmed a booking")),
    AuditAction("scheduling.refuse", _("Refused a booking for the hospital")),
    AuditAction("scheduling.cancel", _("Cancelled a booking")),
    AuditAction("scheduling.expire", _("Let a held number go, its time being over")),
    AuditAction("scheduling.check_in", _("Noted that the patient came")),
    AuditAction("scheduling.fulfil", _("Noted that the visit took place")),
    AuditAction("scheduling.no_show", _("Noted that the patient did not come")),
    AuditAction("scheduling.suspend", _("Offered another day, because the session was closed")),
    AuditAction("scheduling.wait", _("Entered the waiting list")),
    AuditAction("scheduling.stop_waiting", _("Left the waiting list")),
    AuditAction("scheduling.decline", _("Declined an offered number")),
    AuditAction("scheduling.join_draw", _("Signed up for a draw")),
    AuditAction("scheduling.lift_suspension", _("Lifted a suspension")),
    AuditAction("scheduling.read", _("Saw a booking")),
    AuditAction("scheduling.list", _("Saw the list of bookings of a session")),
    AuditAction("scheduling.publish", _("Published sessions")),
    AuditAction("scheduling.set_capacity", _("Changed how many numbers a session has")),
    AuditAction("scheduling.close", _("Closed a session")),
    AuditAction("scheduling.announce_draw", _("Announced a draw")),
    AuditAction("scheduling.draw", _("Drew the numbers of a session")),
    AuditAction("scheduling.withdraw_replay", _("Took back replayed bookings")),
    AuditAction("scheduling.set_release_window", _("Changed a release window")),
    AuditAction("scheduling.withdraw_windows", _("Took back the release windows of a replay")),
    AuditAction("scheduling.list_in_release_table", _("Set who stands in the table of release windows")),
    AuditAction("scheduling.set_policy", _("Changed booking rules")),
    AuditAction("scheduling.set_pool_share", _("Changed the share of a pool")),
    AuditAction("scheduling.open_clinic", _("Opened a clinic")),
    AuditAction("scheduling.set_schedule", _("Set up a schedule")),
    AuditAction("scheduling.set_rule", _("Changed a rule of a schedule")),
    AuditAction("scheduling.set_week", _("Changed the week of a schedule")),
    AuditAction("scheduling.set_exception", _("Set an exception to a schedule")),
]
