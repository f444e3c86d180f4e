"""The administrators' pages, each with its own administrator and closed to the others."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.access.models import EmergencyAccess, RoleChange
from jinling.foundation.access.usecases import accounts as access_accounts, citizens as access_citizens
from jinling.foundation.audit import public as audit
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
PASSWORD = "plum-blossom-hill-7"


def signed_in(client, role, username=None, fresh=True):
    """A client of the test in which an account of that role is signed in."""
    account = access.add_account(
        by=system("t"), username=username or role, password=PASSWORD, roles=[role], organization="H1"
    )
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    if fresh:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(account.pk)
        session.save()
    return account


def test_roles_are_given_by_two_administrators_on_the_pages(client):
    worker = access.add_account(by=system("t"), username="wu", password=PASSWORD, roles=[])
    signed_in(client, "security_admin", "first")
    assert "wu" in client.get("/staff/accounts/").content.decode()
    asked = client.post(f"/staff/accounts/{worker.pk}/", {"role": "regulator", "give": "1"})
    assert asked.status_code == 302
    change = RoleChange.objects.get()
    assert client.post(f"/staff/accounts/changes/{change.pk}/", {"agreed": "1"}).status_code == 409
    assert RoleChange.objects.get().agreed is None
    signed_in(client, "security_admin", "second")
    assert client.post(f"/staff/accounts/changes/{change.pk}/", {"agreed": "1"}).status_code == 302
    assert [held.role for held in access.held_by(access.account_named("wu"))] == ["regulator"]


def test_a_decision_about_roles_asks_for_a_fresh_sign_in(client):
    signed_in(client, "security_admin", fresh=False)
    answer = client.post(f"/staff/accounts/changes/{uuid4()}/", {"agreed": "1"})
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=/staff/accounts/changes/")


def test_a_change_that_can_never_be_is_told_on_the_page(client):
    worker = access.add_account(by=system("t"), username="wu", password=PASSWORD, roles=["audit_admin"])
    signed_in(client, "security_admin")
    page = client.post(f"/staff/accounts/{worker.pk}/", {"role": "system_admin", "give": "1"})
    assert page.status_code == 422 and not RoleChange.objects.exists()
    assert client.get(f"/staff/accounts/{uuid4()}/").status_code == 404


def test_the_audit_is_searched_and_the_search_is_audited(client):
    signed_in(client, "audit_admin")
    audit.record(by=system("t"), action="mpi.read", patient="p-1")
    today = timezone.localdate().isoformat()
    assert client.get("/staff/audit/").status_code == 200
    page = client.get("/staff/audit/", {"since": today, "until": today, "action": "mpi."})
    assert "p-1" in page.content.decode() and page["Cache-Control"] == "no-store"
    assert Entry.objects.filter(action="audit.search").count() == 1
    assert "field-error" in client.get("/staff/audit/", {"since": today, "until": "2001-01-01"}).content.decode()


def test_the_check_of_the_audit_tells_what_it_found(client):
    signed_in(client, "audit_admin")
    assert "note good" in client.post("/staff/audit/verify/").content.decode()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_entry SET actor = 'nobody' WHERE action = 'access.add_account'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert "note bad" in client.post("/staff/audit/verify/").content.decode()


def test_a_clinician_opens_a_record_in_an_emergency_and_an_auditor_judges_it(client):
    clinician, patient = signed_in(client, "clinician"), uuid4()
    assert client.get(f"/staff/emergency/{patient}/").status_code == 200
    short = client.post(f"/staff/emergency/{patient}/", {"reason": "urgent"})
    assert "field-error" in short.content.decode() and not EmergencyAccess.objects.exists()
    client.post(f"/staff/emergency/{patient}/", {"reason": "Found unconscious without papers"})
    case = EmergencyAccess.objects.get()
    assert (case.account, case.patient) == (str(clinician.pk), str(patient))
    assert client.post(f"/staff/emergencies/{case.pk}/", {"justified": "1"}).status_code == 403
    signed_in(client, "audit_admin")
    assert "Found unconscious" in client.get("/staff/emergencies/").content.decode()
    assert client.post(f"/staff/emergencies/{case.pk}/", {"justified": "1", "remark": "Checked"}).status_code == 302
    assert EmergencyAccess.objects.get().judgement == "justified"
    assert "Found unconscious" not in client.get("/staff/emergencies/").content.decode()


def test_an_emergency_asks_for_a_fresh_sign_in(client):
    signed_in(client, "clinician", fresh=False)
    assert "/accounts/reauthenticate/" in client.get(f"/staff/emergency/{uuid4()}/")["Location"]


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("system_admin", "/staff/accounts/"),
        ("audit_admin", "/staff/accounts/"),
        ("security_admin", "/staff/audit/"),
        ("system_admin", "/staff/audit/"),
        ("security_admin", "/staff/emergencies/"),
        ("clinician", "/staff/audit/"),
    ],
)
def test_no_administrator_does_the_work_of_another(client, role, address):
    signed_in(client, role)
    assert client.get(address).status_code == 403
    assert Entry.objects.filter(action="access.denied", outcome="denied").count() == 1


def test_a_session_that_is_left_alone_ends(client):
    signed_in(client, "audit_admin")
    start = timezone.now()
    with time_machine.travel(start) as clock:
        assert client.get("/staff/audit/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/staff/audit/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/staff/audit/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/staff/audit/")["Location"] == "/accounts/login/?next=/staff/audit/"
    assert "_auth_user_id" not in client.session


# -- second factors ------------------------------------------------------------------------------


def test_where_a_second_factor_is_required_staff_set_one_up_first(client, settings):
    settings.JINLING_SECOND_FACTOR = "required"
    account = signed_in(client, "audit_admin")
    assert client.get("/staff/audit/")["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200

    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time

    TOTP.activate(account, generate_totp_secret())
    assert client.get("/staff/audit/").status_code == 200
    client.post("/accounts/logout/")
    first = client.post("/accounts/login/", {"login": "audit_admin", "password": PASSWORD})
    assert first["Location"].startswith("/accounts/2fa/authenticate/") and "_auth_user_id" not in client.session
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200 and "_auth_user_id" not in client.session
    authenticator = account.authenticator_set.get()
    from jinling.foundation.access.adapters import MfaAdapter

    secret = MfaAdapter().decrypt(authenticator.data["secret"])
    counter = next(iter(yield_hotp_counters_from_time()))
    code = f"{hotp_value(secret, counter):06d}"
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)


def test_the_secret_of_a_second_factor_lies_sealed():
    from jinling.foundation.access.adapters import MfaAdapter

    adapter = MfaAdapter()
    assert "JBSWY3DPEHPK3PXP" not in adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert adapter.decrypt(adapter.encrypt("JBSWY3DPEHPK3PXP")) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/sessions/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
    ],
)
def test_the_own_account_is_for_who_is_signed_in(client, address):
    assert client.get(address).status_code == 302
    signed_in(client, "statistician")
    assert client.get(address).status_code == 200


# -- single sign-on ------------------------------------------------------------------------------


def signs_on(rf, name):
    from allauth.core import context
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    from jinling.foundation.access.adapters import SocialAdapter
    from jinling.foundation.access.models import Account

    request = rf.get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    told = SocialAccount(provider="city", uid=f"u-{name}", extra_data={"userinfo": {"preferred_username": name}})
    with context.request_context(request):
        SocialAdapter().pre_social_login(request, SocialLogin(user=Account(), account=told))
    return told


def test_single_sign_on_ties_to_the_staff_account_of_that_name_and_opens_none(rf, settings):
    app = {"provider_id": "city", "name": "City", "client_id": "c", "secret": "s", "settings": {"server_url": "x"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    from allauth.core.exceptions import ImmediateHttpResponse
    from allauth.socialaccount.models import SocialAccount

    account = access.add_account(by=system("t"), username="li", password=PASSWORD, roles=[])
    citizen = access_citizens.open_account(by=system("t"), mobile="13912345678")
    closed = access.add_account(by=system("t"), username="wu", password=PASSWORD, roles=[])
    access_accounts.close_account(by=system("t"), account=closed)
    assert signs_on(rf, "li").user == account
    for stranger in ("wu", "", "LI", citizen.username):
        with pytest.raises(ImmediateHttpResponse) as refused:
            signs_on(rf, stranger)
        assert refused.value.response.status_code == 403
    assert SocialAccount.objects.count() == 1
