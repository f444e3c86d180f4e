"""Every address: the pages that contexts offer and the JSON API. Health and metrics are answered before these."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jinling.config.api import api
from jinling.kernel.sockets import gather

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
]
for _context, _module in gather("pages"):
    urlpatterns += getattr(_module, "urlpatterns", [])

handler404 = "jinling.config.addresses.not_found"
