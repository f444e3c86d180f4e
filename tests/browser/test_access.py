"""Pages of identity, sharing, sessions and administration on a phone and on a desk: readable, accessible, quiet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor, system
from tests.browser.test_booking import assert_accessible, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("tests")
MOBILE = "13912345678"
PASSWORD = "plum-blossom-hill-7"


@pytest.fixture
def known(transactional_db: None) -> mpi.NewPatient:
    """A person whom a hospital knows under the mobile number, with a look at the record by a clinician."""
    person = replace(next(iter(mpi.synthetic_people(1, 3, ["320102"]))), mobile=MOBILE)
    patient = str(mpi.register(by=BY, person=person))
    clinician = Actor(kind="account", id="c", role="clinician", purpose="TREAT", channel="web")
    audit.record(by=clinician, action="mpi.read", patient=patient)
    audit.record(by=clinician.acting_for("BTG"), action="access.emergency", patient=patient)
    audit.record(by=clinician, action="access.denied", patient=patient, outcome="denied")
    return person


@pytest.fixture
def owner(known: mpi.NewPatient) -> Any:
    """The person's account, not checked yet."""
    return access_citizens.open_account(by=BY, mobile=MOBILE)


def staff(name: str, role: str) -> Any:
    return access.add_account(by=BY, username=name, password=PASSWORD, roles=[role], display_name=name.title())


def test_a_citizen_proves_who_they_are(page, live_server, known, owner, complaints):
    sign_in(page, live_server, owner)
    page.goto(f"{live_server.url}/my/identity/")
    assert_accessible(page, "My identity")
    number = next(item.value for item in known.identifiers if item.system == "resident_id")
    page.get_by_label("Your name").fill(known.name)
    page.get_by_label("Number of the document").fill(number)
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Your identity is confirmed.").wait_for()
    assert_accessible(page, "Confirmed")
    text = page.inner_text("main")
    assert known.name not in text and number not in text and f"{number[:6]}********{number[-4:]}" in text


def test_what_cannot_be_confirmed_is_told(page, live_server, known, owner):
    sign_in(page, live_server, owner)
    page.goto(f"{live_server.url}/my/identity/")
    number = next(item.value for item in known.identifiers if item.system == "resident_id")
    page.get_by_label("Your name").fill("Li")
    page.get_by_label("Number of the document").fill(number)
    page.get_by_role("button", name="Check").click()
    page.get_by_text("could not be confirmed together").wait_for()
    assert_accessible(page, "There is a problem")


@pytest.mark.parametrize("where", ["lookers", "consents", "people", "sessions"])
def test_the_own_record_is_in_the_owners_hand(page, live_server, known, owner, complaints, where):
    patient = mpi.find_by_mobile(MOBILE)[0]
    mpi.relate(by=BY, account=str(owner.pk), patient=patient, relation="self", verified=True)
    if where == "consents":
        access.give_consent(
            by=BY, patient=str(patient), decision="deny", text="t", text_version="1", categories=["laboratory"]
        )
    sign_in(page, live_server, owner)
    address, heading = {
        "lookers": ("/my/lookers/", "Who looked at my record"),
        "consents": ("/my/consents/", "Sharing of my record"),
        "people": ("/people/", "My people"),
        "sessions": ("/accounts/sessions/", "Sessions and devices"),
    }[where]
    page.goto(live_server.url + address)
    assert_accessible(page, heading)


def test_sessions_are_ended_one_by_one(page, live_server, owner, complaints):
    li = staff("li", "clinician")
    for agent in (
        "Mozilla/5.0 (Linux; Android 12; HarmonyOS) Chrome/114 Safari/537.36 MicroMessenger/8.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0",
    ):
        Client(HTTP_USER_AGENT=agent).post("/accounts/login/", {"login": li.username, "password": PASSWORD})
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill("li")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{live_server.url}/accounts/sessions/")
    assert_accessible(page, "Sessions and devices")
    assert page.locator(".rows li").count() == 3
    page.get_by_role("button", name="End WeChat").click()
    page.get_by_text("Whoever used it has to sign in again").wait_for()
    assert page.locator(".rows li").count() == 2
    assert_accessible(page)


@pytest.mark.parametrize("where", ["accounts", "account", "changes", "audit", "emergencies"])
def test_administrators_work_on_these(page, live_server, known, owner, complaints, where):
    one, other = staff("wang", "security_admin"), staff("zhao", "security_admin")
    auditor, clinician = staff("sun", "audit_admin"), staff("li", "clinician")
    access.add_client(by=BY, code="quick", name="Quick booking", role="partner", channel="quick_12320")
    asker = Actor(kind="account", id=str(other.pk), role="security_admin")
    access.ask_role_change(by=asker, account=clinician, role="community_admin", give=True, scope="320106")
    doctor = Actor(kind="account", id=str(clinician.pk), role="clinician", purpose="BTG", organization="H1")
    patient = str(mpi.find_by_mobile(MOBILE)[0])
    access.open_emergency_access(by=doctor, patient=patient, reason="unconscious, no relatives there", fresh=True)
    sign_in(page, live_server, auditor if where in ("audit", "emergencies") else one)
    page.goto(
        live_server.url
        + {
            "accounts": "/staff/accounts/",
            "changes": "/staff/accounts/",
            "account": f"/staff/accounts/{clinician.pk}/",
            "audit": "/staff/audit/",
            "emergencies": "/staff/emergencies/",
        }[where]
    )
    if where == "audit":
        page.get_by_role("button", name="Search").click()
        page.locator("td").first.wait_for()
    if where == "account":
        page.get_by_label("Role", exact=True).select_option("regulator")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.get_by_text("Another security administrator now has to agree.").wait_for()
    if where == "changes":
        page.get_by_role("button", name="Agree").click()
        page.wait_for_url("**/reauthenticate/**")  # deciding asks for a fresh proof
    assert_accessible(page)
