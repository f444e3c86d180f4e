"""Puts what the signed-in account may do on the request, and lets nobody into a page that declares nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from jinling.foundation.access.queries import permissions_of
from jinling.foundation.access.routes import is_declared
from jinling.web.requests import ActorRequest

log = structlog.get_logger(__name__)


class AccessMiddleware:
    """Sets ``request.permissions``, a set of codes that is read when first asked for; denies by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        read_when_asked: Any = SimpleLazyObject(lambda: _permissions(request))
        cast(ActorRequest, request).permissions = read_when_asked
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)  # only when the page asked who is there
        if user is not None and user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        if getattr(request, "signed_out", False):  # on a shared machine the next person finds nothing
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Refuse a page whose author did not say who may see it.

        Raises:
            PermissionDenied: no declaration stands at the view.
        """
        match = request.resolver_match
        if match is not None and not is_declared(view, match.view_name):
            log.error("undeclared_view", view=match.view_name)
            raise PermissionDenied


def _permissions(request: HttpRequest) -> frozenset[str]:
    return permissions_of(request.user) if request.user.is_authenticated else frozenset()
