"""The centre renames an institution: finds it, looks at what would change, confirms, and sees its days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jinling.data.collection.testing import an_institution
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.services.scheduling.testing import BY
from tests.browser.test_booking import assert_accessible, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "long-enough-for-the-tests-7"


def test_a_rename_is_looked_at_confirmed_and_seen(page: Any, live_server: Any, complaints: list[str]) -> None:
    one = an_institution(code="H1")
    keeper = access.add_account(
        by=BY, username="keeper", password=PASSWORD, roles=["centre_operator"], display_name="keeper"
    )
    sign_in(page, live_server, keeper)
    page.goto(f"{live_server.url}/staff/institutions/")
    assert_accessible(page, "Institutions")
    page.get_by_label("Name, alias or pinyin").fill(one.name)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name=one.name, exact=True).click()
    assert_accessible(page, one.name)
    page.get_by_role("link", name="Rename").click()
    assert_accessible(page, "Rename")
    page.get_by_label("Name of the institution", exact=True).fill("Harbour Hospital")
    page.get_by_label("From which day").fill("2018-06-01")
    page.get_by_label("Reason").fill("Order 7")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="Look before you confirm").wait_for()
    assert_accessible(page)
    assert directory.get("H1").name == one.name
    page.get_by_role("button", name="Confirm the change").click()
    page.wait_for_url("**/staff/institutions/H1/")
    assert_accessible(page, "Harbour Hospital")
    assert directory.as_of(date(2018, 5, 31))[one.pk].name == one.name
    page.goto(f"{live_server.url}/staff/institutions/?on=2018-05-31")
    assert page.get_by_role("link", name=one.name, exact=True).is_visible()
