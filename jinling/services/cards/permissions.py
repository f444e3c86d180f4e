"""Permissions of cards and who holds them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import Permission, Role, RoleGrant

PERMISSIONS = [
    Permission("cards.read", _("See cards, numbers masked")),
    Permission("cards.issue", _("Issue cards and keep their state")),
    Permission("cards.own", _("See one's own cards, show their code, report them lost")),
    Permission("cards.scan", _("Read the code of an electronic health card")),
]
ROLES = [
    Role(
        "card_clerk",
        _("Card counter clerk"),
        "staff",
        ("HOPERAT",),
        ("none", "present", "named"),
        4,
        workplace="hospital",
    ),
]
GRANTS = [
    RoleGrant("citizen", ("cards.own",)),
    RoleGrant("card_clerk", ("cards.read", "cards.issue", "mpi.read", "mpi.register", "mpi.relations")),
    RoleGrant("hospital_client", ("cards.scan", "cards.read", "cards.issue")),
    RoleGrant("kiosk", ("cards.scan", "cards.read", "cards.issue")),
]
