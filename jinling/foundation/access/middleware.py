"""Puts what the signed-in account may do on the request, without asking the database before it is needed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject


class AccessMiddleware:
    """Sets ``request.permissions``, a set of codes that is read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.permissions = SimpleLazyObject(lambda: _permissions(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _permissions(request: HttpRequest) -> frozenset[str]:
    from jinling.foundation.access.queries import permissions_of

    return permissions_of(request.user) if request.user.is_authenticated else frozenset()
