"""The start page, and every component on one page for those who build pages."""

from __future__ import annotations

from datetime import date, datetime, time

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, gettext_noop
from django.views.decorators.http import require_POST

from jinling.channels.portal import identity, people, record
from jinling.foundation.access.public import open_to_all
from jinling.kernel.sockets import MenuItem, Way
from jinling.web.components import Action, Cell, Chip, Column, Problem, Table, Tile, show

WAYS = (Way("people", "portal:people"), Way("mode", "portal:mode"))
MENU = (
    MenuItem("citizen", gettext_noop("My identity"), "portal:identity", icon="person", order=25),
    MenuItem("citizen", gettext_noop("My people"), "portal:people", icon="people", order=30),
    MenuItem("citizen", gettext_noop("Who looked at my record"), "portal:lookers", icon="eye", order=80),
    MenuItem("citizen", gettext_noop("Sharing of my record"), "portal:consents", icon="shield", order=81),
)
YEAR = 365 * 24 * 3600


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """The citizens' start page: what the contexts' pages offer to citizens, as large tiles."""
    return show(request, "portal/home.html", {})


@open_to_all
@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Switch elder mode on or off for this browser and go back to the page one came from."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.POST.get("mode") == "elder":
        response.set_cookie("mode", "elder", max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("mode", samesite="Lax")
    return response


@open_to_all
def components(request: HttpRequest) -> HttpResponse:
    """All components with sample values, to look at and to check in the browser."""
    at = datetime(2018, 5, 3, 9, 30, tzinfo=timezone.get_default_timezone())
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
            "actions": [
                Action(_("Confirm"), request.path, "primary"),
                Action(_("Close the session"), request.path, "outline-danger", _("Close the session")),
            ],
            "at": at,
            "on": date(2018, 5, 3),
            "clock": time(9, 30),
        },
    )


_patterns = [
    path("", home, name="home"),
    path("mode/", mode, name="mode"),
    path("components/", components, name="components"),
    path("my/identity/", identity.identity, name="identity"),
    path("people/", people.people, name="people"),
    path("my/lookers/", record.lookers, name="lookers"),
    path("my/consents/", record.consents, name="consents"),
    path("my/consents/<uuid:consent>/withdraw/", record.withdraw, name="withdraw"),
]
urlpatterns = [path("", include((_patterns, "portal")))]
