"""What every request passes first: an id, and a refusal of characters that no one types on purpose."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import cast
from urllib.parse import unquote

import structlog
from django.http import HttpRequest, HttpResponse

from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.web.problems import problem, refused_page

# NUL never reaches PostgreSQL as text; bidi controls make a name read as another.
FORBIDDEN = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")
# The same in a JSON body, written out or escaped.
FORBIDDEN_JSON = re.compile(
    rb"\x00|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\\u(?:0000|202[a-e]|206[6-9])", re.IGNORECASE
)


class ActorRequest(HttpRequest):
    """A request as a guarded page or endpoint gets it.

    ``actor`` is who asks and in which role, ``permissions`` what they hold, ``request_id`` its name in logs and audit.
    """

    actor: Actor
    permissions: frozenset[str]
    request_id: str


def actor(request: HttpRequest) -> Actor:
    """Who asks, as the guard of the page or endpoint has found them; the one way to ask.

    Raises:
        AttributeError: the page stands behind no guard, so that nobody knows.
    """
    return cast(ActorRequest, request).actor


REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def has_forbidden(text: str) -> bool:
    """Whether the text carries a NUL or a bidirectional control character."""
    return FORBIDDEN.search(text) is not None


class RequestMiddleware:
    """Gives each request an id (the caller's own when it is plain) and refuses forbidden characters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = request.headers.get("X-Request-Id", "")
        known = cast(ActorRequest, request)
        known.request_id = named if REQUEST_ID.fullmatch(named) else secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=known.request_id)
        if has_forbidden(request.path) or has_forbidden(unquote(request.META.get("QUERY_STRING", ""))):
            response = _forbidden(request, "The address carries a NUL or a bidirectional control character.")
        elif _body_has_forbidden(request):
            response = _forbidden(request, "A field carries a NUL or a bidirectional control character.")
        else:
            response = self.get_response(request)
        response["X-Request-Id"] = known.request_id
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that a page did not catch is told as a page of its own; anything else is a fault."""
        return refused_page(request, error) if isinstance(error, Refused) else None


def _body_has_forbidden(request: HttpRequest) -> bool:
    if request.content_type == "application/json":
        return FORBIDDEN_JSON.search(request.body) is not None
    if request.method == "POST" and request.content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        return any(has_forbidden(value) for _name, values in request.POST.lists() for value in values)
    return False


def _forbidden(request: HttpRequest, detail: str) -> HttpResponse:
    return problem(request, status=400, code="forbidden_character", detail=detail)
