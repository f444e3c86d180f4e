"""What the entries of the audit about statistics read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("statistics.replay", _("Began to replay a month")),
    AuditAction("statistics.replay_done", _("Ended the replay of a month")),
    AuditAction("statistics.withdraw_replay", _("Took back the replay of a month")),
    AuditAction("statistics.prepare_release", _("Prepared a month's figures for release")),
    AuditAction("statistics.approve_release", _("Approved the release of a month")),
    AuditAction("statistics.decline_release", _("Declined the release of a month")),
    AuditAction("statistics.sum_moved", _("Counted a month of a total to date otherwise than before")),
]
