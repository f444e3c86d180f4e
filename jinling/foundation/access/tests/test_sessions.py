"""Sessions and devices: their owner sees where they are signed in and ends any of them; the browser forgets."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from jinling.foundation.access import public as access
from jinling.foundation.access.rules.devices import browser_of, system_of
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
PASSWORD = "plum-blossom-hill-7"
PHONE = (
    "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 Chrome/114 Mobile Safari/537.36 MicroMessenger/8.0"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0"


@pytest.fixture
def staff():
    return access.add_account(by=system("t"), username="li", password=PASSWORD, roles=["clinician"])


def signed_in(agent: str, username: str = "li") -> Client:
    client = Client(HTTP_USER_AGENT=agent, HTTP_ACCEPT_LANGUAGE="en")
    answer = client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200


def test_one_of_several_sessions_is_ended_and_the_others_go_on(staff):
    desk, phone, old = signed_in(DESK), signed_in(PHONE), signed_in(DESK)
    page = desk.get("/accounts/sessions/")
    rows = page.context["rows"]
    assert len(rows) == 3 and rows[0]["here"] and rows[0]["device"] == "Edge Windows"
    assert "This device" in page.content.decode() and page["Cache-Control"] == "no-store"
    [on_phone] = [row["id"] for row in rows if row["device"].startswith("WeChat")]
    assert desk.post("/accounts/sessions/end/", {"session": on_phone})["Location"] == "/accounts/sessions/"
    assert (is_in(desk), is_in(phone), is_in(old)) == (True, False, True)
    desk.post("/accounts/sessions/end/")
    assert (is_in(desk), is_in(phone), is_in(old)) == (True, False, False)
    told = Entry.objects.filter(action="access.end_sessions", target=f"Account/{staff.pk}")
    assert [json.loads(entry.detail)["sessions"] for entry in told] == [1, 1]


def test_nobody_ends_another_accounts_session_nor_the_one_in_use(staff):
    access.add_account(by=system("t"), username="wu", password=PASSWORD, roles=["clinician"])
    mine, foreign = signed_in(DESK), signed_in(PHONE, "wu")
    [its] = foreign.get("/accounts/sessions/").context["rows"]
    [own] = mine.get("/accounts/sessions/").context["rows"]
    for wanted in (its["id"], own["id"], "x", "-1", "9" * 30):
        answer = mine.post("/accounts/sessions/end/", {"session": wanted})
        assert answer.status_code == 404 and "There is no such sign-in" in answer.content.decode()
    assert is_in(mine) and is_in(foreign)
    assert not Entry.objects.filter(action="access.end_sessions").exists()
    assert mine.get("/accounts/sessions/end/").status_code == 405


def test_ending_asks_for_a_fresh_proof(staff):
    desk, phone = signed_in(DESK), signed_in(PHONE)
    session = desk.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 301
    session.save()
    answer = desk.post("/accounts/sessions/end/")
    assert answer["Location"] == "/accounts/reauthenticate/?next=/accounts/sessions/"
    assert is_in(phone) and not Entry.objects.filter(action="access.end_sessions").exists()
    desk.post("/accounts/reauthenticate/?next=/accounts/sessions/", {"password": PASSWORD})
    assert desk.post("/accounts/sessions/end/")["Location"] == "/accounts/sessions/" and not is_in(phone)


def test_a_citizen_sees_them_too_and_a_stranger_signs_in_first(client):
    account = access_citizens.open_account(by=system("t"), mobile="13912345678")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/accounts/sessions/", headers={"accept-language": "en"})
    assert page.status_code == 200 and "web/base.html" in [template.name for template in page.templates]
    assert Client().get("/accounts/sessions/").status_code == 302
    assert Client().post("/accounts/sessions/end/").status_code == 302


def test_the_browser_forgets_at_sign_out_and_only_then(staff):
    desk = signed_in(DESK)
    assert "Clear-Site-Data" not in desk.get("/accounts/sessions/")
    assert "Clear-Site-Data" not in desk.get("/accounts/logout/")  # asks first
    assert desk.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(desk)
    left = signed_in(DESK)
    session = left.session
    session["access.seen"] = 0
    session.save()
    assert left.get("/my/lookers/")["Clear-Site-Data"] == '"cache", "storage"'  # a session that was left alone


@pytest.mark.parametrize(
    ("agent", "browser", "machine"),
    [
        (PHONE, "WeChat", "HarmonyOS"),
        (DESK, "Edge", "Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari", "iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        ("curl/8.0", "", ""),
        ("", "", ""),
    ],
)
def test_devices_are_named_as_their_owners_know_them(agent, browser, machine):
    assert (browser_of(agent), system_of(agent)) == (browser, machine)
