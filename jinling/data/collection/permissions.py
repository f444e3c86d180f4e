"""What may be allowed in collection, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import Permission, Role, RoleGrant

SUBMIT = "collection.submit"
SUPERVISE = "collection.supervise"

PERMISSIONS = [
    Permission(SUBMIT, _("Send the own institution's files and repair rejected rows")),
    Permission(SUPERVISE, _("See every institution's uploads, rules and rates")),
]
ROLES = [
    Role(
        "hospital_it",
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
    RoleGrant("hospital_client", (SUBMIT,)),
    RoleGrant("hospital_it", (SUBMIT,)),
    RoleGrant("centre_operator", (SUPERVISE,)),
    RoleGrant("statistician", (SUPERVISE,)),
    RoleGrant("regulator", (SUPERVISE,)),
]
