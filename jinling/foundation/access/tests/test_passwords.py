"""Passwords that somebody who knows the site would try first are refused."""

from __future__ import annotations

import pytest

from jinling.foundation.access import public as access
from jinling.foundation.access.models import Account
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "weak",
    [
        "Nanjing-2026!!",
        "jinling-jinling",
        "NANJING hospital 1",
        "health.health.88",
        "ｎａｎｊｉｎｇ２０２６！！",
        "yiyuan-Nanjing-01",
    ],
)
def test_words_of_the_site_make_no_password(weak):
    with pytest.raises(access_refusals.PasswordWeak):
        access.add_account(by=system("t"), username="li", password=weak, roles=[])
    assert not Account.objects.exists()


@pytest.mark.parametrize("strong", ["plum-blossom-hill-7", "a nurse under the north lantern", "4f1e-9c02-77ab-zq"])
def test_a_word_of_the_site_may_stand_among_others(strong):
    assert access.add_account(by=system("t"), username="li", password=strong, roles=[]).check_password(strong)
