"""Sessions and the pools that share out their numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinling.services.scheduling.models.plans import PRACTITIONER, Clinic, Schedule
from jinling.services.scheduling.models.policies import ORGANIZATION
from jinling.services.scheduling.rules.kinds import Part, Release, SessionStatus


class Session(models.Model):
    """A clinic's half-day with its numbers 1..capacity.

    ``low_free``: no number below it is free, a hint that spares the search. Whoever takes or frees a
    number holds this row's lock.
    """

    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.SET_NULL, related_name="sessions")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sessions")
    organization = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    practitioner = models.ForeignKey(PRACTITIONER, null=True, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    part = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    segment_minutes = models.PositiveSmallIntegerField(default=30)
    capacity = models.PositiveIntegerField()
    low_free = models.PositiveIntegerField(default=1)
    fee_cents = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, default=SessionStatus.OPEN)
    release = models.CharField(max_length=10, default=Release.RUSH)
    closed_reason = models.CharField(max_length=120, blank=True)
    batch = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "practitioner", "date", "part"], nulls_distinct=False, name="scheduling_session_once"
            ),
            models.CheckConstraint(condition=Q(status__in=list(SessionStatus)), name="scheduling_session_status"),
            models.CheckConstraint(condition=Q(release__in=list(Release)), name="scheduling_session_release"),
            models.CheckConstraint(condition=Q(part__in=tuple(Part)), name="scheduling_session_part"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="scheduling_session_hours"),
        ]
        indexes = [
            models.Index(fields=["organization", "date"], name="scheduling_session_day"),
            models.Index(fields=["batch"], name="scheduling_session_batch", condition=~Q(batch="")),
        ]


class Pool(models.Model):
    """A share of a session's numbers: ``code`` public (everyone), community, or a channel kind.

    At ``falls_at`` what is left falls to the session's public pool. The CHECK is the last wall
    against overselling: no statement can take a number that is not there.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="pools")
    code = models.CharField(max_length=40)
    size = models.IntegerField()
    taken = models.IntegerField(default=0)
    falls_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "code"], name="scheduling_pool_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("size")), name="scheduling_pool_not_oversold"
            ),
        ]
