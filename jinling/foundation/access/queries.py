"""Reads of access: what roles may do, what an account holds, which client a key belongs to."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jinling.foundation.access import rights
from jinling.foundation.access.models import Account, ApiClient, ApiKey, Assignment, FrameAncestor
from jinling.foundation.access.rules.keys import keyed_hash, prefix_of
from jinling.foundation.access.rules.refusals import AccountUnknown
from jinling.foundation.access.rules.roles import LEVELS, PURPOSES
from jinling.kernel.actor import Actor
from jinling.kernel.contexts import SocketBroken, each, once
from jinling.kernel.sealing import Keyring, keyring
from jinling.kernel.sockets import DataCategory, Permission, Relation, Role, gather

NOTHING: frozenset[str] = frozenset()
# A context knows roles and permissions of the shelves below its own.
LEVEL_OF = {"web": 0, "foundation": 1, "services": 2, "data": 2, "channels": 3}


@lru_cache(maxsize=1)
def permissions() -> Mapping[str, Permission]:
    """Every permission that a context declares, by code."""
    return _declared("PERMISSIONS", "code")


@lru_cache(maxsize=1)
def relations() -> Mapping[str, Relation]:
    """Every relation that a context declares, by name."""
    return _declared("RELATIONS", "name")


@lru_cache(maxsize=1)
def categories() -> Mapping[str, DataCategory]:
    """Every category of data that a word about sharing can name, by code."""
    return _declared("CATEGORIES", "code")


@lru_cache(maxsize=1)
def roles() -> Mapping[str, Role]:
    """Every role that a context declares, by code; the platform itself comes last.

    Raises:
        SocketBroken: two contexts declare one role, or a role names a purpose, relation or level that nobody knows.
    """
    found: dict[str, Role] = _declared("ROLES", "code")
    for code, role in found.items():
        strange = {*role.purposes} - {*PURPOSES} or {*role.relations} - {*relations()} or {role.level} - {*LEVELS}
        if strange or not role.purposes:
            raise SocketBroken(f"the role {code} names {', '.join(map(str, strange)) or 'no purpose'}: nobody knows it")
    return dict(sorted(found.items(), key=lambda entry: entry[1].kind == "system"))


def roles_of(*kinds: str) -> list[str]:
    """Codes of the roles for these kinds of accounts or clients."""
    return [code for code, role in roles().items() if role.kind in kinds]


def _owners(name: str) -> dict[str, str]:
    return {one.code: context for context, module in gather("permissions") for one in getattr(module, name, ())}


def _declared(name: str, key: str) -> dict[str, Any]:
    def called(one: Any) -> str:
        return str(getattr(one, key))

    return once(each(gather("permissions"), name), called, f"of {name}", own=name == "PERMISSIONS")


@lru_cache(maxsize=1)
def grants() -> Mapping[str, frozenset[str]]:
    """Permissions by role, over all contexts; whoever signs in keeps the own account, and nothing else unasked.

    Raises:
        SocketBroken: a context grants to a role, or grants a permission, that no context declares, or one above it.
    """
    owners = {f"the role {code}": context for code, context in _owners("ROLES").items()} | _owners("PERMISSIONS")
    found: dict[str, set[str]] = {
        code: {rights.ACCOUNT} if role.kind in ("staff", "citizen") else set() for code, role in roles().items()
    }
    for context, module in gather("permissions"):
        for grant in getattr(module, "GRANTS", ()):
            if grant.role not in found:
                raise SocketBroken(f"{context}: no context declares the role {grant.role}, to which it grants")
            if strange := set(grant.permissions) - set(permissions()):
                raise SocketBroken(f"{context}: no context declares {', '.join(sorted(strange))}, which it grants")
            for what in (f"the role {grant.role}", *grant.permissions):
                if LEVEL_OF[owners[what].split(".")[1]] > LEVEL_OF[context.split(".")[1]]:
                    raise SocketBroken(f"{context}: {what} belongs to {owners[what]} above it, which has to grant it")
            found[grant.role] |= set(grant.permissions)
    return {code: frozenset(held) for code, held in found.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """A role as an account holds it; ``scope`` is an organisation or district code, or empty."""

    role: str
    scope: str = ""


def held_by(account: Account, *, now: datetime | None = None) -> tuple[Held, ...]:
    """The roles an account holds now, read once per request. A citizen's account is a citizen without being told."""
    kept: tuple[Held, ...] | None = getattr(account, "_held", None)
    if kept is None:
        kind = (Held("citizen"),) if account.kind == Account.Kind.CITIZEN else ()
        rows = Assignment.objects.filter(Q(until_at=None) | Q(until_at__gt=now or timezone.now()), account=account)
        kept = kind + tuple(Held(role, scope) for role, scope in rows.order_by("id").values_list("role", "scope"))
        account._held = kept  # type: ignore[attr-defined]
    return kept


def permissions_of(account: Account) -> frozenset[str]:
    """What an account may do, over all its roles; nothing when it is closed."""
    if not account.is_active:
        return NOTHING
    return NOTHING.union(*(grants().get(held.role, NOTHING) for held in held_by(account)))


def has(who: Actor | Account, permission: str) -> bool:
    """Whether the actor's role, or one of the account's roles, holds the permission.

    Raises:
        KeyError: no context declares the permission (a slip of the pen must not read as "no").
    """
    permissions()[permission]
    if isinstance(who, Actor):
        return who.kind == "system" or permission in grants().get(who.role, NOTHING)
    return permission in permissions_of(who)


# -- clients -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientGrant:
    """What a valid key stands for: the client as an actor, what it may do, how often it may ask."""

    actor: Actor
    permissions: frozenset[str]
    rate_per_minute: int


def client_grant(client: ApiClient) -> ClientGrant:
    """A client's standing: its role's permissions, narrowed to its scopes when it has any."""
    role = roles()[client.role]
    allowed = grants()[client.role]
    if client.scopes:
        allowed &= frozenset(client.scopes)
    actor = Actor(
        kind="device" if role.kind == "device" else "client",
        id=client.code,
        role=client.role,
        purpose=role.purposes[0],
        organization=client.organization,
        channel=client.channel,
        audience="community" if client.audience == "community" else "public",
    )
    return ClientGrant(actor, allowed, client.rate_per_minute)


def grant_of_key(key: str, *, now: datetime) -> tuple[bytes, ClientGrant] | None:
    """The keyed hash and standing of a valid key; None when it is unknown, expired or revoked."""
    prefix = prefix_of(key)
    if not prefix:
        return None
    row = (
        ApiKey.objects.select_related("client")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), prefix=prefix, revoked_at=None, client__is_active=True)
        .first()
    )
    digest = key_hash(key)
    if row is None or not hmac.compare_digest(bytes(row.key_hash), digest):
        return None
    return digest, client_grant(row.client)


def key_hash(key: str) -> bytes:
    """The keyed hash under which an API key or a sign-in code is kept."""
    return keyed_hash(key, key=settings.JINLING_KEY_HASH_SECRET)


def clients() -> list[ApiClient]:
    """All clients with their keys, by code."""
    return list(ApiClient.objects.prefetch_related("keys").order_by("code"))


# -- accounts ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def keys() -> Keyring:
    """The keyring of this installation."""
    return keyring(settings.JINLING_SEALING)


def by_mobile(mobile: str) -> list[Account]:
    """Open citizens' accounts of a normalised mobile number, oldest first."""
    return list(
        Account.objects.filter(
            mobile_index__in=keys().indexes(mobile, space="mobile"), is_active=True, kind=Account.Kind.CITIZEN
        ).order_by("id")
    )


def mobile_of(account: Account) -> str:
    """The account's mobile in clear, or empty. Only for sending to it or showing it masked."""
    if not account.mobile_sealed:
        return ""
    return keys().open(account.mobile_sealed, place=f"access.account.mobile/{account.pk}")


def mobiles(ids: Sequence[str]) -> dict[str, str]:
    """Mobiles of accounts by id, for the sending of notices."""
    return {
        str(account.pk): mobile_of(account)
        for account in Account.objects.filter(pk__in=list(ids), is_active=True).only("id", "mobile_sealed")
    }


def account(username: str) -> Account | None:
    """The account of that sign-in name."""
    return Account.objects.filter(username=username).first()


def staff_account(key: UUID) -> Account:
    """A member of staff's account by its id.

    Raises:
        AccountUnknown: there is none.
    """
    found = Account.objects.filter(pk=key, kind=Account.Kind.STAFF).first()
    if found is None:
        raise AccountUnknown(name=str(key))
    return found


def accounts() -> list[Account]:
    """All staff accounts with their assignments, by name."""
    return list(Account.objects.filter(kind=Account.Kind.STAFF).prefetch_related("assignments").order_by("username"))


# -- frames --------------------------------------------------------------------------------


def frame_ancestors(organization: str) -> tuple[str, ...]:
    """Origins of an organisation that may show embeddable pages in a frame, in order; none without an organisation."""
    if not organization:
        return ()
    rows = FrameAncestor.objects.filter(organization=organization).order_by("origin")
    return tuple(rows.values_list("origin", flat=True))


def frames() -> list[tuple[str, str]]:
    """All (organisation, origin), in order."""
    return list(FrameAncestor.objects.order_by("organization", "origin").values_list("organization", "origin"))
