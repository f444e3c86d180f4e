"""Clinics and their schedules."""

from __future__ import annotations

from django.db import models

from jinling.services.scheduling.models.policies import ORGANIZATION
from jinling.services.scheduling.rules.kinds import ClinicKind, Part, Release

PRACTITIONER = "directory.Practitioner"


class Clinic(models.Model):
    """A service that patients book (FHIR HealthcareService): a department's general, expert or disease clinic.

    ``department`` is what the per-department limit counts by; ``category`` groups departments on the pages.
    """

    organization = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, default=ClinicKind.GENERAL, help_text="general, expert or disease")
    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=6, blank=True)
    fee_cents = models.PositiveIntegerField(default=0)  # the minor unit of the city's currency, whatever its name
    place = models.CharField(max_length=120, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="scheduling_clinic_code"),
            models.CheckConstraint(condition=models.Q(kind__in=list(ClinicKind)), name="scheduling_clinic_kind"),
            models.CheckConstraint(condition=models.Q(sex__in=["", "male", "female"]), name="scheduling_clinic_sex"),
        ]


class Schedule(models.Model):
    """When a clinic, or one practitioner in it, sees patients (FHIR Schedule)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="schedules")
    practitioner = models.ForeignKey(PRACTITIONER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=10, default=Release.RUSH, help_text="rush: first come; draw: by lot")
    hospital_managed = models.BooleanField(default=False, help_text="the hospital publishes its numbers itself")
    fee_cents = models.PositiveIntegerField(null=True, blank=True, help_text="empty: the clinic's fee")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "practitioner"], nulls_distinct=False, name="scheduling_schedule_once"
            ),
            models.CheckConstraint(condition=models.Q(release__in=list(Release)), name="scheduling_schedule_release"),
        ]


class ScheduleRule(models.Model):
    """A weekly half-day: ``weekday`` 0 is Monday."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=8)
    starts = models.TimeField()
    ends = models.TimeField()
    capacity = models.PositiveIntegerField()
    segment_minutes = models.PositiveSmallIntegerField(default=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "weekday", "part"], name="scheduling_rule_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="scheduling_rule_weekday"),
            models.CheckConstraint(condition=models.Q(part__in=tuple(Part)), name="scheduling_rule_part"),
            models.CheckConstraint(condition=models.Q(starts__lt=models.F("ends")), name="scheduling_rule_hours"),
        ]


class ScheduleException(models.Model):
    """A day on which the weekly rule does not hold: closed (no capacity) or with other numbers.

    ``part`` empty: the whole day. An extra half-day names its hours.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField()
    part = models.CharField(max_length=8, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "on", "part"], name="scheduling_exception_once"),
        ]
