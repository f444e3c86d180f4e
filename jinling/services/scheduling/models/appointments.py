"""Appointments and what hangs on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinling.foundation.mpi import public as mpi
from jinling.kernel.ids import new_id
from jinling.services.scheduling.models.plans import Clinic
from jinling.services.scheduling.models.policies import ORGANIZATION
from jinling.services.scheduling.models.sessions import Pool, Session
from jinling.services.scheduling.rules.life import (
    APPOINTMENT,
    FREED,
    WAITING,
    AppointmentState,
    OfferState,
    WaitingState,
)


class Appointment(models.Model):
    """A number of a session in a patient's hands.

    proposed: held until ``expires_at``; pending: waits for the hospital's word; booked; arrived (checked
    in); fulfilled; noshow; and the freed states. Day, organisation, department and practitioner are the
    session's, kept here because the limits count by them. No constraint on ``pool`` and ``patient``:
    the taking statement has read both in the same transaction, and pays for no second look.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.IntegerField()
    patient = mpi.patient_key(checked=False, db_index=False)
    status = models.CharField(max_length=10)
    date = models.DateField()
    organization = models.ForeignKey(
        ORGANIZATION, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    department = models.CharField(max_length=60)
    practitioner_id = models.BigIntegerField(null=True)
    route = models.CharField(max_length=40)
    channel_kind = models.CharField(max_length=40)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=60, help_text="the actor: kind/id")
    expires_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="cancelled, missed, expired, fulfilled")
    reason = models.CharField(max_length=60, blank=True)
    replaces = models.UUIDField(null=True, help_text="the appointment that this one took the place of")
    batch = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"], condition=~Q(status__in=FREED), name="scheduling_number_once"
            ),
            models.UniqueConstraint(
                fields=["session", "patient"], condition=~Q(status__in=FREED), name="scheduling_patient_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=tuple(AppointmentState)), name="scheduling_appointment_status"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="scheduling_appointment_number"),
            models.CheckConstraint(
                condition=~Q(status=AppointmentState.PROPOSED) | Q(expires_at__isnull=False),
                name="scheduling_hold_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "date"], name="scheduling_of_patient"),
            models.Index(fields=["booked_at"], name="scheduling_booked"),
            models.Index(
                fields=["expires_at"],
                name="scheduling_expiring",
                condition=Q(status__in=APPOINTMENT.before("expire")),
            ),
            models.Index(fields=["batch"], name="scheduling_of_batch", condition=~Q(batch="")),
        ]


class WaitlistEntry(models.Model):
    """A patient who waits for a number that comes free in a clinic between two days."""

    id = models.UUIDField(primary_key=True, default=new_id)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="waitlist")
    practitioner_id = models.BigIntegerField(null=True, help_text="empty: any doctor of the clinic")
    patient = mpi.patient_key(checked=False)
    date_from = models.DateField()
    date_to = models.DateField()
    route = models.CharField(max_length=40)
    status = models.CharField(
        max_length=10, default=WaitingState.WAITING, help_text="waiting, offered, accepted, expired or withdrawn"
    )
    joined_at = models.DateTimeField()
    account = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "practitioner_id", "patient"],
                nulls_distinct=False,
                condition=Q(status__in=WAITING.before("withdraw")),
                name="scheduling_wait_once",
            ),
            models.CheckConstraint(condition=Q(date_from__lte=models.F("date_to")), name="scheduling_wait_days"),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "joined_at"], name="scheduling_waiting", condition=Q(status=WaitingState.WAITING)
            )
        ]


class Offer(models.Model):
    """A held number that is offered to one patient for a time: from the waiting list, or instead of
    an appointment whose session was closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="offer")
    patient = mpi.patient_key(checked=False)
    reason = models.CharField(max_length=10, help_text="waitlist or closure")
    entry = models.ForeignKey(WaitlistEntry, null=True, on_delete=models.CASCADE, related_name="offers")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=10, default=OfferState.OPEN, help_text="open, accepted, declined or expired")


class Suspension(models.Model):
    """A patient may not book for a time, with the reason and, when lifted, who lifted it and why."""

    patient = mpi.patient_key(checked=False)
    kind = models.CharField(max_length=10, help_text="noshow, cancel or staff")
    events = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=60, blank=True)
    lifted_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["patient", "ends_at"], name="scheduling_suspended", condition=Q(lifted_at__isnull=True)
            )
        ]
