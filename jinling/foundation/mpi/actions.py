"""What the entries of the audit about mpi read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("mpi.read", _("Saw name and numbers, masked")),
    AuditAction("mpi.read_unmasked", _("Saw name and numbers in full")),
    AuditAction("mpi.register", _("Registered")),
    AuditAction("mpi.update", _("Changed the personal data")),
    AuditAction("mpi.ask", _("Asked which record a person has")),
    AuditAction("mpi.match", _("Asked who is like a person")),
    AuditAction("mpi.compare", _("Compared two records")),
    AuditAction("mpi.merge", _("Joined two records of one person")),
    AuditAction("mpi.unmerge", _("Separated two joined records")),
    AuditAction("mpi.keep_apart", _("Judged two records to be two people")),
    AuditAction("mpi.relate", _("Tied a person to an account")),
    AuditAction("mpi.unrelate", _("Untied a person from an account")),
    AuditAction("mpi.relation_verified", _("Confirmed who may act for the person")),
    AuditAction("mpi.relation_refused", _("Refused who wanted to act for the person")),
]
