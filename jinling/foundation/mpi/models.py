"""Tables of the patient index. Whatever names a person is sealed; ``…_index`` columns are keyed hashes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from jinling.kernel.ids import new_id


class Patient(models.Model):
    """A record of a person. Several records may turn out to be one person: see Linkage."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name_sealed = models.BinaryField(default=b"")
    name_index = models.BinaryField(default=b"", help_text="of the folded name")
    pinyin_index = models.BinaryField(default=b"", help_text="of the readings without tones")
    name_absent = models.TextField(default="", help_text="why there is no name: newborn, unidentified")
    birth_date = models.DateField(null=True)
    sex = models.TextField(default="unknown")
    mobile_sealed = models.BinaryField(default=b"")
    mobile_index = models.BinaryField(default=b"")
    district = models.TextField(default="", help_text="code of the district of residence")
    mother = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    real_name_verified = models.BooleanField(default=False)
    deceased = models.BooleanField(default=False)
    deceased_on = models.DateField(null=True)
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mpi_patient"
        indexes = [
            models.Index(
                fields=["name_index", "birth_date"], name="mpi_patient_name", condition=~models.Q(name_index=b"")
            ),
            models.Index(
                fields=["pinyin_index", "birth_date"], name="mpi_patient_pinyin", condition=~models.Q(pinyin_index=b"")
            ),
            models.Index(fields=["mobile_index"], name="mpi_patient_mobile", condition=~models.Q(mobile_index=b"")),
            models.Index(fields=["mother"], name="mpi_patient_mother", condition=models.Q(mother__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sex__in=("male", "female", "unknown")), name="mpi_patient_sex"),
            models.CheckConstraint(
                condition=~models.Q(name_sealed=b"") | ~models.Q(name_absent=""), name="mpi_patient_name_or_reason"
            ),
        ]


class PatientIdentifier(models.Model):
    """A number of a person in one system. ``value_index`` covers system and value, so it is unique alone."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers", db_index=False)
    system = models.TextField()
    value_sealed = models.BinaryField()
    value_index = models.BinaryField()
    ended_on = models.DateField(null=True, help_text="the number is no longer this person's")

    class Meta:
        db_table = "mpi_identifier"
        indexes = [models.Index(fields=["patient"], name="mpi_identifier_patient")]
        constraints = [
            models.UniqueConstraint(
                fields=["value_index"], condition=models.Q(ended_on__isnull=True), name="mpi_identifier_once"
            ),
        ]


class RelatedPerson(models.Model):
    """A person whom an account may act for. ``account`` is the account's opaque id."""

    account = models.TextField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    relation = models.TextField()
    verified = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mpi_related_person"
        constraints = [
            models.UniqueConstraint(fields=["account", "patient"], name="mpi_related_person_once"),
        ]
