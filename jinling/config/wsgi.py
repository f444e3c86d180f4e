"""The WSGI application that granian serves: one chain of middleware for people, a short one for programs."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  (settings are read once Django is set up)
from django.urls import get_resolver  # noqa: E402


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


# What was loaded stays. Looking through it for garbage would hold every thread of the process for a tenth of a second,
# again and again: the addresses bring in the rest of the code, then all of it is set aside.
_loaded = get_resolver().url_patterns
gc.freeze()
atexit.register(gc.unfreeze)  # else what is left at the end counts as leaked
