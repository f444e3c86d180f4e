"""A citizen books on a phone and on a desk; staff check the patient in; what is shown is accessible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment, Session
from jinling.services.scheduling.testing import BY, CLIENT, Hospital, a_session, some_patients

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Any, live_server: Any, account: Any) -> None:
    """Give the browser a session of the account; the sign-in pages have tests of their own."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def assert_accessible(page: Any, heading: str = "") -> None:
    """No serious finding of axe, and nothing that makes the page scroll sideways; first wait for ``heading``."""
    if heading:
        page.get_by_role("heading", name=heading).first.wait_for()
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [item["id"] for item in found if item["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_from_the_start_page_to_a_booked_number(page, live_server, hospital: Hospital, citizen, complaints):
    page.goto(live_server.url)
    assert_accessible(page)
    page.get_by_role("link", name="Book a number").click()
    page.get_by_label("Name, pinyin or initials").fill(f"Hospital {hospital.code[1:]}")
    page.wait_for_url("**/booking/?q=*")  # found while typing, and the address says so
    assert_accessible(page)
    page.locator("#hospitals a").first.click()
    assert_accessible(page, f"Hospital {hospital.code[1:]}")
    page.get_by_role("link", name="General clinic").click()
    assert_accessible(page, "General clinic")
    days = page.locator(".strip a")
    days.nth(4).click()
    page.wait_for_url("**day=*")
    fourth = page.url
    heading = page.locator("h2[data-focus]")
    assert heading.evaluate("element => element === document.activeElement")
    day = heading.inner_text()
    assert page.locator("#status").inner_text() == day
    days.nth(3).click()
    page.wait_for_url(lambda url: url != fourth)
    page.go_back()
    assert_accessible(page, day)  # Back leads to the day that was looked at before
    assert page.url == fourth
    page.locator(".slots a").first.click()
    page.wait_for_url("**/sign-in/**")
    sign_in(page, live_server, citizen)
    page.goto(live_server.url + page.url.split("next=")[1].split("&")[0])
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    assert_accessible(page, "Check and confirm")
    assert "CNY 18.00" in page.content() and "Building 2" in page.content()
    page.get_by_role("button", name="Confirm the booking").click()
    assert_accessible(page, "Booked")
    assert page.locator("img.qr").is_visible()
    row = Appointment.objects.get()
    page.get_by_role("link", name="Cancel the booking").click()
    assert_accessible(page, "Cancel this booking?")
    page.get_by_role("button", name="Cancel the booking").click()
    page.wait_for_url("**tab=cancelled")
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_a_full_session_leads_on(page, live_server, hospital: Hospital, citizen):
    session = a_session(hospital, capacity=1, in_days=5)
    (other,) = some_patients(1, seed=9)
    scheduling.book(by=CLIENT, request=scheduling.BookingRequest(session=session, patient=other, route="app"))
    sign_in(page, live_server, citizen)
    page.goto(f"{live_server.url}/booking/session/{session}/0/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm the booking").click()
    assert_accessible(page, "Nearest open sessions")
    assert page.get_by_role("link", name="Join the waiting list").is_visible()
    assert page.locator("#errors").evaluate("element => element === document.activeElement")
    assert_accessible(page)


def test_elder_mode_has_large_text_and_targets(page, live_server, hospital: Hospital):
    page.goto(live_server.url)
    page.get_by_role("button", name="Elder mode").first.click()
    page.wait_for_load_state()
    for path in ("/", "/booking/", f"/booking/{hospital.code}/{hospital.clinic}/"):
        page.goto(live_server.url + path)
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
        small = page.locator("main a:visible, main button:visible, main input:visible").evaluate_all(
            "all => all.filter(e => e.getBoundingClientRect().height < 59.5).map(e => e.outerHTML)"
        )
        assert small == []
        assert_accessible(page)


def test_the_language_changes_with_one_click(page, live_server, hospital: Hospital):
    page.goto(f"{live_server.url}/booking/?q=x")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("button[name=language]").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "zh-CN" and page.url.endswith("/booking/?q=x")


def test_the_desk_checks_a_patient_in_without_leaving_the_list(page, live_server, hospital: Hospital, complaints):
    session = a_session(hospital, minutes=0)
    (patient,) = some_patients(1)
    id_ = scheduling.book(
        by=CLIENT, request=scheduling.BookingRequest(session=session, patient=patient, route="app")
    ).id
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    Session.objects.filter(pk=session).update(
        date=start.date(), part="evening", starts_at=start, ends_at=start + timedelta(hours=23, minutes=59)
    )
    Appointment.objects.filter(pk=id_).update(date=start.date())
    account = access.add_account(
        by=BY,
        username="desk",
        password="long-enough-for-the-tests-7",
        roles=["hospital_scheduler"],
        display_name="Desk",
        organization=hospital.code,
    )
    sign_in(page, live_server, account)
    page.goto(f"{live_server.url}/staff/booking/")
    assert_accessible(page)
    page.get_by_role("button", name="Check in").click()
    page.locator(f"#row-{id_} .chip", has_text="Checked in").wait_for()
    assert Appointment.objects.get(pk=id_).status == "arrived"


@pytest.mark.parametrize("path", ["/staff/sessions/", "/staff/schedules/", "/staff/penalties/", "/components/"])
def test_staff_pages_are_accessible(page, live_server, hospital: Hospital, complaints, path):
    account = access.add_account(
        by=BY,
        username="desk",
        password="long-enough-for-the-tests-7",
        roles=["hospital_scheduler"],
        display_name="Desk",
        organization=hospital.code,
    )
    sign_in(page, live_server, account)
    page.goto(live_server.url + path)
    assert_accessible(page)
