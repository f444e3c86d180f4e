"""What the entries of the audit about directory read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("directory.register", _("Registered an institution")),
    AuditAction("directory.rename", _("Renamed an institution")),
    AuditAction("directory.alias", _("Added another name of an institution")),
    AuditAction("directory.unalias", _("Took another name from an institution")),
    AuditAction("directory.retract", _("Took back who took over from whom")),
    AuditAction("directory.deactivate", _("Closed an institution")),
    AuditAction("directory.activate", _("Opened an institution again")),
    AuditAction("directory.move", _("Moved an institution to another district or whole")),
    AuditAction("directory.reown", _("Changed whose an institution is")),
    AuditAction("directory.close", _("Closed an institution")),
    AuditAction("directory.reopen", _("Opened an institution again")),
    AuditAction("directory.merge", _("Merged institutions")),
    AuditAction("directory.split", _("Split an institution")),
    AuditAction("directory.succeed", _("Let another institution take over")),
    AuditAction("directory.correct", _("Corrected what an institution was")),
    AuditAction("directory.begin", _("A change of an institution began")),
    AuditAction("directory.register_practitioners", _("Registered practitioners")),
    AuditAction("directory.load_pack", _("Loaded the city pack")),
]
