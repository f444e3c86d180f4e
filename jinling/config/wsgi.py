"""The WSGI application that granian serves: one chain of middleware for people, a short one for programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  (settings are read once Django is set up)


def handler(middleware: Sequence[str]) -> WSGIHandler:
    """A handler with its own chain of middleware."""
    usual = settings.MIDDLEWARE
    settings.MIDDLEWARE = list(middleware)
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = usual


people, programs = handler(settings.MIDDLEWARE), handler(settings.API_MIDDLEWARE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Requests to the API that carry a key need no session, language cookie, form token or page headers."""
    is_program = environ["PATH_INFO"].startswith("/api/") and environ.get("HTTP_AUTHORIZATION", "")[:7] == "Bearer "
    return (programs if is_program else people)(environ, start_response)
