"""What the entries of the audit about cards read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("cards.apply", _("Applied for a card")),
    AuditAction("cards.issue", _("Handed out a card")),
    AuditAction("cards.activate", _("Activated a card")),
    AuditAction("cards.lose", _("Reported a card lost")),
    AuditAction("cards.find", _("Reported a card found")),
    AuditAction("cards.replace", _("Replaced a card")),
    AuditAction("cards.cancel", _("Cancelled a card")),
    AuditAction("cards.present", _("Showed the code of a card")),
    AuditAction("cards.scan", _("Read the code of a card")),
    AuditAction("cards.read", _("Saw a card, number masked")),
    AuditAction("cards.read_unmasked", _("Saw the number of a card in full")),
    AuditAction("cards.batch", _("Handed in a sheet of cards")),
    AuditAction("cards.withdraw", _("Took back replayed cards")),
]
