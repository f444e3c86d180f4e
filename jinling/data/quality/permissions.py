"""What may be allowed in quality, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.data.quality import rights
from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [
    Permission(rights.IMPORT, _("Import statistical returns")),
    Permission(rights.BEAT, _("Report record browsers and hint plug-ins of the own institution")),
]
GRANTS = [
    RoleGrant("statistician", (rights.IMPORT,)),
    RoleGrant("centre_operator", (rights.IMPORT,)),
    RoleGrant("hospital_client", (rights.BEAT,)),
]
