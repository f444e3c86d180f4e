"""What may be allowed in quality, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import Permission, RoleGrant

IMPORT = "quality.import_returns"
BEAT = "quality.heartbeat"

PERMISSIONS = [
    Permission(IMPORT, _("Import statistical returns")),
    Permission(BEAT, _("Report record browsers and hint plug-ins of the own institution")),
]
GRANTS = [
    RoleGrant("statistician", (IMPORT,)),
    RoleGrant("centre_operator", (IMPORT,)),
    RoleGrant("hospital_client", (BEAT,)),
]
