"""Refusals over HTTP: problem+json for programs (RFC 9457), a page for people."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from jinling.kernel.outcomes import Refused
from jinling.web.components import show, told

# What every refusal over HTTP looks like, for the interface description.
DESCRIPTION = {
    "title": "Problem",
    "description": "A refusal (RFC 9457): type and title are stable, detail and remedy are for people.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "where": {"type": "string"},
        "request_id": {"type": "string"},
    },
}


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, mend: str = "", where: str = "", **members: Any
) -> HttpResponse:
    """A ``application/problem+json`` answer; ``code`` is stable, ``detail`` is for people."""
    body: dict[str, Any] = {"type": f"urn:jinling:problem:{code}", "title": code, "status": status, "detail": detail}
    if where:
        body["where"] = where
    if mend:
        body["remedy"] = mend
    body |= members
    body["request_id"] = getattr(request, "request_id", "")
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type="application/problem+json"
    )


def refused_problem(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A ``Refused`` as problem+json, in the language of the request."""
    fields = dict(refused.fields)
    retry_after = fields.pop("retry_after", None)
    with translation.override(translation.get_language_from_request(request)):
        detail, mend = told(refused).text, told(refused).mend
    members = {
        key: value
        for key, value in fields.items()
        if key not in ("status", "code", "detail", "mend", "remedy", "where", "request")
    }
    response = problem(
        request, status=refused.status, code=refused.code, detail=detail, mend=mend, where=refused.where, **members
    )
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A ``Refused`` as a page that says what, how to mend it, and the request's number."""
    return show(
        request,
        "web/problem.html",
        {"problem": told(refused), "where": refused.where},
        part="web/parts/problem.html",
        status=refused.status,
        private=True,
    )
