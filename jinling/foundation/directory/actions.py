"""What the entries of the audit about directory read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("directory.register", _("Registered an institution")),
    AuditAction("directory.rename", _("Renamed an institution")),
    AuditAction("directory.alias", _("Added another name of an institution")),
    AuditAction("directory.deactivate", _("Closed an institution")),
    AuditAction("directory.activate", _("Opened an institution again")),
    AuditAction("directory.place", _("Entered a place of an institution")),
    AuditAction("directory.register_practitioners", _("Registered practitioners")),
    AuditAction("directory.load_pack", _("Loaded the city pack")),
]
