"""The city's single sign-on, live: the whole code flow with PKCE against an OpenID Connect server that runs beside."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from jinling.foundation.access import public as access, queries as access_queries
from jinling.foundation.access.tests import city_sign_on
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("t")
CALLBACK = "http://testserver/accounts/oidc/city/login/callback/"
PASSWORD = "plum-blossom-hill-7"
STRONG = "urn:city:two-factors"


@pytest.fixture(scope="module", params=[STRONG])
def server(request, tmp_path_factory):
    """The address of the running server, whose tokens tell of two factors."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    folder = str(tmp_path_factory.mktemp("city"))
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", city_sign_on.__file__, folder, str(port), CALLBACK, request.param],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).parent,
    )
    try:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def city(server, settings):
    """The platform, told where the city's server is."""
    app = {
        "provider_id": "city",
        "name": "City",
        "client_id": city_sign_on.CLIENT,
        "secret": city_sign_on.SECRET,
        "settings": {"server_url": server},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    settings.JINLING_OIDC_ACR = frozenset()
    return server


def sent_over(client: Client) -> str:
    """Where the platform sends a browser that chose the single sign-on."""
    return client.post("/accounts/oidc/city/login/")["Location"]


def comes_back(server: str, authorize: str, name: str) -> str:
    """The address at which the city's server sends its user back, once they signed in there."""
    with httpx.Client(base_url=server, timeout=20) as browser:
        page = browser.get(authorize, follow_redirects=True)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
        body = {"csrfmiddlewaretoken": token, "login": name, "password": city_sign_on.PEOPLE[name]}
        answer = browser.post(page.url, data=body)
        while urlsplit(answer.headers["Location"]).netloc != "testserver":
            answer = browser.get(answer.headers["Location"])
        return answer.headers["Location"]


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_staff_sign_in_through_the_citys_server(client, city):
    account = access.add_account(by=BY, username="li", password=PASSWORD, roles=["audit_admin"])
    authorize = sent_over(client)
    asked = parse_qs(urlsplit(authorize).query)
    assert authorize.startswith(city) and asked["response_type"] == ["code"] and "openid" in asked["scope"][0]
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43 and asked["state"][0]
    answer = client.get(path_of(comes_back(city, authorize, "li")))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.get("/staff/audit/").status_code == 200
    told = set(Entry.objects.values_list("action", flat=True))
    assert {"access.tie_sign_on", "access.sign_in"} <= told
    client.post("/accounts/logout/")
    again = client.get(path_of(comes_back(city, sent_over(client), "li")))  # the tie stands, it is not made anew
    assert again.status_code == 302 and client.session["_auth_user_id"] == str(account.pk)


def test_whoever_the_platform_does_not_know_gets_no_account(client, city):
    answer = client.get(path_of(comes_back(city, sent_over(client), "nobody-here")))
    assert answer.status_code == 403 and "_auth_user_id" not in client.session
    assert access_queries.account("nobody-here") is None


def test_a_code_is_worth_nothing_without_the_verifier_of_the_browser_that_asked(client, city):
    access.add_account(by=BY, username="li", password=PASSWORD, roles=["audit_admin"])
    back = comes_back(city, sent_over(client), "li")
    code = parse_qs(urlsplit(back).query)["code"][0]
    token = httpx.get(f"{city}/.well-known/openid-configuration").json()["token_endpoint"]
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": "v" * 43}
    stolen = httpx.post(token, data=body, auth=(city_sign_on.CLIENT, city_sign_on.SECRET))
    assert stolen.status_code == 400 and "access_token" not in stolen.text


def test_a_code_that_was_slipped_into_another_browser_signs_nobody_in(client, city):
    access.add_account(by=BY, username="li", password=PASSWORD, roles=["audit_admin"])
    back = comes_back(city, sent_over(client), "li")
    victim = Client()
    for wrong in (path_of(back), path_of(back).replace("state=", "state=x")):
        victim.get(wrong)
        assert "_auth_user_id" not in victim.session
    client.get(path_of(back))
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    client.get(path_of(back))  # the same answer again
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("trusted", "second_factor"), [({STRONG}, True), ({"urn:city:other"}, False), (set(), False)])
def test_its_word_about_a_second_factor_counts_only_where_it_is_known(client, city, settings, trusted, second_factor):
    settings.JINLING_SECOND_FACTOR, settings.JINLING_OIDC_ACR = "required", frozenset(trusted)
    access.add_account(by=BY, username="li", password=PASSWORD, roles=["audit_admin"])
    client.get(path_of(comes_back(city, sent_over(client), "li")))
    page = client.get("/staff/audit/")
    assert page.status_code == (200 if second_factor else 302)
    assert second_factor or page["Location"] == "/accounts/2fa/"
