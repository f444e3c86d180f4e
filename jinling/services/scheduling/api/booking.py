"""Book, cancel, change, wait, take part in draws: what partners, kiosks and the hotline do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from jinling.foundation.access import public as access
from jinling.foundation.idempotency import public as idempotency
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.api import forms
from jinling.services.scheduling.api.routing import router
from jinling.services.scheduling.rights import BOOK
from jinling.web.requests import actor


@router.post("/appointments", response={201: forms.TakenOut}, summary="Book or hold a number")
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def book(request: HttpRequest, body: forms.BookingIn, key: str = idempotency.KEY) -> Status[forms.TakenOut]:
    by = actor(request)
    taken = scheduling.book(by=by, request=body.asked(route=by.channel, key=idempotency.named(key)))
    return Status(201, forms.TakenOut(id=taken.id, number=taken.number, repeated=taken.repeated))


@router.post(
    "/appointments/batch",
    response={200: forms.BatchOut},
    summary="Book many numbers; each request has its own key and its own outcome",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def book_batch(request: HttpRequest, body: forms.BatchIn) -> forms.BatchOut:
    by = actor(request)
    outcomes = scheduling.book_many(
        by=by, requests=[item.asked(route=by.channel, key=item.key) for item in body.requests]
    )
    return forms.BatchOut(
        outcomes=[
            forms.BatchOutcome(key=item.key, refused=_problem(outcome, by))
            if isinstance(outcome, Refused)
            else forms.BatchOutcome(
                key=item.key,
                appointment=forms.TakenOut(id=outcome.id, number=outcome.number, repeated=outcome.repeated),
            )
            for item, outcome in zip(body.requests, outcomes, strict=True)
        ]
    )


@router.get(
    "/appointments/{appointment}",
    response={200: forms.AppointmentOut},
    summary="An appointment that this client made",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def get_appointment(request: HttpRequest, appointment: UUID) -> forms.AppointmentOut:
    return shown(scheduling.appointment(appointment, by=actor(request), made_by=actor(request)))


@router.post(
    "/appointments/{appointment}/book",
    response={200: forms.AppointmentOut},
    summary="Book a held number",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def book_held(request: HttpRequest, appointment: UUID, key: str = idempotency.KEY) -> forms.AppointmentOut:
    by = actor(request)
    mine(by, appointment)
    idempotency.once_for(
        by, key, ["book", appointment], lambda: scheduling.confirm_hold(by=by, appointment=appointment)
    )
    return shown(scheduling.appointment(appointment, by=by, made_by=by))


@router.post(
    "/appointments/{appointment}/cancel",
    response={200: forms.AppointmentOut},
    summary="Give a number back",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def cancel(request: HttpRequest, appointment: UUID, key: str = idempotency.KEY) -> forms.AppointmentOut:
    by = actor(request)
    mine(by, appointment)
    idempotency.once_for(by, key, ["cancel", appointment], lambda: scheduling.cancel(by=by, appointment=appointment))
    return shown(scheduling.appointment(appointment, by=by, made_by=by))


@router.post(
    "/appointments/{appointment}/change",
    response={201: forms.TakenOut},
    summary="Take another number instead; when it cannot be had the old one stays",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def change(
    request: HttpRequest, appointment: UUID, body: forms.BookingIn, key: str = idempotency.KEY
) -> Status[forms.TakenOut]:
    by = actor(request)
    idempotency.named(key)
    mine(by, appointment)
    taken = scheduling.change(
        by=by, appointment=appointment, request=body.asked(route=by.channel, key=key, replaces=appointment)
    )
    return Status(201, forms.TakenOut(id=taken.id, number=taken.number, repeated=taken.repeated))


@router.post("/waitlist", response={201: forms.WaitOut}, summary="Wait for a number that comes free")
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def wait(request: HttpRequest, body: forms.WaitIn, key: str = idempotency.KEY) -> Status[Any]:
    by = actor(request)
    return Status(
        201,
        idempotency.once_for(
            by,
            key,
            ["wait", body.model_dump()],
            lambda: _waiting(
                scheduling.join_waitlist(
                    by=by,
                    patient=body.patient,
                    clinic=body.clinic,
                    date_from=body.date_from,
                    date_to=body.date_to,
                    route=by.channel,
                    practitioner=body.practitioner,
                )
            ),
        ),
    )


@router.post("/waitlist/{entry}/leave", response={204: None}, summary="Stop waiting")
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def stop_waiting(request: HttpRequest, entry: UUID, body: forms.PatientIn) -> Status[None]:
    scheduling.leave_waitlist(by=actor(request), entry=entry, patient=body.patient)
    return Status(204, None)


@router.post("/offers/{offer}/accept", response={200: forms.TakenOut}, summary="Take an offered number")
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def accept_offer(request: HttpRequest, offer: UUID, body: forms.PatientIn, key: str = idempotency.KEY) -> Any:
    by = actor(request)

    def run() -> dict[str, Any]:
        row = scheduling.accept(by=by, offer=offer, patient=body.patient)
        return {"id": str(row.pk), "number": row.number}

    return idempotency.once_for(by, key, ["accept", offer, body.patient], run)


@router.post("/offers/{offer}/decline", response={204: None}, summary="Give an offered number back")
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def decline_offer(request: HttpRequest, offer: UUID, body: forms.PatientIn) -> Status[None]:
    scheduling.decline(by=actor(request), offer=offer, patient=body.patient)
    return Status(204, None)


@router.post(
    "/sessions/{session}/draw/tickets",
    response={201: forms.TicketOut},
    summary="Take part in a session's draw, once per person",
)
@access.permission_required(BOOK, relation="named", purpose="BOOKING", level=3)
def join_draw(request: HttpRequest, session: int, body: forms.PatientIn, key: str = idempotency.KEY) -> Status[Any]:
    by = actor(request)
    if not 0 < session <= forms.BIG:
        raise scheduling.refusals.SessionUnknown(where=str(session)[:24])
    return Status(
        201,
        idempotency.once_for(
            by,
            key,
            ["ticket", session, body.patient],
            lambda: {
                "ticket": str(scheduling.join_draw(by=by, session=session, patient=body.patient, route=by.channel).pk)
            },
        ),
    )


def mine(by: Actor, appointment: UUID) -> None:
    """Refuse an appointment that another client made, as if there were none."""
    if not scheduling.made_by(appointment, by):
        raise scheduling.refusals.AppointmentUnknown(where=str(appointment))


def shown(seen: scheduling.AppointmentView) -> forms.AppointmentOut:
    """An appointment as it goes over the wire; no name, no identifier."""
    return forms.AppointmentOut(
        id=seen.id,
        reference=seen.reference,
        status=seen.status,
        number=seen.number,
        session=seen.session.pk,
        organization=seen.organization_code,
        organization_name=seen.organization_name,
        clinic=seen.session.clinic_id,
        clinic_name=seen.clinic_name,
        practitioner_name=seen.practitioner_name,
        date=seen.session.date,
        starts_at=seen.segment.starts_at,
        ends_at=seen.segment.ends_at,
        pickup_by=seen.pickup_by,
        cancel_by=seen.cancel_by,
        place=seen.place,
        fee_cents=seen.fee_cents,
        route=seen.route,
        reason=seen.reason,
    )


def _waiting(entry: Any) -> dict[str, str]:
    return {"id": str(entry.pk), "status": entry.status}


def _problem(refused: Refused, by: Actor) -> forms.RefusedOut:
    return forms.RefusedOut(
        type=f"urn:jinling:problem:{refused.code}",
        title=refused.code,
        status=refused.status,
        detail=refused.message(),
        remedy=refused.mend_message(),
        where=refused.where,
        request_id=by.request_id,
    )
