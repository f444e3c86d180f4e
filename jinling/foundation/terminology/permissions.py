"""Who may look codes up over the FHIR face: every program that speaks it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.terminology import rights
from jinling.kernel.sockets import Permission, RoleGrant

PERMISSIONS = [Permission(rights.READ, _("Look up code systems"))]
GRANTS = [RoleGrant(role, (rights.READ,)) for role in ("hospital_client", "partner", "kiosk")]
