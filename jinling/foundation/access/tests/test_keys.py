"""API keys: valid ones let in, all others do not, and revoking works within seconds."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from jinling.foundation.access import (
    api_keys,
    public as access,
)
from jinling.foundation.access.models import ApiClient, ApiKey
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """No remembered keys and no counted requests."""
    api_keys.forget_keys()
    limiter = FixedWindowRateLimiter(MemoryStorage())
    monkeypatch.setattr(api_keys, "_limiter", lambda: limiter)


def asks(key, scheme="Bearer"):
    request = SimpleNamespace(META={"HTTP_AUTHORIZATION": f"{scheme} {key}"}, request_id="r-1")
    return api_keys.ApiKeyAuth()(request), request


def client(**changes):
    return access.add_client(by=BY, **({"code": "quick", "name": "Quick", "role": "partner"} | changes))


def test_a_valid_key_stands_for_its_client():
    _client, key = client(channel="quick_12320", organization="H1", audience="community")
    grant, request = asks(key)
    assert grant.rate_per_minute == 6000
    actor = request.actor
    assert (actor.kind, actor.id, actor.role, actor.purpose) == ("client", "quick", "partner", "BOOKING")
    assert (actor.channel, actor.organization, actor.audience, actor.request_id) == (
        "quick_12320",
        "H1",
        "community",
        "r-1",
    )
    assert request.permissions == access.grants()["partner"]


def test_the_key_is_kept_nowhere_in_clear():
    _client, key = client()
    row = ApiKey.objects.get()
    assert key.split("_")[2].encode() not in bytes(row.key_hash) and key.split("_")[1] == row.prefix
    assert key.split("_")[2] not in str(list(Entry.objects.values()))


@pytest.mark.parametrize(
    "change",
    [
        lambda k: "",
        lambda k: k[:-1],
        lambda k: k + "a",
        lambda k: k.upper(),
        lambda k: "jl_aaaaaaaaaa_" + "a" * 40,
        lambda k: k[:-1] + ("a" if k[-1] != "a" else "b"),
        lambda k: "\x00" + k,
        lambda k: k.replace("jl_", "xx_"),
    ],
)
def test_no_other_key_lets_in(change):
    _client, key = client()
    asks(key)  # remembered now: a wrong key with the right prefix must not profit
    grant, request = asks(change(key))
    assert grant is None and not hasattr(request, "actor")


def test_another_scheme_does_not_let_in():
    _client, key = client()
    assert asks(key, scheme="Basic")[0] is None


def test_two_keys_are_valid_at_once_and_the_old_one_ends():
    made, old = client()
    new = access.rotate_key(by=BY, client=made, overlap=timedelta(days=7))
    assert asks(old)[0] and asks(new)[0]
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        api_keys.forget_keys()
        assert asks(old)[0] is None and asks(new)[0]


def test_revoking_works_at_once_here_and_within_five_seconds_elsewhere(monkeypatch):
    made, key = client()
    assert asks(key)[0]
    ApiKey.objects.update(revoked_at=timezone.now())  # as another process would
    assert asks(key)[0]
    real = api_keys.time.monotonic
    monkeypatch.setattr(api_keys.time, "monotonic", lambda: real() + 5.1)
    assert asks(key)[0] is None
    monkeypatch.undo()
    ApiKey.objects.update(revoked_at=None)
    api_keys.forget_keys()
    assert asks(key)[0]
    assert access.revoke_keys(by=BY, client=made) == 1
    assert asks(key)[0] is None


def test_a_closed_client_has_no_valid_key():
    _client, key = client()
    ApiClient.objects.update(is_active=False)
    assert asks(key)[0] is None


def test_scopes_narrow_the_role(monkeypatch):
    role_holds = sorted(access.grants()["security_admin"])
    monkeypatch.setitem(access.grants(), "partner", frozenset(role_holds))
    _client, key = client(scopes=[role_holds[0]])
    assert asks(key)[1].permissions == {role_holds[0]}


def test_a_foreign_scope_or_role_is_refused_and_nothing_is_made():
    with pytest.raises(access_refusals.ScopeUnknown):
        client(scopes=["audit.search"])
    with pytest.raises(access_refusals.RoleUnknown):
        client(role="security_admin")
    assert not ApiClient.objects.exists()


def test_a_code_is_given_once():
    client()
    with pytest.raises(access_refusals.NameTaken):
        client()
    assert ApiKey.objects.count() == 1


def test_a_client_that_asks_too_often_is_told_to_wait():
    _client, key = client(rate_per_minute=3)
    for _ in range(3):
        assert asks(key)[0]
    with pytest.raises(api_keys.TooManyRequests) as refusal:
        asks(key)
    assert refusal.value.status == 429 and 1 <= refusal.value.fields["retry_after"] <= 61


def test_a_remembered_key_costs_no_query(django_assert_num_queries):
    _client, key = client()
    asks(key)
    with django_assert_num_queries(0):
        assert asks(key)[0]
