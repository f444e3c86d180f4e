"""A hospital's own comparison with its statistical returns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jinling.data.collection import public as collection
from jinling.data.quality import overview
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.pages.parts import explained, missing, rate_cell
from jinling.data.quality.rules import MISSING
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.web.components import Column, Table, show
from jinling.web.notation import number
from jinling.web.requests import actor

MEASURES = dict(StatisticalReturn.Measure.choices)


@access.permission_required(collection.rights.SUBMIT, relation="own_organization", level=2)
def compare(request: HttpRequest) -> HttpResponse:
    """Sent against returned, month by month; a missing rate says why."""
    organization = directory.own(actor(request))
    found = overview.compared(organization, required_of=collection.required_of(organization))
    table = Table(
        _("Sent and returned by month"),
        [
            Column(_("Month"), whole=True),
            Column(_("Measure")),
            Column(_("Uploaded"), numeric=True),
            Column(_("Returned"), numeric=True),
            Column(_("Upload rate"), numeric=True),
        ],
        [
            [
                str(one.period),
                str(MEASURES[StatisticalReturn.Measure(one.measure)]),
                number(one.sent),
                missing(MISSING) if one.returned is None else number(one.returned),
                rate_cell(one.rate),
            ]
            for one in found
        ],
        _("Nothing was sent and nothing was returned yet."),
    )
    context = {
        "title": _("Compare with returns"),
        "lead": organization.name,
        "notes": [
            _(
                "Sent: visits and discharges accepted for the first time in files of the month. Returned: what the "
                "statistics office has."
            )
        ],
        "tables": [table],
        "words": explained([one.rate for one in found]),
    }
    return show(request, "quality/page.html", context)
