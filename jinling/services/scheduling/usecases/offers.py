"""Numbers that come free are offered in order; so is another session when one is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor, system
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.events import AppointmentCancelled, OfferMade
from jinling.services.scheduling.models import Appointment, Clinic, Offer, Session, WaitlistEntry
from jinling.services.scheduling.queries.policies import policy_of, route as route_of, zone
from jinling.services.scheduling.rules.kinds import EndedBy, EndReason, OfferReason, Release, SessionStatus
from jinling.services.scheduling.rules.life import (
    APPOINTMENT,
    OFFER,
    WAITING,
    AppointmentState,
    OfferState,
    WaitingState,
)
from jinling.services.scheduling.rules.limits import ClinicLimits, check_patient
from jinling.services.scheduling.rules.refusals import (
    AlreadyWaiting,
    ClinicUnknown,
    OfferGone,
    OfferUnknown,
    WaitingDaysInvalid,
    WaitlistEntryUnknown,
    WrongState,
)
from jinling.services.scheduling.usecases.appointments import confirm_hold
from jinling.services.scheduling.usecases.freeing import free, lock_appointment
from jinling.services.scheduling.usecases.taking import take_many
from jinling.services.scheduling.values import BookingRequest

OFFERER = system("scheduling.offers", purpose="BOOKING")


@transaction.atomic
def join_waitlist(
    *,
    by: Actor,
    patient: UUID,
    clinic: int,
    date_from: date,
    date_to: date,
    route: str,
    practitioner: int | None = None,
) -> WaitlistEntry:
    """Wait for a number in a clinic (or of one doctor in it) between two days.

    Raises:
        ClinicUnknown; WaitingDaysInvalid: they passed, or end before they begin.
        PatientUnknown, AgeOutside, SexOutside, RealNameRequired.
        AlreadyWaiting: the patient waits there already.
    """
    row = Clinic.objects.filter(pk=clinic, active=True).first()
    today = timezone.now().astimezone(zone()).date()
    if row is None:
        raise ClinicUnknown(where=str(clinic))
    if date_to < date_from or date_to < today:
        raise WaitingDaysInvalid(where=f"clinic {clinic}", date_from=f"{date_from}", date_to=f"{date_to}")
    route_of(route)
    facts = mpi.facts([patient]).get(patient)
    check_patient(
        known=facts is not None,
        active=bool(facts and facts.active),
        real_name=bool(facts and facts.real_name),
        birth=facts.birth_date if facts else None,
        sex=facts.sex if facts else "",
        clinic=ClinicLimits(row.age_min, row.age_max, row.sex),
        day=date_from,
    )
    try:
        with transaction.atomic():
            entry = WaitlistEntry.objects.create(
                clinic=row,
                practitioner_id=practitioner,
                patient_id=patient,
                date_from=date_from,
                date_to=date_to,
                route=route,
                joined_at=timezone.now(),
                account=by.id[:60],
            )
    except IntegrityError:
        raise AlreadyWaiting(where=f"clinic {clinic}") from None
    audit.record(by=by, action="scheduling.wait", patient=str(patient), target=f"WaitlistEntry/{entry.pk}")
    return entry


@transaction.atomic
def leave_waitlist(*, by: Actor, entry: UUID, patient: UUID) -> None:
    """Stop waiting; an open offer is given back.

    Raises:
        WaitlistEntryUnknown: there is none, or another patient's.
    """
    row = WaitlistEntry.objects.select_for_update().filter(pk=entry, patient_id=patient).first()
    if row is None:
        raise WaitlistEntryUnknown(where=str(entry))
    for offer in Offer.objects.filter(entry=row, status=OfferState.OPEN):
        decline(by=by, offer=offer.pk, patient=patient)
        row.refresh_from_db()
    if WAITING.allows(row.status, "withdraw"):
        row.status = WAITING.after(row.status, "withdraw")
        row.save(update_fields=["status"])
    audit.record(by=by, action="scheduling.stop_waiting", patient=str(patient), target=f"WaitlistEntry/{row.pk}")


def offer_freed(*, session: int, now: datetime | None = None) -> int:
    """Offer a session's free numbers to those who wait, in the order in which they joined.

    Each offer is a hold with a time limit. Who may not book now (limits, windows) keeps their place
    and is asked again next time. Returns how many offers were made.
    """
    at = now or timezone.now()
    made = 0
    with transaction.atomic():
        row = Session.objects.filter(
            pk=session, status=SessionStatus.OPEN, release=Release.RUSH, starts_at__gt=at
        ).first()
        if row is None:
            return 0
        waiting = (
            WaitlistEntry.objects.select_for_update(skip_locked=True)
            .filter(
                clinic_id=row.clinic_id, status=WaitingState.WAITING, date_from__lte=row.date, date_to__gte=row.date
            )
            .order_by("joined_at", "pk")
        )
        for entry in waiting:
            if entry.practitioner_id is not None and entry.practitioner_id != row.practitioner_id:
                continue
            offer = _hold_for(entry.patient_id, row, route=entry.route, reason=OfferReason.WAITLIST, at=at, entry=entry)
            if isinstance(offer, Offer):
                entry.status = WAITING.after(entry.status, "offer")
                entry.save(update_fields=["status"])
                made += 1
            elif offer.code in ("session_full", "session_closed", "booking_closed", "not_yet_released"):
                break
    return made


def offer_instead(*, by: Actor, appointments: Sequence[Appointment], closed: Session, now: datetime) -> dict[UUID, str]:
    """Offer each patient of a closed session a number of the nearest session of the same clinic: the
    same doctor's first, then the clinic's others. Returns offer ids by suspended appointment."""
    others = list(
        Session.objects.filter(
            clinic_id=closed.clinic_id,
            status=SessionStatus.OPEN,
            release=Release.RUSH,
            date__range=(closed.date - timedelta(days=3), closed.date + timedelta(days=14)),
            starts_at__gt=now,
        ).exclude(pk=closed.pk)
    )
    others.sort(
        key=lambda s: (s.practitioner_id != closed.practitioner_id, abs((s.date - closed.date).days), s.starts_at)
    )
    offers: dict[UUID, str] = {}
    for appointment in appointments:
        for session in list(others):
            found = _hold_for(
                appointment.patient_id,
                session,
                route=appointment.route,
                reason=OfferReason.CLOSURE,
                at=now,
                replaces=appointment.pk,
            )
            if isinstance(found, Offer):
                offers[appointment.pk] = str(found.pk)
                break
            if found.code in ("session_full", "booking_closed", "not_yet_released", "not_open_to_channel"):
                others.remove(session)
    return offers


def accept(*, by: Actor, offer: UUID, patient: UUID) -> Appointment:
    """Take an offered number.

    Raises:
        OfferUnknown, OfferGone.
    """
    with transaction.atomic():
        row = _open_offer(offer, patient)
        try:
            appointment = confirm_hold(by=by, appointment=row.appointment_id)
        except WrongState:
            raise OfferGone(where=str(offer)) from None
        row.status = OFFER.after(row.status, "accept", where=str(offer))
        row.save(update_fields=["status"])
        if row.entry_id:
            WaitlistEntry.objects.filter(pk=row.entry_id).update(status=WaitingState.ACCEPTED)
        return appointment


@transaction.atomic
def decline(*, by: Actor, offer: UUID, patient: UUID) -> None:
    """Give an offered number back; it goes to the next who waits.

    Raises:
        OfferUnknown, OfferGone.
    """
    row = _open_offer(offer, patient)
    appointment = lock_appointment(row.appointment_id)
    if appointment is not None:
        free([appointment], step="cancel", at=timezone.now(), reason=EndReason.DECLINED)
        audit.record(by=by, action="scheduling.decline", patient=str(patient), target=f"Appointment/{appointment.pk}")
    row.status = OFFER.after(row.status, "decline", where=str(offer))
    row.save(update_fields=["status"])
    if row.entry_id:
        WaitlistEntry.objects.filter(pk=row.entry_id).update(status=WaitingState.WITHDRAWN)


def expire_holds(*, now: datetime) -> int:
    """Holds, offers and unanswered confirmations whose time has run out give their numbers back."""
    ended = 0
    for id_ in (
        Appointment.objects.filter(status__in=APPOINTMENT.before("expire"), expires_at__lte=now)
        .order_by("expires_at")
        .values_list("pk", flat=True)[:5000]
    ):
        with transaction.atomic():
            row = lock_appointment(id_)
            if row is None or not APPOINTMENT.allows(row.status, "expire") or (row.expires_at or now) > now:
                continue
            was_pending = row.status == AppointmentState.PENDING
            reason = EndReason.UNCONFIRMED if was_pending else EndReason.HOLD_RAN_OUT
            free([row], step="expire", at=now, reason=reason)
            Offer.objects.filter(appointment=row, status=OfferState.OPEN).update(status=OfferState.EXPIRED)
            WaitlistEntry.objects.filter(offers__appointment=row, status=WaitingState.OFFERED).update(
                status=WaitingState.EXPIRED
            )
            audit.record(
                by=OFFERER,
                action="scheduling.expire",
                patient=str(row.patient_id),
                target=f"Appointment/{row.pk}",
                organization=row.organization.code,
            )
            if was_pending:
                outbox.announce(
                    AppointmentCancelled(
                        str(row.pk),
                        row.session_id,
                        row.organization.code,
                        str(row.patient_id),
                        row.number,
                        EndedBy.PLATFORM,
                        EndReason.UNCONFIRMED,
                    )
                )
            ended += 1
    return ended


def _open_offer(offer: UUID, patient: UUID) -> Offer:
    row = Offer.objects.select_for_update().filter(pk=offer).first()
    if row is None or row.patient_id != patient:
        raise OfferUnknown(where=str(offer))
    if row.status != OfferState.OPEN or row.expires_at <= timezone.now():
        raise OfferGone(where=str(offer))
    return row


def _hold_for(
    patient: UUID,
    session: Session,
    *,
    route: str,
    reason: OfferReason,
    at: datetime,
    entry: WaitlistEntry | None = None,
    replaces: UUID | None = None,
) -> Offer | Refused:
    """Hold a number of a session for a patient and offer it."""
    request = BookingRequest(session=session.pk, patient=patient, route=route, hold=True, replaces=replaces, at=at)
    outcome = take_many([(OFFERER, request)])[0]
    if isinstance(outcome, Refused):
        return outcome
    expires = min(at + timedelta(minutes=policy_of(session.organization_id).waitlist_minutes), session.starts_at)
    Appointment.objects.filter(pk=outcome.id).update(expires_at=expires)
    offer = Offer.objects.create(
        appointment_id=outcome.id, patient_id=patient, reason=reason, entry=entry, made_at=at, expires_at=expires
    )
    outbox.announce(OfferMade(str(offer.pk), str(outcome.id), str(patient), session.pk, expires.isoformat(), reason))
    return offer
