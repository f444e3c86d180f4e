"""Sign citizens in by a code that is sent to their mobile."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.access.models import Account, SignInCode
from jinling.foundation.access.queries import by_mobile, key_hash, keys
from jinling.foundation.access.rules.refusals import CodeTooSoon, CodeWrong, TooManyAccounts
from jinling.foundation.access.usecases.accounts import set_mobile
from jinling.foundation.audit import public as audit
from jinling.foundation.messaging import public as messaging
from jinling.kernel.actor import Actor, system

LIFE = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(seconds=60)
PER_HOUR = 5


@transaction.atomic
def request_code(*, mobile: str, language: str = "") -> UUID:
    """Send a six-digit code to a mobile; returns the id by which the code is checked.

    The same is answered whether or not the number has an account. One code a minute, five an hour.

    Raises:
        IdentifierInvalid: not a mobile number of the country.
        CodeTooSoon: nothing was sent.
    """
    number, now = settings.JINLING_COUNTRY.mobile(mobile), timezone.now()
    index = keys().index(number, space="mobile")
    _lock(index)
    recent = list(
        SignInCode.objects.filter(mobile_index=index, created_at__gt=now - timedelta(hours=1))
        .order_by("-created_at")
        .values_list("created_at", flat=True)
    )
    if len(recent) >= PER_HOUR or (recent and recent[0] > now - PAUSE):
        raise CodeTooSoon
    code = f"{secrets.randbelow(10**6):06d}"
    row = SignInCode(mobile_index=index, created_at=now, expires_at=now + LIFE)
    row.code_hash = key_hash(f"{row.id}:{code}")
    row.save(force_insert=True)
    messaging.send(
        by=system("access"),
        to=messaging.Recipient("address", number),
        template="access.sign_in_code",
        fields={"code": code, "minutes": int(LIFE.total_seconds() // 60)},
        language=language,
        dedupe=f"access.code/{row.id}",
        at_once=True,
    )
    return row.id


def redeem_code(*, code_id: UUID, mobile: str, code: str) -> list[Account]:
    """The accounts of the mobile whose code this is, making the first account when there is none.

    A code is good once, for five minutes and five tries; each wrong try is counted at once.

    Raises:
        CodeWrong: wrong, used, expired or tried too often.
    """
    number, now = settings.JINLING_COUNTRY.mobile(mobile), timezone.now()
    with transaction.atomic():
        row = SignInCode.objects.select_for_update().filter(pk=code_id).first()
        right = (
            row is not None
            and row.used_at is None
            and row.expires_at > now
            and row.attempts < TRIES
            and bytes(row.mobile_index) == keys().index(number, space="mobile")
            and hmac.compare_digest(bytes(row.code_hash), key_hash(f"{row.id}:{code.strip()}"))
        )
        if row is not None and right:
            row.used_at = now
            row.save(update_fields=["used_at"])
            return by_mobile(number) or [open_account(by=system("access"), mobile=number)]
        if row is not None:  # the try counts although the sign-in is refused
            row.attempts += 1
            row.save(update_fields=["attempts"])
        audit.record(by=system("sign-in"), action="access.sign_in", outcome=audit.Outcome.DENIED)
    raise CodeWrong


@transaction.atomic
def open_account(*, by: Actor, mobile: str) -> Account:
    """Another citizen's account for a mobile number, up to the limit (three).

    Raises:
        IdentifierInvalid: not a mobile number of the country.
        TooManyAccounts: the number has as many as it may.
    """
    number = settings.JINLING_COUNTRY.mobile(mobile)
    _lock(keys().index(number, space="mobile"))
    if len(by_mobile(number)) >= settings.JINLING_ACCOUNTS_PER_MOBILE:
        raise TooManyAccounts(limit=settings.JINLING_ACCOUNTS_PER_MOBILE)
    account = Account(kind=Account.Kind.CITIZEN)
    account.username = f"citizen-{account.pk.hex}"
    account.set_unusable_password()
    set_mobile(account, number)
    account.save(force_insert=True)
    audit.record(by=by, action="access.open_account", target=f"Account/{account.pk}")
    return account


def forget_codes(now: datetime) -> int:
    """Remove codes that can no longer be used."""
    return SignInCode.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()[0]


def _lock(index: bytes) -> None:
    """One at a time per mobile number, so that limits are counted and not raced."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [index.hex()])
