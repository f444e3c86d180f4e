"""Record browsers and hint plug-ins by institution, known by their signs of life."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.data.collection import public as collection
from jinling.data.quality import overview
from jinling.data.quality.pages.parts import chosen_month, meanings, missing, when
from jinling.foundation.access import public as access
from jinling.web.components import Column, Table, Tile, show
from jinling.web.notation import number


@access.permission_required(collection.rights.SUPERVISE, level=1)
def deployments(request: HttpRequest) -> HttpResponse:
    """Workstations heard in a month, and how many of an institution's are silent now."""
    month, months = chosen_month(request)
    kinds = collection.deployment_kinds()
    found = overview.deployments(month, now=timezone.now())
    totals = {kind: sum(one.counts.get(kind, 0) for one in found) for kind in kinds}
    table = Table(
        _("Workstations heard in %(month)s") % {"month": month},
        [
            Column(_("Institution")),
            *(Column(name, numeric=True) for name in kinds.values()),
            Column(_("Last heard"), whole=True),
            Column(_("Unheard for a day"), numeric=True),
        ],
        [
            [
                one.organization.name,
                *(_count(one.counts.get(kind, 0)) for kind in kinds),
                when(one.last_at) if one.last_at else missing("not_deployed"),
                str(one.silent) if one.last_at else missing("not_deployed"),
            ]
            for one in found
        ],
        _("No institution takes part yet."),
    )
    context = {
        "title": _("Deployments"),
        "month": month,
        "months": months,
        "tiles": [
            *(Tile(name, number(totals[kind])) for kind, name in kinds.items()),
            Tile(_("Institutions with a deployment"), str(sum(any(one.counts.values()) for one in found))),
        ],
        "tables": [table],
        "words": [
            *meanings(["not_deployed"]),
            _("Modules report through POST /api/v1/collection/heartbeats with the institution's key."),
        ],
    }
    return show(request, "quality/page.html", context)


def _count(count: int) -> Any:
    return number(count) if count else missing("not_deployed")
