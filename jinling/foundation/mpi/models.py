"""Tables of the patient index. Whatever names a person is sealed; ``…_index`` columns are keyed hashes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    birth_order = models.PositiveSmallIntegerField(default=0, help_text="among the children of a multiple birth")
    mother = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    real_name_verified = models.BooleanField(default=False)
    deceased = models.BooleanField(default=False)
    deceased_on = models.DateField(null=True)
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(default=timezone.now)

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
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "mpi_related_person"
        constraints = [
            models.UniqueConstraint(fields=["account", "patient"], name="mpi_related_person_once"),
        ]


class Linkage(models.Model):
    """An event: two records were found to be one person (merge), or a merge was taken back (unmerge).

    Never changed or removed; a trigger holds it.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged")
        UNMERGE = "unmerge", _("Separated")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField(choices=Kind.choices)
    survivor = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    rule = models.TextField(default="")
    weight = models.FloatField(null=True, help_text="log2 odds, when a weight decided")
    reason = models.TextField(default="")
    actor = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "mpi_linkage"


class Link(models.Model):
    """What the merges amount to now: a record counts for another. One row a merged record."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="+")
    survivor = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    linkage = models.OneToOneField(Linkage, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "mpi_link"
        constraints = [
            models.CheckConstraint(condition=~models.Q(patient=models.F("survivor")), name="mpi_link_not_itself"),
        ]


class Match(models.Model):
    """Two records that may be one person, waiting for or decided by a person. ``apart`` is remembered: the pair
    is not proposed again."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        LINKED = "linked", _("One person")
        APART = "apart", _("Two people")

    left = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    rule = models.TextField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "mpi_match"
        indexes = [models.Index(fields=["-weight", "id"], name="mpi_match_open", condition=models.Q(state="open"))]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="mpi_match_once"),
            models.CheckConstraint(condition=models.Q(left__lt=models.F("right")), name="mpi_match_in_order"),
        ]
