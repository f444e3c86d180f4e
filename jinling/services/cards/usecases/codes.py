"""Verbs of the electronic health card."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.services.cards.models import Card, ReadCode
from jinling.services.cards.rules import codes
from jinling.services.cards.rules.life import HOLDER, CardUnknown
from jinling.services.cards.values import ReadCard


@transaction.atomic
def present(*, by: Actor, card: UUID) -> tuple[str, codes.Code]:
    """A new code for a card in use: the QR text and what it says. Good for a minute, read once.

    Raises:
        CardUnknown, StepRefused: there is no such card, or it is not in use.
    """
    row = _in_use(card)
    now = timezone.now()
    code = codes.Code(row.id, now.replace(microsecond=now.microsecond // 1000 * 1000), secrets.token_bytes(8))
    audit.record(by=by, action="cards.present", patient=str(row.patient_id), target=f"Card/{row.id}")
    return codes.write(code, key=settings.JINLING_KEY_HASH_SECRET), code


@transaction.atomic
def scan(*, by: Actor, text: str) -> ReadCard:
    """Whose code this is, as the person the holder's record counts for; the code is used up.

    Raises:
        CodeInvalid, CodeExpired, CodeUsed: the code is not good.
        CardUnknown, StepRefused: the card is gone or no longer in use.
    """
    code = codes.read(text, key=settings.JINLING_KEY_HASH_SECRET, now=timezone.now())
    row = _in_use(code.card)
    try:
        with transaction.atomic():
            ReadCode.objects.create(nonce=code.nonce, card=row, at=code.at)
    except IntegrityError:
        raise codes.CodeUsed(where="code") from None
    audit.record(by=by, action="cards.scan", patient=str(row.patient_id), target=f"Card/{row.id}")
    person = mpi.current([row.patient_id])[row.patient_id]
    return ReadCard(row.id, person, row.kind, row.issuer_id)


def forget_codes() -> int:
    """Remove the marks of codes that ended long enough ago to be refused by their age."""
    return ReadCode.objects.filter(at__lt=timezone.now() - codes.LIFETIME - timedelta(minutes=10)).delete()[0]


def _in_use(card: UUID) -> Card:
    row = Card.objects.filter(id=card).first()
    if row is None:
        raise CardUnknown(where="card")
    HOLDER.after(row.state, "present", where="card")
    return row
