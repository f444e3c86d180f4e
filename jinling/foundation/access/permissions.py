"""What accounts, roles and clients themselves take."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.access.rules.roles import ROLES as KNOWN
from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [
    Permission("access.account", _("Keep the own account: password, second factor, sessions")),
    Permission("access.accounts", _("See and keep accounts and their roles")),
    Permission("access.clients", _("Keep API clients and their keys")),
    Permission("access.own", _("Keep the own consents and see who looked")),
    Permission("access.emergency", _("Open a record in an emergency")),
    Permission("access.judge", _("Judge emergency accesses")),
    Permission("audit.search", _("Search the audit and check its chains")),
]
_PEOPLE = [role.code for role in KNOWN.values() if role.kind in ("staff", "citizen")]
ROLES = [
    *(RoleGrant(role, ("access.account",)) for role in _PEOPLE),
    RoleGrant("security_admin", ("access.accounts", "access.clients")),
    RoleGrant("audit_admin", ("audit.search", "access.judge")),
    RoleGrant("clinician", ("access.emergency",)),
    RoleGrant("citizen", ("access.own",)),
]
