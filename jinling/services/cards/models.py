"""Tables of cards."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinling.foundation.mpi import public as mpi
from jinling.kernel.ids import new_id
from jinling.services.cards.rules.life import LIVING, CardKind, CardState, Place


class Card(models.Model):
    """One card of one person. The number is sealed and found by its keyed index."""

    class Kind(models.TextChoices):
        CITIZEN = CardKind.CITIZEN.value, _("Citizen card")
        MEDICAL = CardKind.MEDICAL.value, _("Medical card")
        CHILD = CardKind.CHILD.value, _("Child's card")

    class State(models.TextChoices):
        APPLIED = CardState.APPLIED.value, _("Applied for")
        ISSUED = CardState.ISSUED.value, _("Issued")
        ACTIVE = CardState.ACTIVE.value, _("In use")
        LOST = CardState.LOST.value, _("Lost")
        REPLACED = CardState.REPLACED.value, _("Replaced")
        CANCELLED = CardState.CANCELLED.value, _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = mpi.patient_key(db_index=False)
    issuer = models.ForeignKey("directory.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices)
    number_sealed = models.BinaryField(default=b"")
    number_index = models.BinaryField(default=b"")
    guardian = mpi.patient_key(null=True, db_index=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    place = models.TextField(default=Place.COUNTER, help_text="where it was issued: counter, kiosk, batch, online")
    batch = models.TextField(default="", help_text="the spreadsheet or replay that it came with")
    applied_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cards_card"
        indexes = [
            models.Index(fields=["patient"], name="cards_card_patient"),
            models.Index(
                fields=["issued_at", "issuer"], name="cards_card_issued", condition=models.Q(issued_at__isnull=False)
            ),
            models.Index(fields=["batch"], name="cards_card_batch", condition=~models.Q(batch="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_index"], condition=~models.Q(number_index=b""), name="cards_card_number_once"
            ),
            models.UniqueConstraint(
                fields=["patient", "issuer", "kind"],
                condition=models.Q(state__in=LIVING),
                name="cards_card_one_living",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=CardKind.CHILD) | models.Q(guardian__isnull=False),
                name="cards_card_child_has_guardian",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=(CardState.APPLIED, CardState.CANCELLED))
                | models.Q(issued_at__isnull=False),
                name="cards_card_issued_at",
            ),
        ]


class Step(models.Model):
    """What happened to a card, in order. ``actor`` is an opaque id."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="steps")
    step = models.TextField()
    state = models.TextField()
    actor = models.TextField()
    reason = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "cards_step"


class ReadCode(models.Model):
    """A code that was read: its random number, kept until the code would have ended anyway."""

    nonce = models.BinaryField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "cards_read_code"


class Batch(models.Model):
    """A spreadsheet of people for whom cards were issued. ``refused`` lists rows with column, reason and mend;
    no names or numbers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.ForeignKey("directory.Organization", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(help_text="SHA-256 of the file")
    file_name = models.TextField()
    rows = models.PositiveIntegerField()
    issued = models.PositiveIntegerField()
    refused = models.JSONField(default=list)
    actor = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "cards_batch"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "digest"], name="cards_batch_once"),
        ]
