"""Keep API clients and their keys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from jinling.foundation.access.api_keys import forget_keys
from jinling.foundation.access.models import ApiClient, ApiKey
from jinling.foundation.access.queries import grants, key_hash, roles_of
from jinling.foundation.access.rules.keys import ALPHABET, PREFIX_LENGTH, SECRET_LENGTH, compose_key
from jinling.foundation.access.rules.refusals import (
    ClientUnknown,
    NameInvalid,
    NameTaken,
    OutOfRange,
    RoleUnknown,
    ScopeUnknown,
)
from jinling.foundation.access.rules.words import LONGEST_CODE, LONGEST_LABEL, LONGEST_ORGANIZATION, is_name
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor

MOST_A_MINUTE, MOST_DAYS = 10**9, 3660


@transaction.atomic
def add_client(
    *,
    by: Actor,
    code: str,
    name: str,
    role: str,
    organization: str = "",
    channel: str = "",
    audience: str = "public",
    scopes: Sequence[str] = (),
    rate_per_minute: int = 6000,
    days: int | None = 365,
) -> tuple[ApiClient, str]:
    """Make an API client and its first key. The key is given here once and is kept nowhere in clear.

    Raises:
        NameInvalid, NameTaken, RoleUnknown, ScopeUnknown: nothing was made.
        OutOfRange: a number is too small or too large.
    """
    if not is_name(code, longest=LONGEST_CODE):
        raise NameInvalid(where="code", longest=LONGEST_CODE)
    for where, text, longest in (
        ("name", name, LONGEST_LABEL),
        ("organization", organization, LONGEST_ORGANIZATION),
        ("channel", channel, LONGEST_CODE),
    ):
        if len(text) > longest:
            raise NameInvalid(where=where, longest=longest)
    _within(rate_per_minute, where="rate_per_minute", most=MOST_A_MINUTE)
    known = roles_of("client", "device")
    if role not in known:
        raise RoleUnknown(role=role, known=", ".join(known))
    for scope in scopes:
        if scope not in grants()[role]:
            raise ScopeUnknown(role=role, scope=scope, known=", ".join(sorted(grants()[role])))
    client = ApiClient(
        code=code,
        name=name,
        role=role,
        organization=organization,
        channel=channel,
        audience=audience,
        scopes=list(scopes),
        rate_per_minute=rate_per_minute,
    )
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError:
        raise NameTaken(name=code) from None
    audit.record(
        by=by,
        action="access.add_client",
        target=f"ApiClient/{code}",
        organization=organization,
        detail={"role": role, "channel": channel, "scopes": list(scopes)},
    )
    return client, add_key(by=by, client=client, days=days)


@transaction.atomic
def add_key(*, by: Actor, client: ApiClient, days: int | None = 365) -> str:
    """Another key for a client, beside those it has; returned once. ``days``: how long it is valid, None for good.

    Raises:
        OutOfRange: the days are less than one or more than ten years.
    """
    if days is not None:
        _within(days, where="days", most=MOST_DAYS)
    key = compose_key(_random(PREFIX_LENGTH), _random(SECRET_LENGTH))
    prefix = key.split("_")[1]
    ApiKey.objects.create(
        client=client,
        prefix=prefix,
        key_hash=key_hash(key),
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    audit.record(by=by, action="access.add_key", target=f"ApiClient/{client.code}", detail={"prefix": prefix})
    return key


@transaction.atomic
def rotate_key(*, by: Actor, client: ApiClient, overlap: timedelta = timedelta(days=7), days: int | None = 365) -> str:
    """A new key; older ones stay valid for ``overlap``, so that the client changes over without a gap.

    Raises:
        OutOfRange: the overlap is negative or longer than ten years.
    """
    _within(overlap.days, where="overlap", most=MOST_DAYS, least=0)
    end = timezone.now() + overlap
    for row in ApiKey.objects.select_for_update().filter(client=client, revoked_at=None):
        if row.expires_at is None or row.expires_at > end:
            row.expires_at = end
            row.save(update_fields=["expires_at"])
    forget_keys()
    return add_key(by=by, client=client, days=days)


@transaction.atomic
def revoke_keys(*, by: Actor, client: ApiClient, prefix: str = "") -> int:
    """Revoke one key of a client by its prefix, or all; returns how many. Every process refuses it within 5 s."""
    rows = ApiKey.objects.filter(client=client, revoked_at=None)
    if prefix:
        rows = rows.filter(prefix=prefix)
    count = rows.update(revoked_at=timezone.now())
    transaction.on_commit(forget_keys)
    forget_keys()
    audit.record(
        by=by, action="access.revoke_keys", target=f"ApiClient/{client.code}", detail={"prefix": prefix, "keys": count}
    )
    return count


def client_named(code: str) -> ApiClient:
    """The client of that code.

    Raises:
        ClientUnknown: there is none.
    """
    found = ApiClient.objects.filter(code=code).first()
    if found is None:
        raise ClientUnknown(name=code)
    return found


def _within(value: int, *, where: str, most: int, least: int = 1) -> None:
    if not least <= value <= most:
        raise OutOfRange(where=where, least=least, most=most)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
