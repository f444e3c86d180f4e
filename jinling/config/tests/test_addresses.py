"""What is not there is said in the language of who asks: problem+json under /api, a page elsewhere."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/cards//lose", "/api/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_programs_are_told_as_a_problem(path, method):
    from jinling.config.wsgi import application

    said: dict[str, str] = {}
    environ = RequestFactory(headers={"Authorization": "Bearer jl_x"}).generic(method, path, b"{}").environ
    environ["wsgi.input"] = io.BytesIO(b"{}")
    body = b"".join(application(environ, lambda status, headers, *_: said.update(dict(headers), status=status)))
    assert (said["status"][:3], said["Content-Type"]) == ("404", "application/problem+json")
    assert json.loads(body)["title"] == "address_unknown"
    assert Client().generic(method, path).headers["Content-Type"] == "application/problem+json"


def test_people_get_a_page():
    answer = Client().get("/nothing/")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")
