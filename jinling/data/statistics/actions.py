"""What the entries of the audit about statistics read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("statistics.replay", _("Began to replay a month")),
    AuditAction("statistics.replay_done", _("Ended the replay of a month")),
    AuditAction("statistics.withdraw_replay", _("Took back the replay of a month")),
]
