"""Reads of appointments. Whoever shows them to a person audits the read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.services.scheduling.models import Appointment, Offer, Session, Suspension, WaitlistEntry
from jinling.services.scheduling.queries.policies import policy_of, zone
from jinling.services.scheduling.rules.life import WAITING, AppointmentState, OfferState
from jinling.services.scheduling.rules.refusals import AppointmentUnknown
from jinling.services.scheduling.rules.segments import Segment, segment_of, segments
from jinling.services.scheduling.rules.steps import StepFacts, allows, ensure_allowed
from jinling.services.scheduling.rules.windows import cancel_deadline, local

AT_DESK = (
    AppointmentState.PENDING,
    AppointmentState.BOOKED,
    AppointmentState.ARRIVED,
    AppointmentState.FULFILLED,
    AppointmentState.NOSHOW,
)


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment with what its holder needs to know: when to come, where, until when to cancel."""

    id: UUID
    status: str
    number: int
    patient: UUID
    session: Session
    segment: Segment
    organization_name: str
    organization_code: str
    clinic_name: str
    place: str
    practitioner_name: str
    fee_cents: int
    facts: StepFacts
    route: str
    booked_at: datetime
    reason: str
    reference: str

    @property
    def pickup_by(self) -> datetime:
        """Until when the patient has to be at the desk."""
        return self.facts.pickup_by

    @property
    def cancel_by(self) -> datetime | None:
        """Until when the patient may cancel; None where only the desk may."""
        return self.facts.cancel_by if self.facts.patient_cancels else None

    def allows(self, step: str, *, at: datetime) -> bool:
        """Whether a step of ``rules.steps`` may be taken now."""
        return allows(step, self.facts, at=at, zone=zone())


def reference_of(id_: UUID) -> str:
    """The short reference that is read out at a desk: the last ten letters of the id."""
    return id_.hex[-10:].upper()


def appointment(
    id_: UUID,
    *,
    by: Actor,
    patients: Collection[UUID] | None = None,
    organization: str | None = None,
    made_by: Actor | None = None,
) -> AppointmentView:
    """One appointment, of one of ``patients``, of an organisation or made by a client (None: of anyone);
    the read is audited.

    Raises:
        AppointmentUnknown: there is none, or not among those.
    """
    rows = _selected().filter(pk=id_)
    if patients is not None:
        rows = rows.filter(patient_id__in=patients)
    if organization is not None:
        rows = rows.filter(organization__code=organization)
    if made_by is not None:
        rows = rows.filter(booked_by=made_by.ref)
    row = rows.first()
    if row is None:
        raise AppointmentUnknown(where=str(id_))
    audit.record(
        by=by,
        action="scheduling.read",
        patient=str(row.patient_id),
        target=f"Appointment/{row.pk}",
        organization=row.organization.code,
    )
    return view(row)


def made_by(id_: UUID, actor: Actor) -> bool:
    """Whether this client made the appointment."""
    return Appointment.objects.filter(pk=id_, booked_by=actor.ref).exists()


def owns(organization: str, session: int) -> bool:
    """Whether a session is an organisation's."""
    return bool(organization) and Session.objects.filter(pk=session, organization__code=organization).exists()


def appointments_of(patients: Sequence[UUID], *, by: Actor, limit: int = 100) -> list[AppointmentView]:
    """Appointments of a citizen and their family, newest day first; the read is audited."""
    rows = list(_selected().filter(patient_id__in=patients).order_by("-date", "-booked_at")[:limit])
    audit.record_many(
        by=by, acts=[audit.Act("scheduling.read", patient=str(p), target="Appointment") for p in patients]
    )
    return [view(row) for row in rows]


def day_list(
    *, by: Actor, organization: str, day: date, clinic: int | None = None, limit: int = 500
) -> list[AppointmentView]:
    """Who is booked at an institution on a day, by session and number; the read is audited."""
    rows = _selected().filter(organization__code=organization, date=day, status__in=AT_DESK)
    if clinic is not None:
        rows = rows.filter(session__clinic_id=clinic)
    found = list(rows.order_by("session__starts_at", "session_id", "number")[:limit])
    audit.record_many(
        by=by,
        acts=[
            audit.Act("scheduling.read", patient=str(p), target="Appointment", organization=organization)
            for p in sorted({str(row.patient_id) for row in found})
        ],
    )
    return [view(row) for row in found]


def changes(*, by: Actor, organization: str, after: str, limit: int) -> list[Appointment]:
    """Appointments of an institution in order of id after one, for its own system to follow; audited."""
    rows = Appointment.objects.select_related("organization").filter(organization__code=organization)
    if after:
        rows = rows.filter(pk__gt=UUID(after))
    found = list(rows.order_by("pk")[:limit])
    audit.record(
        by=by,
        action="scheduling.list",
        target=f"Organization/{organization}",
        organization=organization,
        detail={"appointments": len(found)},
    )
    return found


def step_facts(row: Appointment) -> StepFacts:
    """What of an appointment (with its session loaded) decides, by policy, which steps it allows."""
    policy = policy_of(row.organization_id)
    pickup = policy.pickup.get(row.session.part)
    return StepFacts(
        status=row.status,
        day=row.date,
        starts_at=row.session.starts_at,
        pickup_by=local(row.date, pickup, zone()) if pickup else row.session.ends_at,
        cancel_by=cancel_deadline(
            row.date, days_before=policy.cancel_days_before, clock=policy.cancel_clock, zone=zone()
        ),
        patient_cancels=policy.cancel_allowed,
    )


def ensure_step(step: str, row: Appointment, *, at: datetime) -> str:
    """The state that a step of ``rules.steps`` leads the appointment to.

    Raises:
        Refused: why it may not be taken now.
    """
    return ensure_allowed(step, step_facts(row), at=at, zone=zone(), where=str(row.pk))


def view(row: Appointment) -> AppointmentView:
    """An appointment (with its session, clinic, practitioner and organisation loaded) as its holder sees it."""
    session = row.session
    parts = segments(session.starts_at, session.ends_at, session.capacity, session.segment_minutes)
    return AppointmentView(
        id=row.pk,
        status=row.status,
        number=row.number,
        patient=row.patient_id,
        session=session,
        segment=segment_of(row.number, parts),
        organization_name=row.organization.name,
        organization_code=row.organization.code,
        clinic_name=session.clinic.name,
        place=session.clinic.place,
        practitioner_name=session.practitioner.name if session.practitioner else "",
        fee_cents=session.fee_cents,
        facts=step_facts(row),
        route=row.route,
        booked_at=row.booked_at,
        reason=row.reason,
        reference=reference_of(row.pk),
    )


def open_offers(patients: Sequence[UUID], now: datetime) -> QuerySet[Offer]:
    """Offers that wait for an answer."""
    return (
        Offer.objects.select_related(
            "appointment__session__clinic", "appointment__session__practitioner", "appointment__organization"
        )
        .filter(patient_id__in=patients, status=OfferState.OPEN, expires_at__gt=now)
        .order_by("expires_at")
    )


def waiting_of(patients: Sequence[UUID]) -> QuerySet[WaitlistEntry]:
    """Where a citizen and their family wait."""
    return (
        WaitlistEntry.objects.select_related("clinic__organization")
        .filter(patient_id__in=patients, status__in=WAITING.before("withdraw"))
        .order_by("joined_at")
    )


def suspensions(*, current_at: datetime | None = None, limit: int = 200) -> QuerySet[Suspension]:
    """Suspensions, newest first; with ``current_at`` only those in force then."""
    rows = Suspension.objects.order_by("-starts_at")
    if current_at is not None:
        rows = rows.filter(lifted_at__isnull=True, ends_at__gt=current_at)
    return rows[:limit]


def _selected() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("organization", "session__clinic", "session__practitioner")
