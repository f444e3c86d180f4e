"""Programs with a key take the short chain, everybody else the whole one, and both carry the headers they need."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from jinling.config.wsgi import application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection() -> Any:
    """The handler would close the test's connection after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answer(path: str, **headers: str) -> tuple[int, dict[str, str]]:
    told: list[Any] = []
    environ = RequestFactory(headers=headers).get(path).environ
    b"".join(application(environ, lambda status, fields, *_: told.extend((status, fields))))
    return int(told[0].split()[0]), {name.lower(): value for name, value in told[1]}


def test_a_program_with_a_key_gets_no_cookie_and_the_headers_of_its_own():
    status, headers = answer("/api/v1/hospitals", authorization="Bearer nobody.knows-this")
    assert status == 401 and headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff" and headers["x-request-id"]
    assert "set-cookie" not in headers and "content-security-policy" not in headers


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic abc"}])
def test_without_a_key_the_interface_takes_the_whole_chain(headers):
    status, told = answer("/api/v1/hospitals", **headers)
    assert status == 401 and "content-security-policy" in told


def test_a_page_takes_the_whole_chain_whatever_it_carries():
    status, told = answer("/", authorization="Bearer nobody.knows-this")
    assert status == 200 and "content-security-policy" in told and told["x-frame-options"] == "DENY"
