"""Tables of the outbox."""

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """A thing that happened; ``type`` reads ``scheduling.AppointmentBooked``; payload holds ids and plain values."""

    type = models.TextField()
    payload = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_event"
        indexes = [
            models.Index(fields=["id"], name="outbox_event_waiting", condition=models.Q(delivered_at__isnull=True))
        ]


class Failure(models.Model):
    """A handler that could not take an event: tried again with growing pauses, then kept for a person."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    handler = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True, help_text="empty: given up, waits for a person")
    error = models.TextField(help_text="the kind of error and where; no values")

    class Meta:
        db_table = "outbox_failure"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="outbox_failure_once")]
