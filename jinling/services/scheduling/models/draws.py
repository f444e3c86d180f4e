"""Sessions released by draw."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinling.foundation.mpi import public as mpi
from jinling.kernel.ids import new_id
from jinling.services.scheduling.models.sessions import Session


class Draw(models.Model):
    """Requests for a session are collected from ``opens_at`` to ``closes_at`` and drawn.

    ``commitment`` (SHA-256 of the seed) is public from the start; the seed is shown with the receipt.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="draw")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    commitment = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="scheduling_draw_window")]


class DrawTicket(models.Model):
    """One person's request in a draw; its id is what the receipt shows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="tickets")
    patient = mpi.patient_key(checked=False)
    route = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    outcome = models.CharField(max_length=20, blank=True, help_text="won, not_drawn or the refusal's code")
    appointment = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "patient"], name="scheduling_ticket_once")]
