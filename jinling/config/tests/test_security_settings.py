"""What a city that serves HTTPS gets: headers, cookies, a clean deployment check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = """
import json, django
django.setup()
from django.conf import settings as s
names = ("DEBUG", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT",
         "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "CSRF_COOKIE_SAMESITE", "SESSION_COOKIE_DOMAIN", "X_FRAME_OPTIONS", "ALLOWED_HOSTS", "JINLING_SECOND_FACTOR",
         "CONTENT_SECURITY_POLICY", "SESSION_COOKIE_AGE", "SECRET_KEY")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def _city(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = os.environ | {
        "JINLING_HTTPS": "1",
        "JINLING_HOSTS": "health.example.cn",
        "JINLING_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        "DJANGO_SETTINGS_MODULE": "jinling.config.settings",
    }
    for name in ("JINLING_DEBUG", "JINLING_SECOND_FACTOR", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        place.pop(name, None)
    return subprocess.run([sys.executable, *arguments], env=place, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The settings of a city that serves HTTPS."""
    asked = _city(tmp_path_factory.mktemp("home"), "-W", "ignore", "-c", ASKED)
    assert asked.returncode == 0, asked.stderr
    found: dict[str, object] = json.loads(asked.stdout)
    return found


def test_the_settings_of_a_city_pass_the_deployment_check(tmp_path: Path, city: dict[str, object]) -> None:
    checked = _city(tmp_path, "-W", "ignore", "-m", "jinling", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert int(str(city["SECURE_HSTS_SECONDS"])) >= 31536000
    assert city["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and city["SECURE_HSTS_PRELOAD"] and city["SECURE_SSL_REDIRECT"]
    assert city["DEBUG"] is False and "*" not in str(city["ALLOWED_HOSTS"]) and len(str(city["SECRET_KEY"])) >= 50


def test_cookies_of_a_city_are_bound_to_its_host(city: dict[str, object]) -> None:
    assert (city["SESSION_COOKIE_NAME"], city["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
                 "CSRF_COOKIE_HTTPONLY"):  # fmt: skip
        assert city[name] is True, name
    assert city["SESSION_COOKIE_SAMESITE"] == city["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert city["SESSION_COOKIE_DOMAIN"] is None and city["SESSION_COOKIE_AGE"] == 8 * 3600


def test_no_script_or_style_may_stand_inline(city: dict[str, object]) -> None:
    policy = json.dumps(city["CONTENT_SECURITY_POLICY"])
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "frame-ancestors" in policy
    assert city["X_FRAME_OPTIONS"] == "DENY"


def test_staff_of_a_city_sign_in_with_a_second_factor(city: dict[str, object]) -> None:
    assert city["JINLING_SECOND_FACTOR"] == "required"


PLAIN = """
import django
django.setup()
from django.test import Client
asked = ("/api/v1/appointments", 0), ("/fhir/Patient", 0), ("/sign-in/", 0), ("/api/v1/oauth/token", 1)
for address, secure in asked:
    answer = Client().post(address, secure=bool(secure), headers={"host": "health.example.cn"})
    print(address, answer.status_code, answer.get("Location", ""), answer.get("Strict-Transport-Security", "-"))
"""


def test_people_are_sent_over_to_https_and_programs_are_refused(tmp_path: Path) -> None:
    told = _city(tmp_path, "-W", "ignore", "-c", PLAIN)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [
        "/api/v1/appointments 403  -",
        "/fhir/Patient 403  -",
        "/sign-in/ 301 https://health.example.cn/sign-in/ -",
        "/api/v1/oauth/token 422  max-age=31536000; includeSubDomains; preload",
    ]
