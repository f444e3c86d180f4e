"""Which entry of a menu a page belongs to."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from jinling.web.menus import current_of, menus

ADDRESSES = ["/staff/", "/staff/cards/", "/staff/card-batches/", "/staff/upload/", "/staff/upload/days/", "/bulletin/"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/staff/cards/", "/staff/cards/"),
        ("/staff/cards/of/17/", "/staff/cards/"),
        ("/staff/upload/days/2021-04/", "/staff/upload/days/"),
        ("/staff/upload/dayshift/", "/staff/upload/"),
        ("/staff/cards-of-others/", "/staff/"),
        ("/en/staff/cards/", ""),
        ("/bulletin/2021-04/", "/bulletin/"),
        ("/bulletin", ""),
        ("/", ""),
    ],
)
def test_the_longest_address_above_the_page_is_current(path: str, current: str) -> None:
    assert current_of(path, ADDRESSES) == current


def test_one_entry_of_a_menu_is_current_and_needs_its_permission(rf: RequestFactory) -> None:
    request = rf.get("/staff/cards/of/0190a000-0000-7000-8000-000000000000/")
    request.user = AnonymousUser()
    request.permissions = frozenset({"cards.read", "cards.issue"})  # type: ignore[attr-defined]
    context = menus(request)
    staff = {entry.label: entry for entry in context["menus"]["staff"]}  # type: ignore[index]
    assert [label for label, entry in staff.items() if entry.current] == ["Cards"]
    assert staff["Cards"].address == "/staff/cards/" and "Audit" not in staff
    assert context["at_work"] is True
    assert menus(rf.get("/cards/"))["at_work"] is False
