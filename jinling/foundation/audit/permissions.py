"""What the audit takes; its pages stand with access, which knows who looked."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.audit import rights
from jinling.kernel.sockets import Permission

PERMISSIONS = [Permission(rights.SEARCH, _("Search the audit and check its chains"))]
