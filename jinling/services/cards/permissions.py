"""Permissions of cards and who holds them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.mpi import public as mpi
from jinling.kernel.sockets import Permission, Role, RoleGrant
from jinling.services.cards import rights

PERMISSIONS = [
    Permission(rights.READ, _("See cards, numbers masked")),
    Permission(rights.ISSUE, _("Issue cards and keep their state")),
    Permission(rights.OWN, _("See one's own cards, show their code, report them lost")),
    Permission(rights.SCAN, _("Read the code of an electronic health card")),
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
    RoleGrant("citizen", (rights.OWN,)),
    RoleGrant("card_clerk", (rights.READ, rights.ISSUE, mpi.rights.READ, mpi.rights.REGISTER, mpi.rights.RELATIONS)),
    RoleGrant("hospital_client", (rights.SCAN, rights.READ, rights.ISSUE)),
    RoleGrant("kiosk", (rights.SCAN, rights.READ, rights.ISSUE)),
]
