"""Addresses that do not exist: programs get problem+json, people a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found

from jinling.kernel.outcomes import NotFound
from jinling.web.problems import refused_problem


class AddressUnknown(NotFound):
    """The interface has nothing there."""

    code = "address_unknown"
    text = "The interface has no such address."
    mend = "See /api/v1/docs for those that it has."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404. Programs come without session and account, which the page would need."""
    if request.path.startswith("/api/"):
        return refused_problem(request, AddressUnknown())
    return page_not_found(request, exception)
