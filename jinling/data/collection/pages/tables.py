"""My tables: what is required, declared and sent; empty forms; the calendar of days."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.data.collection import overview
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.catalogue.templates import csv_template, xlsx_template
from jinling.data.collection.models import Participation
from jinling.data.collection.pages.scope import OWN, chosen_month, own_organization
from jinling.data.collection.public import declare
from jinling.data.collection.rights import SUBMIT
from jinling.data.collection.rules import FormKindUnknown, NothingDeclared, Way
from jinling.data.collection.wordings import group_name
from jinling.foundation.access import public as access
from jinling.kernel.outcomes import Refused
from jinling.web.components import Chip, Problem, Tile, show, told
from jinling.web.notation import number
from jinling.web.requests import actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access.permission_required(SUBMIT, relation=OWN, level=2)
def tables(request: HttpRequest) -> HttpResponse:
    """Every data set of the institution's list; ticked ones are declared from today on."""
    organization = own_organization(request)
    errors: list[Problem] = []
    required_of = overview.required_of(organization)
    if request.method == "POST":
        try:
            _declare(request, organization.code, required_of)
        except Refused as refused:
            errors = [told(refused)]
        else:
            return HttpResponseRedirect(reverse("collection:tables"))
    month, months = chosen_month(request, organization.pk)
    found = overview.own_tables(organization, month)
    way = overview.way_of(organization.pk)
    declared = sum(table.declared for table in found)
    sent = sum(table.sent.accepted > 0 for table in found)
    tiles = [
        Tile(_("Tables required"), str(len(found)) if way != Way.DATABASE_OPENED else _way_name(way)),
        Tile(_("Tables declared"), str(declared) if way == Way.DECLARED else _way_name(way)),
        Tile(_("Tables sent this month"), str(sent)),
    ]
    context = {
        "organization": organization,
        "errors": errors,
        "month": month,
        "months": months,
        "groups": _grouped(found),
        "tiles": tiles,
        "opened": way == Way.DATABASE_OPENED,
        "silent": way == Way.NOT_REPORTED,
        "never": Chip(_("never")),
        "nothing": Chip(_("nothing sent")),
    }
    return show(request, "collection/tables.html", context, status=422 if errors else 200)


def _grouped(found: list[overview.OwnTable]) -> list[tuple[str, list[overview.OwnTable]]]:
    groups: dict[str, list[overview.OwnTable]] = {}
    for table in found:
        groups.setdefault(table.data_set.group, []).append(table)
    return [(group_name(group), members) for group, members in groups.items()]


def _declare(request: HttpRequest, organization: str, required_of: str) -> None:
    listed = {one.code for one in catalogue().required_of(required_of, on=timezone.localdate())}
    wanted = [code for code in request.POST.getlist("data_set") if code in listed]
    if not wanted:
        raise NothingDeclared(where="data_set")
    declare(
        by=actor(request),
        organization=organization,
        required_of=required_of,
        way=Way.DECLARED,
        data_sets=wanted,
        from_on=timezone.localdate(),
    )
    messages.success(request, _("%(n)s tables are declared.") % {"n": len(set(wanted))})


def _way_name(way: str) -> str:
    return str(dict(Participation.Way.choices)[Participation.Way(way)])


@access.permission_required(SUBMIT, relation=OWN, level=1)
def form(request: HttpRequest, data_set: str, kind: str) -> HttpResponse | FileResponse:
    """The empty form of a data set, CSV or XLSX."""
    one = catalogue().find(data_set)
    if kind == "csv":
        content: io.BytesIO = io.BytesIO(csv_template(one))
    elif kind == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.xlsx"
            xlsx_template(one, path)
            content = io.BytesIO(path.read_bytes())
    else:
        raise FormKindUnknown(where=kind[:10])
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{one.code}.{kind}",
        content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX,
    )


@access.permission_required(SUBMIT, relation=OWN, level=2)
def days(request: HttpRequest) -> HttpResponse:
    """A month's days by data set: rows received on each, and the days without an upload."""
    organization = own_organization(request)
    month, months = chosen_month(request, organization.pk)
    today = timezone.localdate()
    found = overview.days_of(organization.pk, month, on=today)
    dates = list(month.days())
    total: dict[date, int] = {}
    for one in found:
        for day, count in one.rows.items():
            total[day] = total.get(day, 0) + count
    gone_by = [day for day in dates if day <= today]
    context = {
        "organization": organization,
        "month": month,
        "months": months,
        "dates": dates,
        "gaps": sum(day not in total for day in gone_by),
        "total": [_day(day, total, today) for day in dates],
        "rows": [(one, [_day(day, one.rows, today) for day in dates]) for one in found],
        "tiles": [
            Tile(_("Days with an upload"), str(len(total)), _("of %(n)s days so far") % {"n": len(gone_by)}),
            Tile(_("Days without"), str(sum(day not in total for day in gone_by))),
            Tile(_("Rows received"), number(sum(total.values()))),
        ],
    }
    return show(request, "collection/days.html", context)


def _day(day: date, rows: dict[date, int], today: date) -> tuple[date, int | None, str]:
    """A day, its rows, and in what state it is: sent, gap or ahead."""
    count = rows.get(day)
    return day, count, "sent" if count is not None else "ahead" if day > today else "gap"
