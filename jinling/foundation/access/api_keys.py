"""The check of API keys that stands before every endpoint: quick, and never longer than five seconds behind."""

from __future__ import annotations

import hmac
import time
from functools import lru_cache
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from ninja.security import HttpBearer

from jinling.foundation.access.queries import ClientGrant, grant_of_key, key_hash
from jinling.foundation.access.rules.keys import prefix_of
from jinling.foundation.access.rules.refusals import TooManyRequests
from jinling.foundation.access.tokens import digest, grant_of_token
from jinling.kernel.actor import Actor
from jinling.web.requests import ActorRequest

KEPT_FOR = 5.0  # seconds that a key's standing is remembered: a revoked key works no longer than that
_Kept = tuple[float, bytes, ClientGrant, RateLimitItem]
_kept: dict[str, _Kept] = {}
_kept_tokens: dict[bytes, _Kept] = {}
MANY_TOKENS = 4096


@lru_cache(maxsize=1)
def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())


def forget_keys() -> None:
    """Forget the standing of every key in this process."""
    _kept.clear()
    _kept_tokens.clear()


class ApiKeyAuth(HttpBearer):
    """``Authorization: Bearer <key or token>``: sets ``request.actor`` and ``request.permissions`` or refuses.

    Remembers a key's standing for five seconds, so that the usual request costs no query. Rates count in
    this process: a client's allowance is per server process.
    """

    def __call__(self, request: HttpRequest) -> ClientGrant | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if header[:7].lower() != "bearer ":
            return None
        return self.authenticate(request, header[7:].strip())

    def authenticate(self, request: HttpRequest, token: str) -> ClientGrant | None:
        """The client's standing, or None when the key is not valid.

        Raises:
            TooManyRequests: the client's rate is used up.
        """
        kept = _standing(token)
        if kept is None:
            return None
        _deadline, _digest, grant, rate = kept
        actor = grant.actor
        if not _limiter().hit(rate, actor.id):
            wait = _limiter().get_window_stats(rate, actor.id).reset_time - timezone.now().timestamp()
            raise TooManyRequests(rate=grant.rate_per_minute, retry_after=max(1, int(wait) + 1))
        known = cast(ActorRequest, request)
        known.actor = Actor(
            actor.kind,
            actor.id,
            actor.role,
            actor.purpose,
            actor.organization,
            actor.channel,
            actor.audience,
            known.request_id,
        )
        known.permissions = grant.permissions
        return grant


def _standing(token: str) -> _Kept | None:
    if token.count(".") == 2:
        return _standing_of_token(token)
    prefix = token[3:13]
    kept, now = _kept.get(prefix), time.monotonic()
    if kept is not None and kept[0] > now:
        return kept if hmac.compare_digest(kept[1], key_hash(token)) else None
    if not prefix_of(token):
        return None
    found = grant_of_key(token, now=timezone.now())
    if found is None:
        _kept.pop(prefix, None)
        return None
    digest, grant = found
    kept = (now + KEPT_FOR, digest, grant, RateLimitItemPerMinute(grant.rate_per_minute))
    _kept[prefix] = kept
    return kept


def _standing_of_token(token: str) -> _Kept | None:
    """A token's standing, remembered like a key's; the memory is emptied before it grows large."""
    name = digest(token)
    kept, now = _kept_tokens.get(name), time.monotonic()
    if kept is not None and kept[0] > now:
        return kept
    found = grant_of_token(token, now=timezone.now())
    if found is None:
        _kept_tokens.pop(name, None)
        return None
    if len(_kept_tokens) > MANY_TOKENS:
        _kept_tokens.clear()
    kept = (now + KEPT_FOR, name, found[1], RateLimitItemPerMinute(found[1].rate_per_minute))
    _kept_tokens[name] = kept
    return kept
