"""Staff set a passkey up in the browser and sign in with it alone; the device is Chromium's virtual authenticator."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings

from jinling.foundation.access import public as access
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import system
from tests.browser.test_booking import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "plum-blossom-hill-7"


@override_settings(JINLING_SECOND_FACTOR="required")
def test_a_passkey_is_made_and_signs_in_without_a_password(page, live_server, complaints):
    access.add_account(by=system("t"), username="sun", password=PASSWORD, roles=["audit_admin"])
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill("sun")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{live_server.url}/staff/audit/")
    page.wait_for_url("**/accounts/2fa/")  # nothing is open before a second factor stands
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    page.wait_for_url("**/reauthenticate/**")  # a factor is added by who just proved themselves
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("#mfa_webauthn_add").wait_for()
    assert_accessible(page)
    page.locator("[name=name]").fill("Desk")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert_accessible(page)
    assert set(Authenticator.objects.values_list("type", flat=True)) >= {"webauthn"}
    page.goto(f"{live_server.url}/staff/audit/")
    page.get_by_role("heading", name="Audit").wait_for()

    page.goto(f"{live_server.url}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(live_server.url + "/")
    page.goto(f"{live_server.url}/accounts/login/?next=/staff/audit/")
    assert_accessible(page)
    page.locator("#passkey_login").click()
    page.wait_for_url("**/staff/audit/")
    page.get_by_role("heading", name="Audit").wait_for()
    told = Entry.objects.filter(action="access.sign_in", outcome="ok").order_by("at").last()
    assert told is not None and "webauthn" in told.detail
