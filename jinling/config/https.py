"""Programs are told that a plain request is refused, instead of being sent over to HTTPS unnoticed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jinling.web.problems import problem

PROGRAMS = ("/api/", "/fhir/")


class HttpsForPrograms:
    """Refuses plain HTTP at the addresses of programs: a key that was sent in clear must be noticed and changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PROGRAMS) and not request.is_secure():
            detail = "This interface is served over HTTPS only. A key that was sent in clear has to be changed."
            return problem(request, status=403, code="https_only", detail=detail)
        return self.get_response(request)
