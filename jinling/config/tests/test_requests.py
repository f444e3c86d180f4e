"""What every request passes, through the whole chain of middleware."""

from __future__ import annotations

import re

import pytest
from django.test import Client

BIDI = "\u202e"


@pytest.mark.django_db
def test_every_answer_carries_a_request_id(client: Client) -> None:
    own = client.get("/api/v1/openapi.json", headers={"x-request-id": "hospital-7.42"})
    assert own["X-Request-Id"] == "hospital-7.42"
    for bad in ("short", "with space in it", "x" * 65, "<script>aaaa"):
        assert re.fullmatch(r"[0-9a-f]{16}", client.get("/", headers={"x-request-id": bad})["X-Request-Id"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/a%00b/", f"/{BIDI}/", "/?q=%00", "/?q=%E2%80%AE", "/?q=a%E2%81%A6b"])
def test_forbidden_characters_in_an_address_are_refused(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["title"]) == (400, "forbidden_character")


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["a\x00b", f"a{BIDI}b", "\u2067"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_forbidden_characters_in_a_form_are_refused(client: Client, value: str, kind: str) -> None:
    if kind == "multipart/form-data":
        response = client.post("/", {"name": value})
    else:
        from urllib.parse import urlencode

        response = client.post("/", urlencode({"name": value}), content_type=kind)
    assert (response.status_code, response.json()["title"]) == (400, "forbidden_character")


@pytest.mark.django_db
@pytest.mark.parametrize("body", ['{"a": "\\u0000"}', '{"a": "\\u202E"}', f'{{"a": "{BIDI}"}}', '{"a": "\u2066"}'])
def test_forbidden_characters_in_json_are_refused(client: Client, body: str) -> None:
    response = client.post("/api/v1/anything", body.encode(), content_type="application/json")
    assert (response.status_code, response.json()["title"]) == (400, "forbidden_character")
    assert response.json()["request_id"] == response["X-Request-Id"]


@pytest.mark.django_db
def test_names_in_any_script_pass(client: Client) -> None:
    response = client.post("/api/v1/anything", '{"a": "\U00020bb7\u00b7\\u4e00"}', content_type="application/json")
    assert response.status_code == 404


@pytest.mark.django_db
def test_pages_are_protected_by_headers(client: Client) -> None:
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert response["X-Content-Type-Options"] == "nosniff" and response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_the_interface_describes_itself(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["info"]["title"] == "Jinling" and described["paths"]
    assert client.get("/api/v1/docs").status_code == 200
