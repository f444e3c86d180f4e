"""An appointment's life after it was taken: confirm, cancel, change, check in, missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor, system
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.events import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
)
from jinling.services.scheduling.models import Appointment, Suspension
from jinling.services.scheduling.queries.appointments import ensure_step
from jinling.services.scheduling.queries.policies import policy_of
from jinling.services.scheduling.rules.kinds import Confirmation, EndedBy, EndReason, SuspensionKind
from jinling.services.scheduling.rules.life import APPOINTMENT, AppointmentState
from jinling.services.scheduling.rules.limits import suspension_until
from jinling.services.scheduling.rules.refusals import (
    AppointmentUnknown,
    SuspensionLifted,
    SuspensionUnknown,
    WrongState,
)
from jinling.services.scheduling.usecases.freeing import free, lock_appointment
from jinling.services.scheduling.usecases.taking import take_many
from jinling.services.scheduling.values import BookingRequest, Taken

MARKER = system("scheduling.missed", purpose="BOOKING")


@transaction.atomic
def confirm_hold(*, by: Actor, appointment: UUID, at: datetime | None = None) -> Appointment:
    """Book a held number before the hold runs out.

    Raises:
        AppointmentUnknown, WrongState (also: the hold ran out).
    """
    now = at or timezone.now()
    row = _locked(appointment)
    if row.status == AppointmentState.PROPOSED and row.expires_at is not None and row.expires_at <= now:
        raise WrongState(where=str(appointment), state=AppointmentState.EXPIRED)
    policy = policy_of(row.organization_id)
    by_hospital = policy.confirmation == Confirmation.HOSPITAL
    row.status = APPOINTMENT.after(row.status, "submit" if by_hospital else "book", where=str(appointment))
    row.expires_at = now + timedelta(minutes=policy.confirm_minutes) if by_hospital else None
    row.booked_at = now
    row.save(update_fields=["status", "expires_at", "booked_at"])
    _recorded(by, "scheduling.book", row)
    outbox.announce(
        AppointmentBooked(
            str(row.pk), row.session_id, row.organization.code, str(row.patient_id), row.route, row.status, row.number
        )
    )
    return row


@transaction.atomic
def confirm(*, by: Actor, appointment: UUID) -> Appointment:
    """The hospital's system says yes to a pending appointment (again: harmless)."""
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "confirm"):
        return row
    row.status, row.expires_at = ensure_step("confirm", row, at=timezone.now()), None
    row.save(update_fields=["status", "expires_at"])
    _recorded(by, "scheduling.confirm", row)
    outbox.announce(AppointmentConfirmed(str(row.pk), row.session_id, row.organization.code, str(row.patient_id)))
    return row


@transaction.atomic
def refuse(*, by: Actor, appointment: UUID, reason: EndReason) -> Appointment:
    """The hospital's system says no to a pending appointment; the number comes free and the patient is told."""
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "refuse"):
        return row
    _end(by, row, step="refuse", by_whom=EndedBy.HOSPITAL, reason=reason, at=timezone.now())
    return row


@transaction.atomic
def cancel(
    *,
    by: Actor,
    appointment: UUID,
    reason: EndReason = EndReason.PATIENT,
    override: bool = False,
    at: datetime | None = None,
) -> Appointment:
    """Give a number back. ``override``: the hospital's desk may cancel after the patient's deadline.

    Raises:
        AppointmentUnknown; WrongState: it was ended before; CancelTooLate: ask the hospital.
    """
    now = at or timezone.now()
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "cancel"):
        return row  # asked twice, done once
    ensure_step("cancel_at_desk" if override else "cancel", row, at=now)
    was_held = row.status == AppointmentState.PROPOSED
    policy = policy_of(row.organization_id)
    _end(by, row, step="cancel", by_whom=EndedBy.HOSPITAL if override else EndedBy.PATIENT, reason=reason, at=now)
    if not override and not was_held and policy.penalties.cancels:
        _penalise(
            row,
            kind=SuspensionKind.CANCEL,
            status=AppointmentState.CANCELLED,
            limit=policy.penalties.cancels,
            days=policy.penalties.cancel_days,
            suspend=policy.penalties.cancel_suspend_days,
            now=now,
        )
    return row


@transaction.atomic
def change(*, by: Actor, appointment: UUID, request: BookingRequest) -> Taken:
    """Take another number instead of this one; when it cannot be had, the old one stays.

    Raises:
        Refused: why the new number cannot be had, or why the old one cannot be given back.
    """
    row = Appointment.objects.filter(pk=appointment).first()
    if row is None or request.patient not in mpi.records(row.patient_id):
        raise AppointmentUnknown(where=str(appointment))
    outcome = take_many([(by, request)])[0]
    if isinstance(outcome, Refused):
        raise outcome
    if not outcome.repeated:
        old = _locked(appointment)
        if old.status != AppointmentState.CANCELLED or old.reason != EndReason.CHANGED:
            cancel(by=by, appointment=appointment, reason=EndReason.CHANGED, at=request.at)
    return outcome


@transaction.atomic
def check_in(*, by: Actor, appointment: UUID, late: bool = False, at: datetime | None = None) -> Appointment:
    """The patient is here. ``late``: the desk accepts a patient after the pick-up time.

    Raises:
        CheckInTooEarly, CheckInTooLate, WrongState.
    """
    now = at or timezone.now()
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "check_in"):
        return row
    row.status, row.arrived_at = ensure_step("check_in_late" if late else "check_in", row, at=now), now
    row.save(update_fields=["status", "arrived_at"])
    _recorded(by, "scheduling.check_in", row)
    outbox.announce(AppointmentArrived(str(row.pk), row.session_id, row.organization.code, str(row.patient_id)))
    return row


@transaction.atomic
def fulfil(*, by: Actor, appointment: UUID, at: datetime | None = None) -> Appointment:
    """The patient was seen."""
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "fulfil"):
        return row
    now = at or timezone.now()
    row.status, row.ended_at = ensure_step("fulfil", row, at=now), now
    row.save(update_fields=["status", "ended_at"])
    _recorded(by, "scheduling.fulfil", row)
    return row


@transaction.atomic
def mark_no_show(*, by: Actor, appointment: UUID, at: datetime | None = None) -> Appointment:
    """The patient did not come; enough of these within the policy's days suspend them from booking.

    Raises:
        WrongState: the appointment is not booked, or its session has not begun.
    """
    now = at or timezone.now()
    row = _locked(appointment)
    if APPOINTMENT.taken(row.status, "miss"):
        return row
    row.status, row.ended_at = ensure_step("miss", row, at=now), now
    row.save(update_fields=["status", "ended_at"])
    _recorded(by, "scheduling.no_show", row)
    terms = policy_of(row.organization_id).penalties
    until = _penalise(
        row,
        kind=SuspensionKind.NOSHOW,
        status=AppointmentState.NOSHOW,
        limit=terms.no_shows,
        days=terms.no_show_days,
        suspend=terms.no_show_suspend_days,
        now=now,
    )
    outbox.announce(
        AppointmentMissed(
            str(row.pk), row.session_id, row.organization.code, str(row.patient_id), until.isoformat() if until else ""
        )
    )
    return row


def mark_due_no_shows(*, now: datetime) -> int:
    """Mark those who did not come, at organisations whose policy has the platform do it, six hours after
    the session's end. Returns how many were marked."""
    due = (
        Appointment.objects.filter(
            status=AppointmentState.BOOKED,
            session__ends_at__lte=now - timedelta(hours=6),
            date__gte=timezone.localdate(now - timedelta(days=7)),
            batch="",
        )
        .values_list("pk", "organization_id")
        .order_by("pk")
    )
    marked = 0
    for id_, organization in due[:5000]:
        if policy_of(organization).marks_no_show:
            mark_no_show(by=MARKER, appointment=id_, at=now)
            marked += 1
    return marked


@transaction.atomic
def lift_suspension(*, by: Actor, suspension: int, reason: str) -> Suspension:
    """End a suspension before its time; the reason is kept.

    Raises:
        SuspensionUnknown; SuspensionLifted: it was lifted before.
    """
    row = Suspension.objects.select_for_update().filter(pk=suspension).first()
    if row is None:
        raise SuspensionUnknown(where=str(suspension))
    if row.lifted_at is not None:
        raise SuspensionLifted(where=str(suspension))
    row.lifted_at, row.lifted_by, row.lifted_reason = timezone.now(), by.ref, reason[:200]
    row.save()
    audit.record(
        by=by,
        action="scheduling.lift_suspension",
        patient=str(row.patient_id),
        target=f"Suspension/{row.pk}",
        detail={"reason": reason[:200]},
    )
    return row


def _penalise(
    row: Appointment,
    *,
    kind: SuspensionKind,
    status: AppointmentState,
    limit: int,
    days: int,
    suspend: int,
    now: datetime,
) -> datetime | None:
    """Suspend the patient when the ended appointment is the one too many; returns until when."""
    if not limit:
        return None
    # Events before the last suspension were paid for by it.
    records = mpi.records(row.patient_id)
    last = (
        Suspension.objects.filter(patient_id__in=records, kind=kind)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    events = Appointment.objects.filter(
        patient_id__in=records, status=status, ended_at__gt=max(filter(None, [now - timedelta(days=days), last]))
    )
    if kind == SuspensionKind.CANCEL:
        events = events.filter(reason=EndReason.PATIENT)
    count = events.count()
    until = suspension_until(events=count, limit=limit, at=now, days=suspend)
    if until is not None:
        Suspension.objects.create(patient_id=row.patient_id, kind=kind, events=count, starts_at=now, ends_at=until)
    return until


def _end(by: Actor, row: Appointment, *, step: str, by_whom: EndedBy, reason: EndReason, at: datetime) -> None:
    free([row], step=step, at=at, reason=reason)
    _recorded(by, f"scheduling.{step}", row, reason=reason)
    outbox.announce(
        AppointmentCancelled(
            str(row.pk), row.session_id, row.organization.code, str(row.patient_id), row.number, by_whom, reason
        )
    )


def _locked(appointment: UUID) -> Appointment:
    row = lock_appointment(appointment)
    if row is None:
        raise AppointmentUnknown(where=str(appointment))
    return row


def _recorded(by: Actor, action: str, row: Appointment, **detail: str) -> None:
    audit.record(
        by=by,
        action=action,
        patient=str(row.patient_id),
        target=f"Appointment/{row.pk}",
        organization=row.organization.code,
        detail=detail,
    )
