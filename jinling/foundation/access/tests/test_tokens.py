"""Tokens for signed assertions: given to who holds the key, once, for a short time, and no wider than the role."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from jinling.foundation.access import api_keys, public as access, tokens as access_tokens
from jinling.foundation.access.models import ApiClient, AssertionId
from jinling.foundation.access.tests.test_keys import asks, fresh  # noqa: F401
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("test")
AUDIENCE = "http://testserver/api/v1/oauth/token"
KEY = ECKey.generate_key("P-256")


@pytest.fixture
def hospital():
    """A hospital's system whose public key is trusted."""
    client, _key = access.add_client(by=BY, code="his", name="HIS", role="hospital_client", organization="H1")
    access.trust_key(by=BY, client=client, jwk=KEY.as_dict(private=False))
    return client


def signed(key=KEY, alg="ES256", **changes):
    now = time.time()
    claims = {"iss": "his", "sub": "his", "aud": AUDIENCE, "iat": int(now), "exp": int(now) + 120, "jti": uuid4().hex}
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": alg}, claims, key, algorithms=[alg])


def ask(client, assertion, **changes):
    body = {
        "grant_type": "client_credentials",
        "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    } | changes
    return client.post("/api/v1/oauth/token", body)


def test_a_signed_assertion_gets_a_token_that_stands_for_the_client(client, hospital):
    answer = ask(client, signed())
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    grant, request = asks(body["access_token"])
    assert (request.actor.id, request.actor.role, request.actor.organization) == ("his", "hospital_client", "H1")
    assert request.permissions == access.grants()["hospital_client"] and grant.rate_per_minute == 6000


def test_a_token_may_be_narrower_and_never_wider(client, hospital):
    [scope, *_rest] = sorted(access.grants()["hospital_client"])
    token = ask(client, signed(), scope=scope, purpose_of_use="BOOKING").json()["access_token"]
    _grant, request = asks(token)
    assert request.permissions == {scope} and request.actor.purpose == "BOOKING"
    for wider in ({"scope": "access.accounts"}, {"purpose_of_use": "SUPERVISION"}):
        answer = ask(client, signed(), **wider)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


WRONG = {
    "another key": lambda: signed(ECKey.generate_key("P-256")),
    "another algorithm": lambda: signed(OKPKey.generate_key("Ed25519"), "Ed25519"),
    "a shared secret": lambda: signed(OctKey.import_key("x" * 32), "HS256"),
    "another client": lambda: signed(sub="quick"),
    "another issuer": lambda: signed(iss="quick"),
    "another audience": lambda: signed(aud="https://other.example/token"),
    "no audience": lambda: signed(aud=None),
    "too late": lambda: signed(exp=int(time.time()) - 60),
    "too long": lambda: signed(exp=int(time.time()) + 3600),
    "no end": lambda: signed(exp=None),
    "no id": lambda: signed(jti=None),
    "a short id": lambda: signed(jti="1"),
    "no subject": lambda: signed(sub=None),
    "not signed": lambda: signed().rsplit(".", 1)[0] + ".",
    "not a token": lambda: "abc",
    "empty": lambda: "..",
}


@pytest.mark.parametrize("how", WRONG)
def test_any_other_assertion_gets_nothing(client, hospital, how):
    answer = ask(client, WRONG[how]())
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert not AssertionId.objects.exists()


def test_an_assertion_is_good_once(client, hospital):
    assertion = signed()
    assert ask(client, assertion).status_code == 200
    assert ask(client, assertion).status_code == 401


def test_another_grant_is_not_supported(client, hospital):
    answer = ask(client, signed(), grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_token_ends_after_a_quarter_of_an_hour_and_with_its_client(client, hospital):
    token = ask(client, signed()).json()["access_token"]
    assert asks(token)[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        api_keys.forget_keys()
        assert asks(token)[0] is None
    api_keys.forget_keys()
    assert asks(token)[0]
    ApiClient.objects.update(is_active=False)
    api_keys.forget_keys()
    assert asks(token)[0] is None and ask(client, signed()).status_code == 401


def test_a_bent_token_is_none(client, hospital):
    token = ask(client, signed()).json()["access_token"]
    head, body, mark = token.split(".")
    for bent in (f"{head}.{body}.{mark[:-2]}AA", f"{head}.{body}x.{mark}", "a.b.c", ".."):
        assert asks(bent)[0] is None
    forged = jwt.encode({"alg": "HS256"}, {"iss": "jinling", "sub": "his", "exp": 9e9}, OctKey.import_key("x" * 32))
    assert asks(forged)[0] is None


def test_a_second_key_is_trusted_beside_the_first_and_taken_back(client, hospital):
    other = OKPKey.generate_key("Ed25519")
    kid = access.trust_key(by=BY, client=hospital, jwk=other.as_dict(private=False))

    def with_kid(key, alg, name):
        now = int(time.time())
        return jwt.encode(
            {"alg": alg, "kid": name},
            {"iss": "his", "sub": "his", "aud": AUDIENCE, "exp": now + 60, "jti": uuid4().hex},
            key,
            algorithms=[alg],
        )

    assert ask(client, with_kid(other, "Ed25519", kid)).status_code == 200
    assert ask(client, with_kid(KEY, "ES256", KEY.thumbprint())).status_code == 200
    assert access.distrust_key(by=BY, client=ApiClient.objects.get(), kid=kid)
    assert not access.distrust_key(by=BY, client=ApiClient.objects.get(), kid=kid)
    assert ask(client, with_kid(other, "Ed25519", kid)).status_code == 401


@pytest.mark.parametrize("jwk", [KEY.as_dict(private=True), {"kty": "oct", "k": "eA"}, {"kty": "?"}, {}])
def test_only_public_keys_are_trusted(hospital, jwk):
    with pytest.raises(access_tokens.TokenRefused):
        access.trust_key(by=BY, client=hospital, jwk=jwk)
    assert len(ApiClient.objects.get().public_keys) == 1


def test_tokens_are_remembered_but_not_without_bound(client, hospital, monkeypatch, django_assert_num_queries):
    token = ask(client, signed()).json()["access_token"]
    asks(token)
    with django_assert_num_queries(0):
        assert asks(token)[0]
    monkeypatch.setattr(api_keys, "MANY_TOKENS", 2)
    for _ in range(5):
        asks(ask(client, signed()).json()["access_token"])
    assert len(api_keys._kept_tokens) <= 3


def test_rsa_keys_sign_with_pss(client, hospital):
    rsa = RSAKey.generate_key(2048)
    access.distrust_key(by=BY, client=hospital, kid=KEY.thumbprint())
    access.trust_key(by=BY, client=hospital, jwk=rsa.as_dict(private=False))
    assert ask(client, signed(rsa, "PS256")).status_code == 200
