"""Verbs of messaging: take notices, send what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Literal

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.messaging.address_books import addresses
from jinling.foundation.messaging.models import Message
from jinling.foundation.messaging.rules import LIFE, MissingField, SkipReason, next_try, worded
from jinling.foundation.messaging.transports import NotDeliverable, transport
from jinling.foundation.messaging.wordings import HOTLINE, wording
from jinling.kernel.actor import Actor, system
from jinling.kernel.ids import new_id
from jinling.kernel.sealing import Keyring, keyring
from jinling.web.notation import notation

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: a patient or an account by opaque id, or an address itself."""

    kind: Literal["patient", "account", "address"]
    value: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told to whom. Days, instants and clocks among the ``fields`` are written as the notice's language writes
    them. ``occurs_at`` is the instant the notice is about: once that lies in the past
    nobody is told. ``dedupe`` names the notice, so that asking twice sends once."""

    to: Recipient
    template: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    dedupe: str = ""
    language: str = ""
    occurs_at: datetime | None = None


def send(
    *,
    by: Actor,
    to: Recipient,
    template: str,
    fields: Mapping[str, Any] | None = None,
    dedupe: str = "",
    language: str = "",
    occurs_at: datetime | None = None,
    at_once: bool = False,
) -> None:
    """Queue one notice in the caller's transaction; ``at_once`` also tries to send it right after commit.

    Raises:
        TemplateUnknown, MissingField: it cannot be worded.
    """
    send_many(by=by, notices=[Notice(to, template, fields or {}, dedupe, language, occurs_at)])
    if at_once:
        transaction.on_commit(_send_now, robust=True)


def _send_now() -> None:
    send_waiting(now=timezone.now())


@transaction.atomic
def send_many(*, by: Actor, notices: Iterable[Notice]) -> int:
    """Queue notices in one statement; returns how many wait to be sent (skipped ones are kept, not counted).

    Raises:
        TemplateUnknown, MissingField: one of them cannot be worded; then none is queued.
    """
    now = timezone.now()
    rows = [_row(notice, now) for notice in notices]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return sum(row.status == Message.Status.QUEUED for row in rows)


def _row(notice: Notice, now: datetime) -> Message:
    language = notice.language or settings.LANGUAGE_CODE
    words = wording(notice.template, language)
    fields = {HOTLINE: settings.JINLING_HOTLINE, **notice.fields}
    missing = sorted(words.fields - fields.keys())
    if missing:
        raise MissingField(template=notice.template, field=missing[0])
    is_address = notice.to.kind == "address"
    row = Message(
        id=new_id(),
        recipient_kind=notice.to.kind,
        recipient="" if is_address else notice.to.value,
        template=notice.template,
        language=language,
        dedupe_key=notice.dedupe,
        next_try_at=now,
    )
    if notice.occurs_at is not None and notice.occurs_at < now:
        _skip(row, SkipReason.PAST)
        return row
    row.subject = words.subject[:200]
    row.text_sealed = _keys().seal(
        worded(words.text, _written(fields, language)), place=f"messaging.message.text/{row.id}"
    )
    if is_address:
        row.address_sealed = _keys().seal(notice.to.value, place=f"messaging.message.address/{row.id}")
    return row


def _written(fields: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Days, instants and clocks among the fields as the notice's language writes them."""
    writes = notation(language)
    return {name: writes.written(value) if isinstance(value, date | time) else value for name, value in fields.items()}


def send_waiting(*, now: datetime, limit: int = 200) -> int:
    """Send what waits, oldest first; returns how many notices were looked at.

    A notice that the transport refuses is tried again with growing pauses; the sending of a patient's
    notice leaves an audit entry in the transaction that marks it sent.
    """
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(status=Message.Status.QUEUED, next_try_at__lte=now)
            .order_by("next_try_at")[:limit]
        )
        known = addresses((row.recipient_kind, row.recipient) for row in rows if row.recipient_kind != "address")
        for row in rows:
            _send(row, known.get((row.recipient_kind, row.recipient), ""), now)
        Message.objects.bulk_update(
            rows, ["status", "reason", "attempts", "next_try_at", "sent_at", "address_sealed", "text_sealed"]
        )
        audit.record_many(
            by=system("messaging", purpose="HOPERAT"),
            acts=[
                audit.Act(
                    "messaging.send",
                    patient=row.recipient,
                    target=f"Message/{row.id}",
                    detail={"template": row.template},
                )
                for row in rows
                if row.recipient_kind == "patient" and row.status == Message.Status.SENT
            ],
        )
    return len(rows)


def _send(row: Message, address: str, now: datetime) -> None:
    place = f"messaging.message.address/{row.id}"
    if row.recipient_kind == "address":
        address = _keys().open(row.address_sealed, place=place)
    if not address:
        _skip(row, SkipReason.NO_ADDRESS)
        row.text_sealed = b""
        return
    text = _keys().open(row.text_sealed, place=f"messaging.message.text/{row.id}")
    row.attempts += 1
    try:
        transport().send(message_id=str(row.id), address=address, subject=row.subject, text=text, at=now)
    except NotDeliverable as error:
        _skip(row, error.reason)
    except OSError as error:  # smtplib's errors are OSErrors too
        log.warning("message_not_sent", message=str(row.id), attempts=row.attempts, error=type(error).__name__)
        row.next_try_at = next_try(row.attempts, now)
        row.reason = type(error).__name__[:40]
        if row.next_try_at is None:
            row.status = LIFE.after(row.status, "give_up")
    else:
        row.status = LIFE.after(row.status, "send")
        row.reason, row.next_try_at, row.sent_at = "", None, now
        row.address_sealed = _keys().seal(address, place=place)


def _skip(row: Message, reason: SkipReason) -> None:
    row.status = LIFE.after(row.status, "skip")
    row.reason, row.next_try_at = reason, None


@lru_cache(maxsize=1)
def _keys() -> Keyring:
    return keyring(settings.JINLING_SEALING)
