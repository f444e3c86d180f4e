"""What a hospital's own system does: publish numbers, confirm or refuse, check in, follow its appointments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.idempotency import public as idempotency
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.api import forms
from jinling.services.scheduling.api.booking import shown
from jinling.services.scheduling.api.routing import router
from jinling.services.scheduling.rights import DESK, KEEP_SCHEDULES, READ_OWN_HOSPITAL
from jinling.web.requests import actor


@router.post(
    "/sessions",
    response={201: forms.PublishOut},
    summary="Publish sessions; one that stands already keeps its numbers",
)
@access.permission_required(KEEP_SCHEDULES, relation="own_organization")
def publish(request: HttpRequest, body: forms.PublishIn, key: str = idempotency.KEY) -> Status[Any]:
    by = actor(request)
    return Status(
        201,
        idempotency.once_for(
            by,
            key,
            ["publish", body.model_dump_json()],
            lambda: {"ids": scheduling.publish_many(by=by, sessions=_sessions(by.organization, body))},
        ),
    )


@router.put(
    "/sessions/{session}/capacity",
    response={204: None},
    summary="Publish more numbers or take back free ones",
)
@access.permission_required(KEEP_SCHEDULES, relation="own_organization")
def set_capacity(request: HttpRequest, session: int, body: forms.CapacityIn) -> Status[None]:
    _own(request, session)
    scheduling.set_capacity(by=actor(request), session=session, capacity=body.capacity)
    return Status(204, None)


@router.post(
    "/sessions/{session}/close",
    response={200: forms.CloseOut},
    summary="Close a session: patients are told and offered another number",
)
@access.permission_required(KEEP_SCHEDULES, relation="own_organization")
def close(request: HttpRequest, session: int, body: forms.CloseIn) -> forms.CloseOut:
    _own(request, session)
    return forms.CloseOut(suspended=scheduling.close_session(by=actor(request), session=session, reason=body.reason))


@router.post(
    "/sessions/{session}/draw",
    response={201: forms.DrawOut},
    summary="Release a session by draw; the answer's commitment is to be published",
)
@access.permission_required(KEEP_SCHEDULES, relation="own_organization")
def announce_draw(request: HttpRequest, session: int, body: forms.DrawIn) -> Status[forms.DrawOut]:
    _own(request, session)
    draw = scheduling.announce_draw(
        by=actor(request), session=session, opens_at=body.opens_at, closes_at=body.closes_at
    )
    return Status(
        201,
        forms.DrawOut(
            id=draw.pk,
            session=session,
            opens_at=draw.opens_at,
            closes_at=draw.closes_at,
            commitment=draw.commitment,
            receipt=None,
        ),
    )


@router.get(
    "/hospital/appointments",
    response={200: forms.ChangePage},
    summary="The hospital's appointments in order of booking, in pages",
)
@access.permission_required(READ_OWN_HOSPITAL, relation="own_organization", purpose="BOOKING", level=3)
def follow(request: HttpRequest, cursor: UUID | None = None, limit: int = Query(100, ge=1, le=500)) -> forms.ChangePage:
    by = actor(request)
    rows = scheduling.changes(by=by, organization=by.organization, after=str(cursor) if cursor else "", limit=limit)
    return forms.ChangePage(
        items=[
            forms.ChangeOut(
                id=r.pk,
                session=r.session_id,
                number=r.number,
                patient=r.patient_id,
                status=r.status,
                route=r.route,
                booked_at=r.booked_at,
            )
            for r in rows
        ],
        next=rows[-1].pk if len(rows) == limit else None,
    )


def _desk(name: str, verb: Any, summary: str) -> None:
    @router.post(
        f"/hospital/appointments/{{appointment}}/{name}",
        response={200: forms.AppointmentOut},
        summary=summary,
        operation_id=f"hospital_{name.replace('-', '_')}",
    )
    @access.permission_required(DESK, relation="own_organization", purpose="BOOKING", level=3)
    def endpoint(request: HttpRequest, appointment: UUID) -> forms.AppointmentOut:
        by = actor(request)
        scheduling.appointment(appointment, by=by, organization=by.organization)
        verb(by=by, appointment=appointment)
        return shown(scheduling.appointment(appointment, by=by, organization=by.organization))


def _cancel(*, by: Any, appointment: UUID) -> None:
    scheduling.cancel(by=by, appointment=appointment, reason=scheduling.EndReason.HOSPITAL, override=True)


def _refuse(*, by: Any, appointment: UUID) -> None:
    scheduling.refuse(by=by, appointment=appointment, reason=scheduling.EndReason.HOSPITAL)


_desk("confirm", scheduling.confirm, "Say yes to a pending appointment")
_desk("refuse", _refuse, "Say no to a pending appointment; the number comes free")
_desk("check-in", scheduling.check_in, "The patient is here")
_desk("fulfil", scheduling.fulfil, "The patient was seen")
_desk("no-show", scheduling.mark_no_show, "The patient did not come")
_desk("cancel", _cancel, "Cancel, also after the patient's deadline")


def _own(request: HttpRequest, session: int) -> None:
    """Refuse another hospital's session as if there were none."""
    if not 0 < session <= forms.BIG or not scheduling.owns(actor(request).organization, session):
        raise scheduling.refusals.SessionUnknown(where=str(session)[:24])


def _sessions(organization: str, body: forms.PublishIn) -> list[scheduling.NewSession]:
    """The sessions with the hospital's codes turned into ids.

    Raises:
        NotFound: a clinic or doctor that the hospital has not.
    """
    clinics = {clinic.code: clinic.pk for clinic in scheduling.clinics(organization=organization)}
    doctors = {p.code: p.pk for p in directory.practitioners(organization=organization)}
    found = []
    for item in body.sessions:
        if item.clinic not in clinics:
            raise scheduling.refusals.ClinicUnknown(where=item.clinic)
        if item.practitioner and item.practitioner not in doctors:
            owner, doctor = directory.get(organization).name, item.practitioner
            raise directory.PractitionerUnknown(where="practitioner", organization=owner, practitioner=doctor)
        starts, ends = item.hours()
        found.append(
            scheduling.NewSession(
                clinic=clinics[item.clinic],
                date=item.date,
                part=item.part,
                starts=starts,
                ends=ends,
                capacity=item.capacity,
                practitioner=doctors.get(item.practitioner),
                segment_minutes=item.segment_minutes,
                fee_cents=item.fee_cents,
                release=item.release,
            )
        )
    return found
