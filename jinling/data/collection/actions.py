"""What the entries of the audit about collection read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("collection.declare", _("Declared data sets")),
    AuditAction("collection.receive", _("Received a file")),
    AuditAction("collection.store", _("Stored the rows of a file")),
    AuditAction("collection.refuse", _("Refused a file")),
    AuditAction("collection.deliver", _("Delivered a batch of made rows")),
    AuditAction("collection.take_back", _("Took back a batch of made rows")),
    AuditAction("collection.open_database", _("Opened a database to the centre")),
    AuditAction("collection.close_database", _("Closed a database to the centre")),
    AuditAction("collection.take_rejection", _("Took over a rejected row")),
    AuditAction("collection.close_rejection", _("Closed a rejected row")),
    AuditAction("collection.download_rejected", _("Downloaded rejected rows")),
]
