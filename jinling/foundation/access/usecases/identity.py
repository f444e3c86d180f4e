"""Prove a citizen's real name: tries are counted and limited, one person has one account."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.access.judgement import records_of
from jinling.foundation.access.models import Account, IdentityCheck
from jinling.foundation.access.queries import key_hash
from jinling.foundation.access.rules.refusals import IdentityChecksUsedUp, IdentityTied
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor

WITHIN = timedelta(hours=24)


@transaction.atomic
def begin_identity_check(*, by: Actor, account: Account, number: str) -> UUID:
    """Count a try to prove a real name, before it is judged; returns its id.

    Five tries a day that are not confirmed close the way for the account, and for the number whoever types
    it (``JINLING_IDENTITY_TRIES``). The number is kept as a keyed hash alone.

    Raises:
        IdentityChecksUsedUp: nothing was looked up.
    """
    subject, now = key_hash(f"identity:{number.strip().upper()}"), timezone.now()
    with connection.cursor() as cursor:  # tries of one account, and tries of one number, one after another
        for name in sorted((f"account {account.pk}", f"number {subject.hex()}")):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 12))", [name])
    failed = IdentityCheck.objects.filter(at__gt=now - WITHIN, passed=False)
    limit = settings.JINLING_IDENTITY_TRIES
    if failed.filter(account=account).count() >= limit or failed.filter(subject=subject).count() >= limit:
        raise IdentityChecksUsedUp
    check = IdentityCheck.objects.create(account=account, subject=subject, at=now)
    audit.record(by=by, action="access.check_identity", target=f"Account/{account.pk}", detail={"check": str(check.pk)})
    return check.pk


@transaction.atomic
def pass_identity_check(*, by: Actor, account: Account, check: UUID) -> None:
    """The try was confirmed: it no longer counts against anybody."""
    IdentityCheck.objects.filter(pk=check, account=account).update(passed=True)
    audit.record(by=by, action="access.pass_identity", target=f"Account/{account.pk}", detail={"check": str(check)})


@transaction.atomic
def tie_patient(*, by: Actor, account: Account, patient: str) -> None:
    """Say which health record is the account holder's own, once the real name was checked.

    Raises:
        IdentityTied: the account is another person's, or another open account is this person's.
    """
    records = records_of(patient)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [records[0]])
    held = Account.objects.select_for_update().get(pk=account.pk).patient
    others = Account.objects.filter(patient__in=records, is_active=True).exclude(pk=account.pk)
    if (held and held not in records) or others.exists():
        raise IdentityTied
    account.patient = patient
    account.save(update_fields=["patient"])
    audit.record(by=by, action="access.tie_patient", patient=patient, target=f"Account/{account.pk}")


def forget_checks() -> int:
    """Remove tries that no longer count."""
    return IdentityCheck.objects.filter(at__lt=timezone.now() - 2 * WITHIN).delete()[0]
