"""What may be allowed in collection, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.data.collection import rights
from jinling.kernel.sockets import Permission, Role, RoleGrant

PERMISSIONS = [
    Permission(rights.SUBMIT, _("Send the own institution's files and repair rejected rows")),
    Permission(rights.SUPERVISE, _("See every institution's uploads, rules and rates")),
]
ROLES = [
    Role(
        rights.HOSPITAL_IT,
        _("Hospital IT"),
        "staff",
        ("HOPERAT", "STATS"),
        ("none", "own_organization"),
        4,
        workplace="hospital",
    ),
    Role("statistician", _("Statistician"), "staff", ("STATS",), ("none",), 2),
]
GRANTS = [
    RoleGrant("hospital_client", (rights.SUBMIT,)),
    RoleGrant(rights.HOSPITAL_IT, (rights.SUBMIT,)),
    RoleGrant("centre_operator", (rights.SUPERVISE,)),
    RoleGrant("statistician", (rights.SUPERVISE,)),
    RoleGrant("regulator", (rights.SUPERVISE,)),
]
