"""What accounts, roles and clients themselves take."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [
    Permission("access.accounts", _("See and keep accounts and their roles")),
    Permission("access.clients", _("Keep API clients and their keys")),
    Permission("audit.search", _("Search the audit and check its chains")),
]
ROLES = [
    RoleGrant("security_admin", ("access.accounts", "access.clients")),
    RoleGrant("audit_admin", ("audit.search",)),
]
