"""What the entries of the audit about audit read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("audit.search", _("Checked who looked")),
]
