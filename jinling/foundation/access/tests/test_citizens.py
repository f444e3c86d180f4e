"""Citizens sign in by a code: good once, for a few minutes, a few tries, and not too often."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.access.models import Account, SignInCode
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.messaging import usecases as messaging_usecases
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Invalid

pytestmark = pytest.mark.django_db
MOBILE = "13912345678"


@pytest.fixture
def phone(monkeypatch):
    """What arrives on the phone."""
    arrived: list[str] = []

    class Phone:
        def send(self, *, text, **_):
            arrived.append(text)

    monkeypatch.setattr(messaging_usecases, "transport", Phone)
    return arrived


def asked(phone, mobile=MOBILE):
    code_id = access.request_code(mobile=mobile)
    messaging_usecases.send_waiting(now=timezone.now())
    return code_id, re.search(r"\d{6}", phone[-1]).group()


def test_the_first_code_opens_an_account_and_the_next_finds_it(phone):
    code_id, code = asked(phone)
    [first] = access.redeem_code(code_id=code_id, mobile="+86 139-1234-5678", code=code)
    assert first.kind == "citizen" and not first.has_usable_password() and MOBILE not in first.username
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        code_id, code = asked(phone)
        assert access.redeem_code(code_id=code_id, mobile=MOBILE, code=code) == [first]
    assert MOBILE.encode() not in bytes(first.mobile_sealed) + bytes(first.mobile_index)


def test_a_code_is_good_once(phone):
    code_id, code = asked(phone)
    access.redeem_code(code_id=code_id, mobile=MOBILE, code=code)
    with pytest.raises(access_refusals.CodeWrong):
        access.redeem_code(code_id=code_id, mobile=MOBILE, code=code)


def test_wrong_codes_are_counted_and_the_sixth_try_fails_even_when_right(phone):
    code_id, code = asked(phone)
    wrong = "000000" if code != "000000" else "000001"
    for attempt in range(1, 6):
        with pytest.raises(access_refusals.CodeWrong):
            access.redeem_code(code_id=code_id, mobile=MOBILE, code=wrong)
        assert SignInCode.objects.get().attempts == attempt
    with pytest.raises(access_refusals.CodeWrong):
        access.redeem_code(code_id=code_id, mobile=MOBILE, code=code)
    assert not Account.objects.exists()


def test_a_code_serves_neither_another_mobile_nor_later_nor_another_request(phone):
    code_id, code = asked(phone)
    for change in ({"mobile": "13912345679"}, {"code_id": uuid4()}):
        with pytest.raises(access_refusals.CodeWrong):
            access.redeem_code(**({"code_id": code_id, "mobile": MOBILE, "code": code} | change))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)), pytest.raises(access_refusals.CodeWrong):
        access.redeem_code(code_id=code_id, mobile=MOBILE, code=code)
    assert not Account.objects.exists()


def test_codes_are_not_sent_too_often(phone):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        asked(phone)
        with pytest.raises(access_refusals.CodeTooSoon):
            access.request_code(mobile=MOBILE)
        for _ in range(4):
            clock.shift(timedelta(seconds=61))
            asked(phone)
        clock.shift(timedelta(seconds=61))
        with pytest.raises(access_refusals.CodeTooSoon):
            access.request_code(mobile=MOBILE)
        assert SignInCode.objects.count() == 5
        clock.shift(timedelta(hours=1))
        asked(phone)


def test_what_is_no_mobile_is_refused_before_anything_is_sent(phone):
    with pytest.raises(Invalid):
        access.request_code(mobile="025-12320")
    assert not SignInCode.objects.exists() and not phone


def test_a_mobile_has_at_most_three_accounts():
    for _ in range(3):
        access_citizens.open_account(by=system("test"), mobile=MOBILE)
    with pytest.raises(access_refusals.TooManyAccounts):
        access_citizens.open_account(by=system("test"), mobile=MOBILE)
    assert Account.objects.count() == 3
