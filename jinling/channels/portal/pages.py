"""The start page, and every component on one page for those who build pages."""

from __future__ import annotations

from datetime import date, datetime, time

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from jinling.kernel.sockets import MenuItem
from jinling.web.components import Cell, Chip, Column, Problem, Table, Tile, show

MENU = (MenuItem("operator", gettext_noop("Components"), "portal:components", icon="book", order=900),)


def home(request: HttpRequest) -> HttpResponse:
    """The citizens' start page: what the contexts' pages offer to citizens, as large tiles."""
    return show(request, "portal/home.html", {})


def components(request: HttpRequest) -> HttpResponse:
    """All components with sample values, to look at and to check in the browser."""
    at = datetime(2018, 5, 3, 9, 30, tzinfo=timezone.get_current_timezone())
    chips = [
        Chip(_("Numbers left"), "good"),
        Chip(_("Full"), ""),
        Chip(_("Closed"), "bad"),
        Chip(_("Not reported"), "warn", _("The hospital has not answered yet")),
    ]
    table = Table(
        caption=_("Bookings by kind of channel"),
        columns=[Column(_("Channel")), Column(_("Bookings"), numeric=True), Column(_("State"))],
        rows=[
            [_("Telephone"), "38,612", Cell(chip=chips[0])],
            [Cell(_("Clinic"), url="#table"), "2,301", Cell(chip=chips[3])],
        ],
    )
    return show(
        request,
        "portal/components.html",
        {
            "chips": chips,
            "table": table,
            "page": Paginator(range(95), 10).get_page(request.GET.get("page")),
            "tiles": [
                Tile(_("Bookings this month"), "342,105", _("Since opening 11,842,852")),
                Tile(_("Hospitals"), "46"),
            ],
            "errors": [
                Problem(_("The number was just taken."), _("Choose one of the nearest open times."), field="example")
            ],
            "at": at,
            "on": date(2018, 5, 3),
            "clock": time(9, 30),
        },
    )


_patterns = [path("", home, name="home"), path("components/", components, name="components")]
urlpatterns = [path("", include((_patterns, "portal")))]
