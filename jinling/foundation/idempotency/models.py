"""Table of kept answers."""

from django.db import models
from django.utils import timezone


class Answer(models.Model):
    """The answer given to a client's request; ``body_hash`` is SHA-256 over what was asked."""

    pk = models.CompositePrimaryKey("client", "key")
    client = models.TextField()
    key = models.TextField()
    body_hash = models.BinaryField()
    answer = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "idempotency_answer"
