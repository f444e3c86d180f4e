"""What the entries of the audit about messaging read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("messaging.send", _("Sent a notice")),
]
