"""The sign-in pages: one path each, the way back checked, strangers sent away."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.access.models import Account
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit.models import Entry
from jinling.foundation.messaging import usecases as messaging_usecases
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
MOBILE = "13912345678"
PASSWORD = "plum-blossom-hill-7"


@pytest.fixture
def phone(monkeypatch):
    """What arrives on the phone."""
    arrived: list[str] = []

    class Phone:
        def send(self, *, text, **_):
            arrived.append(text)

    monkeypatch.setattr(messaging_usecases, "transport", Phone)
    return arrived


def by_code(client, phone, back="/"):
    page = client.post("/sign-in/", {"mobile": MOBILE, "next": back})
    assert page.status_code == 302 and page["Location"] == "/sign-in/code/"
    messaging_usecases.send_waiting(now=timezone.now())
    return client.post("/sign-in/code/", {"code": re.search(r"\d{6}", phone[-1]).group()})


def test_a_citizen_signs_in_by_code_and_comes_back(client, phone):
    assert client.get("/sign-in/?next=/booking/").status_code == 200
    entered = by_code(client, phone, "/booking/")
    assert (entered.status_code, entered["Location"]) == (302, "/booking/")
    assert client.session["_auth_user_id"] == str(Account.objects.get().pk)
    assert MOBILE not in str(dict(client.session))


def test_the_mobile_lies_sealed_in_the_session(client, phone):
    client.post("/sign-in/", {"mobile": MOBILE})
    assert MOBILE not in str(dict(client.session))
    page = client.get("/sign-in/code/").content.decode()
    assert "139****5678" in page and MOBILE not in page


def test_several_accounts_are_chosen_from_and_no_other(client, phone):
    first, second = (access_citizens.open_account(by=system("t"), mobile=MOBILE) for _ in range(2))
    stranger = access_citizens.open_account(by=system("t"), mobile="13912345679")
    assert by_code(client, phone)["Location"] == "/sign-in/account/"
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/account/", {"account": str(stranger.pk)})
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/account/", {"account": str(second.pk)})
    assert client.session["_auth_user_id"] == str(second.pk) != str(first.pk)


def test_the_choice_is_not_open_without_a_proven_code(client):
    access_citizens.open_account(by=system("t"), mobile=MOBILE)
    client.post("/sign-in/", {"mobile": MOBILE})
    assert client.get("/sign-in/account/")["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "https:///evil.example",
        "\n//evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(client, phone, back):
    assert by_code(client, phone, back)["Location"] == "/"


def test_a_wrong_code_says_so_and_a_bad_number_too(client, phone):
    page = client.post("/sign-in/", {"mobile": "12"})
    assert page.status_code == 200 and "field-error" in page.content.decode() and not phone
    client.post("/sign-in/", {"mobile": MOBILE})
    page = client.post("/sign-in/code/", {"code": "12"})
    assert page.status_code == 200 and "_auth_user_id" not in client.session


def test_staff_sign_in_by_name_and_password(client):
    access.add_account(by=system("t"), username="li", password=PASSWORD, roles=["security_admin"])
    assert client.get("/accounts/login/").status_code == 200
    entered = client.post("/accounts/login/?next=/x/", {"login": "li", "password": PASSWORD})
    assert (entered.status_code, entered["Location"]) == (302, "/x/")
    told = Entry.objects.get(action="access.sign_in")
    assert told.outcome == "ok" and "password" in told.detail
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session and Entry.objects.filter(action="access.sign_out").count() == 1


def test_wrong_passwords_and_codes_leave_entries_without_what_was_typed(client, phone):
    client.post("/accounts/login/", {"login": "li", "password": "wrong"})
    client.post("/sign-in/", {"mobile": MOBILE})
    client.post("/sign-in/code/", {"code": "000000"})
    denied = Entry.objects.filter(action="access.sign_in", outcome="denied")
    assert denied.count() == 2 and not denied.exclude(detail="", target="", patient="").exists()


def test_pages_of_who_is_signed_in_are_kept_by_no_cache(client, phone):
    by_code(client, phone)
    assert "no-store" in client.get("/accounts/sessions/")["Cache-Control"]
    assert "no-store" in client.get("/")["Cache-Control"]


def test_five_wrong_passwords_lock_the_name_from_that_address_only(client):
    access.add_account(by=system("t"), username="li", password=PASSWORD, roles=[])
    for _ in range(5):
        page = client.post("/accounts/login/", {"login": "li", "password": "wrong"})
    assert page.status_code in (403, 429)
    assert client.post("/accounts/login/", {"login": "li", "password": PASSWORD}).status_code in (403, 429)
    elsewhere = client.post("/accounts/login/", {"login": "li", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/")["Location"] == "/sign-in/"


def test_addresses_of_signing_in_are_never_cached(client):
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]


# -- the guard of pages ----------------------------------------------------------------------


@access.permission_required("access.accounts", purpose="HSYSADMIN")
def guarded(request, number):
    return HttpResponse(f"{request.actor.role} {request.actor.purpose} {number}")


def ask(user, **headers):
    request = RequestFactory().get("/guarded/?a=1", **headers)
    request.user, request.htmx, request.session = user, bool(headers), {}
    return request


def test_a_stranger_is_sent_to_sign_in_and_back():
    from django.contrib.auth.models import AnonymousUser

    answer = guarded(ask(AnonymousUser()), 7)
    assert answer["Location"] == "/accounts/login/?next=/guarded/%3Fa%3D1"
    fragment = guarded(ask(AnonymousUser(), HTTP_HX_CURRENT_URL="https://city.example/page/?b=2"), 7)
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/accounts/login/?next=/page/%3Fb%3D2")


def test_an_account_without_the_permission_is_refused_and_one_with_it_comes_in():
    from django.core.exceptions import PermissionDenied

    auditor = access.add_account(by=system("t"), username="a", password=PASSWORD, roles=["audit_admin"])
    with pytest.raises(PermissionDenied):
        guarded(ask(auditor), 7)
    keeper = access.add_account(
        by=system("t"), username="s", password=PASSWORD, roles=["hotline_agent", "security_admin"]
    )
    assert guarded(ask(keeper), 7).content == b"security_admin HSYSADMIN 7"
    assert guarded.access.permission == "access.accounts"
