"""Pages of statistics: the bulletins, and the releases of the months."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.data.statistics import rights
from jinling.data.statistics.pages import bulletins, releases
from jinling.kernel.sockets import MenuItem

_patterns = [
    path("bulletin/", bulletins.bulletins, name="bulletins"),
    path("bulletin/<str:period>/", bulletins.bulletin, name="bulletin"),
    path("staff/releases/", releases.months, name="releases"),
    path("staff/releases/<str:period>/", releases.month, name="release"),
    path("staff/releases/<str:period>/waiting/", releases.waiting, name="release_waiting"),
    path("staff/releases/<str:period>/<uuid:release>/", releases.judge, name="release_judge"),
]
urlpatterns = [path("", include((_patterns, "statistics")))]

MENU = [
    MenuItem("citizen", "Bulletin", "statistics:bulletins", icon="chart", order=80),
    MenuItem("staff", "Bulletin", "statistics:bulletins", icon="chart", order=80),
    MenuItem(
        "staff", gettext_noop("Releases"), "statistics:releases", icon="check", order=81, permission=rights.PREPARE
    ),
]
