"""Pages of quality: hospitals compare with their returns; the centre sees the city down to a file's rules."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.data.collection import public as collection
from jinling.data.quality import rights
from jinling.data.quality.pages import city, compare, deployments, institution, returns
from jinling.kernel.sockets import MenuItem

MENU = (
    MenuItem(
        "staff",
        gettext_noop("Compare with returns"),
        "quality:compare",
        icon="report",
        order=45,
        permission=collection.rights.SUBMIT,
    ),
    MenuItem(
        "staff",
        gettext_noop("Data collection"),
        "quality:city",
        icon="chart",
        order=50,
        permission=collection.rights.SUPERVISE,
    ),
    MenuItem(
        "staff",
        gettext_noop("League table"),
        "quality:league",
        icon="list",
        order=51,
        permission=collection.rights.SUPERVISE,
    ),
    MenuItem(
        "staff",
        gettext_noop("Silent senders"),
        "quality:lagging",
        icon="bell",
        order=52,
        permission=collection.rights.SUPERVISE,
    ),
    MenuItem(
        "staff",
        gettext_noop("Deployments"),
        "quality:deployments",
        icon="eye",
        order=53,
        permission=collection.rights.SUPERVISE,
    ),
    MenuItem(
        "staff",
        gettext_noop("Statistical returns"),
        "quality:returns",
        icon="report",
        order=54,
        permission=rights.IMPORT,
    ),
)
_patterns = [
    path("staff/compare/", compare.compare, name="compare"),
    path("staff/collection/", city.overview, name="city"),
    path("staff/league/", city.league, name="league"),
    path("staff/league/<str:organization>/", institution.institution, name="institution"),
    path("staff/league/<str:organization>/file/<uuid:submission>/", institution.file, name="file"),
    path("staff/league/<str:organization>/<str:data_set>/", institution.data_set, name="data_set"),
    path("staff/silent/", city.lagging, name="lagging"),
    path("staff/deployments/", deployments.deployments, name="deployments"),
    path("staff/returns/", returns.returns, name="returns"),
]
urlpatterns = [path("", include((_patterns, "quality")))]
