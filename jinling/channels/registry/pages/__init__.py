"""Pages of the registry: institutions as of a day, one institution's history, changes looked at and made."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.channels.registry.pages import changes, institutions
from jinling.foundation.directory import public as directory
from jinling.kernel.sockets import MenuItem

MENU = (
    MenuItem(
        "staff",
        gettext_noop("Institutions"),
        "registry:institutions",
        icon="hospital",
        order=70,
        permission=directory.rights.KEEP,
    ),
)
_patterns = [
    path("staff/institutions/", institutions.listed, name="institutions"),
    path("staff/institutions/new/", changes.register, name="register"),
    path("staff/institutions/<str:code>/", institutions.one, name="institution"),
    path("staff/institutions/<str:code>/alias/", institutions.also_called, name="alias"),
    path("staff/institutions/<str:code>/unalias/", institutions.no_longer_called, name="unalias"),
    path("staff/institutions/<str:code>/<str:step>/", changes.change, name="change"),
]
urlpatterns = [path("", include((_patterns, "registry")))]
