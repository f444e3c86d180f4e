"""What the entries of the audit about quality read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("quality.keep_returns", _("Took over statistical returns")),
    AuditAction("quality.take_back_returns", _("Took back statistical returns")),
    AuditAction("quality.alert", _("Told institutions what is missing")),
]
