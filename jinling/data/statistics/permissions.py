"""What may be allowed in statistics, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.data.statistics import rights
from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [
    Permission(rights.PREPARE, _("Prepare a month's figures for release")),
    Permission(rights.APPROVE, _("Approve or decline what another person prepared for release")),
]
GRANTS = [
    RoleGrant("statistician", (rights.PREPARE, rights.APPROVE)),
    RoleGrant("centre_operator", (rights.PREPARE, rights.APPROVE)),
]
