"""Take and withdraw a patient's word; open and judge emergency accesses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.foundation.access.events import ConsentChanged, EmergencyOpened
from jinling.foundation.access.judgement import records_of
from jinling.foundation.access.models import Account, Assignment, Consent, EmergencyAccess
from jinling.foundation.access.queries import grants
from jinling.foundation.access.rules.decisions import ConsentDecision, Reason
from jinling.foundation.access.rules.refusals import (
    AccessDenied,
    ConsentInvalid,
    ConsentUnknown,
    EmergencyUnknown,
    ReasonTooShort,
    SignInNotFresh,
)
from jinling.foundation.access.rules.second_hand import JUDGEMENT, ensure_second_hand
from jinling.foundation.audit import public as audit
from jinling.foundation.messaging import public as messaging
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor

EMERGENCY = timedelta(hours=4)
JUDGED_WITHIN = timedelta(hours=72)
REASON = 10


@transaction.atomic
def give_consent(
    *,
    by: Actor,
    patient: str,
    decision: str,
    text: str,
    text_version: str,
    organization: str = "",
    categories: Sequence[str] = (),
    purposes: Sequence[str] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Consent:
    """Take a patient's word; the text that was read to or by them is kept as its SHA-256.

    Raises:
        ConsentInvalid: the decision is neither permit nor deny, or the span ends before it starts.
    """
    if decision not in list(ConsentDecision):
        raise ConsentInvalid(where="decision")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise ConsentInvalid(where="ends_at")
    consent = Consent.objects.create(
        patient=patient,
        decision=decision,
        organization=organization,
        categories=list(categories),
        purposes=list(purposes),
        starts_at=starts_at,
        ends_at=ends_at,
        channel=by.channel,
        text_version=text_version,
        evidence=hashlib.sha256(text.encode()).hexdigest(),
        given_by=by.id,
    )
    audit.record(
        by=by,
        action="access.give_consent",
        patient=patient,
        target=f"Consent/{consent.pk}",
        detail={"decision": decision, "organization": organization},
    )
    outbox.announce(ConsentChanged(str(consent.pk), patient, decision, withdrawn=False))
    return consent


@transaction.atomic
def withdraw_consent(*, by: Actor, patient: str, consent: UUID) -> None:
    """Withdraw a word; it no longer counts at the next request.

    Raises:
        ConsentUnknown: the patient gave no such word, or withdrew it before.
    """
    standing = Consent.objects.select_for_update().filter(patient__in=records_of(patient), withdrawn_at=None)
    row = standing.filter(pk=consent).first()
    if row is None:
        raise ConsentUnknown(where=str(consent))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record(by=by, action="access.withdraw_consent", patient=patient, target=f"Consent/{row.pk}")
    outbox.announce(ConsentChanged(str(row.pk), patient, row.decision, withdrawn=True))


@transaction.atomic
def open_emergency_access(*, by: Actor, patient: str, reason: str, fresh: bool) -> EmergencyAccess:
    """Open one patient's record for at most four hours without a treatment relation.

    The audit administrators are told at once, the patient sees it, and a second person judges it within 72
    hours.

    Raises:
        AccessDenied: the role may not.
        SignInNotFresh: the sign-in is older than five minutes.
        ReasonTooShort: the reason cannot be judged.
    """
    if "access.emergency" not in grants().get(by.role, frozenset()):
        raise AccessDenied(reason=Reason.ROLE)
    if not fresh:
        raise SignInNotFresh
    if len(reason.strip()) < REASON:
        raise ReasonTooShort(where="reason")
    now = timezone.now()
    row = EmergencyAccess.objects.create(
        account=by.id,
        organization=by.organization,
        patient=patient,
        reason=reason.strip()[:500],
        starts_at=now,
        ends_at=now + EMERGENCY,
    )
    audit.record(
        by=by.acting_for("BTG"), action="access.emergency", patient=patient, target=f"EmergencyAccess/{row.pk}"
    )
    outbox.announce(EmergencyOpened(str(row.pk), by.id, by.organization, patient, row.ends_at.isoformat()))
    messaging.send_many(
        by=by,
        notices=[
            messaging.Notice(
                messaging.Recipient("account", str(account)),
                "access.emergency_opened",
                {"organization": by.organization or "-"},
                dedupe=f"access.emergency/{row.pk}/{account}",
            )
            for account in Assignment.objects.filter(role="audit_admin", account__is_active=True).values_list(
                "account", flat=True
            )
        ],
    )
    return row


@transaction.atomic
def judge_emergency(*, by: Actor, emergency: UUID, justified: bool, remark: str) -> EmergencyAccess:
    """Judge an emergency access; one that was not justified ends at once.

    Raises:
        EmergencyUnknown, AlreadyDecided, OwnCase: nothing was changed.
    """
    row = EmergencyAccess.objects.select_for_update().filter(pk=emergency).first()
    if row is None:
        raise EmergencyUnknown(where=str(emergency))
    ensure_second_hand(
        by.id, decided=not JUDGEMENT.from_state(row.judgement), concerned=[row.account], where=str(emergency)
    )
    row.judgement = JUDGEMENT.after(row.judgement, "justify" if justified else "reject", where=str(emergency))
    row.judged_by, row.judged_at, row.remark = by.id, timezone.now(), remark[:500]
    row.save(update_fields=["judgement", "judged_by", "judged_at", "remark"])
    audit.record(
        by=by,
        action="access.judge_emergency",
        patient=row.patient,
        target=f"EmergencyAccess/{row.pk}",
        detail={"justified": justified},
    )
    return row


def standing_consents(patient: str) -> list[Consent]:
    """A patient's words that were not withdrawn, newest first."""
    return list(Consent.objects.filter(patient__in=records_of(patient), withdrawn_at=None).order_by("-given_at"))


def emergencies(*, waiting: bool = True) -> list[EmergencyAccess]:
    """Emergency accesses that wait for judgement, oldest first; or the last 200 of all."""
    rows = EmergencyAccess.objects.all()
    if waiting:
        return list(rows.filter(judgement=EmergencyAccess.Judgement.OPEN).order_by("starts_at"))
    return list(rows.order_by("-starts_at")[:200])


def account_names(ids: Sequence[str]) -> dict[str, str]:
    """Names of staff accounts by id, as their colleagues read them."""
    rows = Account.objects.filter(pk__in=[value for value in ids if len(value) == 36], kind=Account.Kind.STAFF)
    return {str(row.pk): str(row) for row in rows}
