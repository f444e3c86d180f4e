"""The start page and the page of components."""

from __future__ import annotations

import pytest

from jinling.foundation.access import public as access
from jinling.kernel.actor import system
from jinling.web.testing import pinned_queries


@pytest.mark.django_db
def test_the_start_page_asks_the_database_nothing(client) -> None:
    with pinned_queries(0):
        response = client.get("/", headers={"accept-language": "en"})
    body = response.content.decode()
    assert response.status_code == 200 and 'lang="en"' in body
    assert "Call 12320" in body and "Switch to elder mode" in body and 'role="status"' in body


@pytest.mark.django_db
def test_the_language_changes_with_one_click(client) -> None:
    response = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert response["Location"] == "/"
    body = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="zh-CN"' in body and 'value="en"' in body


@pytest.mark.django_db
@pytest.mark.parametrize(("target", "where"), [("/booking/?q=a", "/booking/?q=a"), ("https://elsewhere.example/", "/")])
def test_elder_mode_is_a_cookie_and_leads_back(client, target: str, where: str) -> None:
    response = client.post("/mode/", {"mode": "elder", "next": target})
    assert response.status_code == 302 and response["Location"] == where
    assert response.cookies["mode"].value == "elder"
    assert 'data-mode="elder"' in client.get("/nowhere/").content.decode()
    client.post("/mode/", {"mode": "standard", "next": "/"})
    assert 'data-mode="elder"' not in client.get("/nowhere/").content.decode()
    assert client.get("/mode/").status_code == 405


@pytest.mark.django_db
def test_staff_find_their_work_and_nothing_that_refuses_them(client) -> None:
    account = access.add_account(
        by=system("tests"), username="clerk", password="plum-blossom-hill-7", roles=["identity_clerk"]
    )
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Your work" in page and 'href="/staff/matches/"' in page
    assert 'class="tile" href="/people/"' not in page and 'class="tile" href="/staff/accounts/"' not in page
