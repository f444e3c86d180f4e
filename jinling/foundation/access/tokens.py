"""OAuth 2 client credentials: a client signs an assertion with its own key and gets a token for a quarter of an hour.

RFC 6749 section 4.4 with RFC 7523 (``private_key_jwt``): the platform keeps public keys only, so that nothing
that lies here can be used to speak for a client.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, OctKey

from jinling.foundation.access.models import ApiClient, AssertionId
from jinling.foundation.access.queries import ClientGrant, client_grant, roles
from jinling.foundation.access.rules.refusals import TokenError, TokenRefused
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["ES256", "ES384", "Ed25519", "PS256"]
ISSUER, API, TYPE = "jinling", "jinling-api", "at+jwt"
TOKEN_LIFE = timedelta(minutes=15)
ASSERTION_LIFE = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, the seconds it lives and the scopes it stands for."""

    token: str
    expires_in: int
    scope: str


def issue_token(*, assertion: str, audience: str, now: datetime, scope: str = "", purpose: str = "") -> AccessToken:
    """Give a token for a signed assertion.

    The assertion names the client as ``iss`` and ``sub``, this address as ``aud``, an ``exp`` at most five
    minutes ahead and a ``jti`` that is good once. ``scope`` (permissions, spaces between) and ``purpose`` (of
    use) narrow what the token may do.

    Raises:
        TokenRefused: nothing is given.
    """
    client, claims = _read(assertion)
    exp, jti = claims.get("exp"), claims.get("jti")
    heard = claims.get("aud")
    if claims.get("iss") != client.code or audience not in (heard if isinstance(heard, list) else [heard]):
        raise TokenRefused(error=TokenError.INVALID_CLIENT)
    if not isinstance(exp, int | float) or not now - LEEWAY < _instant(exp) <= now + ASSERTION_LIFE + LEEWAY:
        raise TokenRefused(error=TokenError.INVALID_CLIENT)
    if not isinstance(jti, str) or not 8 <= len(jti) <= 128:
        raise TokenRefused(error=TokenError.INVALID_CLIENT)
    standing = client_grant(client)
    scopes = frozenset(scope.split()) or standing.permissions
    if not scopes <= standing.permissions:
        raise TokenRefused(error=TokenError.INVALID_SCOPE)
    if purpose and purpose not in roles()[client.role].purposes:
        raise TokenRefused(error=TokenError.INVALID_SCOPE)
    _use_once(client, jti, _instant(exp) + LEEWAY)
    end = now + TOKEN_LIFE
    token = jwt.encode(
        {"alg": "HS256", "typ": TYPE},
        {
            "iss": ISSUER,
            "aud": API,
            "sub": client.code,
            "exp": int(end.timestamp()),
            "iat": int(now.timestamp()),
            "jti": new_id().hex,
            "scope": " ".join(sorted(scopes)),
            "purpose_of_use": purpose,
        },
        _secret(),
    )
    return AccessToken(token, int(TOKEN_LIFE.total_seconds()), " ".join(sorted(scopes)))


def grant_of_token(token: str, *, now: datetime) -> tuple[bytes, ClientGrant] | None:
    """The digest and standing of a valid token; None when it is forged, expired, or its client was closed."""
    try:
        read = jwt.decode(token, _secret(), algorithms=["HS256"])
    except (JoseError, ValueError):
        return None
    claims = read.claims
    if (read.header.get("typ"), claims.get("iss"), claims.get("aud")) != (TYPE, ISSUER, API):
        return None
    if not now.timestamp() < float(claims.get("exp", 0)):
        return None
    client = ApiClient.objects.filter(code=claims.get("sub", ""), is_active=True).first()
    if client is None:
        return None
    standing = client_grant(client)
    actor = standing.actor.acting_for(claims["purpose_of_use"]) if claims.get("purpose_of_use") else standing.actor
    allowed = standing.permissions & frozenset(str(claims.get("scope", "")).split())
    return digest(token), replace(standing, actor=actor, permissions=allowed)


def digest(token: str) -> bytes:
    """What a remembered token is recognised by."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def trust_key(*, by: Actor, client: ApiClient, jwk: dict[str, Any]) -> str:
    """Trust another public key of a client, beside those it has; returns its ``kid``.

    Raises:
        TokenRefused: it is no public key, or it carries a private one.
    """
    try:
        key = JWKRegistry.import_key(jwk)
        if key.is_private or key.key_type == "oct":
            raise TokenRefused(error=TokenError.PRIVATE_KEY, where="jwk", mend="Send the public half of the key only.")
        public = {**key.as_dict(private=False), "kid": jwk.get("kid") or key.thumbprint()}
    except (JoseError, ValueError, KeyError) as error:
        raise TokenRefused(
            error=TokenError.INVALID_KEY, where="jwk", mend="Send one JSON Web Key (RFC 7517)."
        ) from error
    kid = str(public["kid"])
    client.public_keys = [kept for kept in client.public_keys if kept.get("kid") != kid] + [public]
    client.save(update_fields=["public_keys"])
    audit.record(by=by, action="access.trust_key", target=f"ApiClient/{client.code}", detail={"kid": kid})
    return kid


@transaction.atomic
def distrust_key(*, by: Actor, client: ApiClient, kid: str) -> bool:
    """Trust a public key no longer; tokens that were given for it end within a quarter of an hour."""
    kept = [key for key in client.public_keys if key.get("kid") != kid]
    removed = len(kept) < len(client.public_keys)
    client.public_keys = kept
    client.save(update_fields=["public_keys"])
    audit.record(by=by, action="access.distrust_key", target=f"ApiClient/{client.code}", detail={"kid": kid})
    return removed


def forget_assertions(now: datetime) -> int:
    """Remove ids of assertions that are too old to be used again anyway."""
    return AssertionId.objects.filter(expires_at__lt=now).delete()[0]


def _read(assertion: str) -> tuple[ApiClient, dict[str, Any]]:
    """The client whose key signed the assertion, and what it says."""
    try:
        unproven = jws.extract_compact(assertion.encode())
        code, kid = str(json.loads(unproven.payload)["sub"]), unproven.headers().get("kid")
        client = ApiClient.objects.get(code=code, is_active=True)
        [key] = [key for key in client.public_keys if kid is None or key.get("kid") == kid]
        claims = jwt.decode(assertion, JWKRegistry.import_key(key), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError, ApiClient.DoesNotExist) as error:
        raise TokenRefused(error=TokenError.INVALID_CLIENT) from error
    return client, dict(claims)


def _use_once(client: ApiClient, jti: str, until: datetime) -> None:
    try:
        with transaction.atomic():
            AssertionId.objects.create(client=client.code, jti=jti, expires_at=until)
    except IntegrityError as error:
        raise TokenRefused(error=TokenError.INVALID_CLIENT) from error


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _secret() -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"access tokens" + settings.JINLING_KEY_HASH_SECRET).digest())
