"""What may be allowed in the directory, and which roles hold it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.directory import rights
from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [Permission(rights.KEEP, _("See the history of institutions; rename, move, close and merge them"))]
GRANTS = [RoleGrant("centre_operator", (rights.KEEP,))]
