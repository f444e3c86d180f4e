"""Table of messaging."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinling.kernel.ids import new_id


class Message(models.Model):
    """One notice to one recipient. Address and text are sealed; a notice that was skipped keeps neither.
    ``dedupe_key`` makes a notice that is asked for twice go out once."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient_kind = models.CharField(max_length=10)
    recipient = models.CharField(max_length=64, blank=True, default="")
    template = models.CharField(max_length=80)
    language = models.CharField(max_length=10)
    address_sealed = models.BinaryField(default=bytes)
    subject = models.CharField(max_length=200, blank=True, default="")
    text_sealed = models.BinaryField(default=bytes)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    reason = models.CharField(max_length=40, blank=True, default="")
    dedupe_key = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_message"
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="messaging_once", condition=~models.Q(dedupe_key="")),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="messaging_waiting", condition=models.Q(status="queued")),
            models.Index(fields=["recipient_kind", "recipient", "created_at"], name="messaging_recipient"),
        ]
