"""Tables of the audit: entries in hash-chained lanes, each lane's head, and the signed heads over all lanes."""

from django.db import models


class Lane(models.Model):
    """One hash chain. A transaction takes a free lane, so that writers do not wait for each other."""

    lane = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=bytes(32))

    class Meta:
        db_table = "audit_lane"


class Entry(models.Model):
    """One act upon a record. Written by the SQL function ``audit_append`` alone; triggers refuse
    change and deletion. ``patient`` is the patient's opaque id, never an identifier."""

    pk = models.CompositePrimaryKey("lane", "seq")
    lane = models.SmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    organization = models.TextField()
    purpose = models.TextField()
    channel = models.TextField()
    request_id = models.TextField()
    action = models.TextField()
    outcome = models.TextField()
    patient = models.TextField()
    target = models.TextField()
    detail = models.TextField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["patient", "at"], name="audit_entry_patient", condition=~models.Q(patient="")),
        ]


class SignedHead(models.Model):
    """Where every lane stood at an instant, signed; each names the one before it. Never changed nor removed."""

    at = models.DateTimeField()
    lanes = models.JSONField()
    previous = models.BinaryField()
    digest = models.BinaryField(unique=True)
    signature = models.BinaryField()

    class Meta:
        db_table = "audit_signedhead"
        indexes = [models.Index(fields=["at"], name="audit_signedhead_at")]
