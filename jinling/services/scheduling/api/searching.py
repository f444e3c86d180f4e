"""Search: routes, hospitals, clinics, sessions and their times."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query

from jinling.foundation.access import public as access
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.api import forms
from jinling.services.scheduling.api.routing import router
from jinling.services.scheduling.public import draw_of
from jinling.services.scheduling.rights import BOOK, READ_OWN_HOSPITAL
from jinling.web.requests import actor


@router.get("/routes", response={200: list[forms.RouteOut]}, summary="Booking routes of the city")
@access.permission_required(BOOK)
def list_routes(request: HttpRequest) -> list[object]:
    return list(scheduling.routes().values())


@router.get(
    "/hospitals",
    response={200: list[forms.HospitalOut]},
    summary="Hospitals with clinics, by name, pinyin, initials or district",
)
@access.permission_required(BOOK)
def list_hospitals(
    request: HttpRequest, text: str = Query("", max_length=60), district: str = Query("", max_length=12)
) -> list[object]:
    return [
        forms.HospitalOut(code=o.code, name=o.name, name_en=o.name_en, district=o.district.code if o.district else "")
        for o in scheduling.hospitals(text=text, district=district)
    ]


@router.get(
    "/hospitals/{code}/clinics",
    response={200: list[forms.ClinicOut]},
    summary="Clinics of a hospital",
)
@access.permission_required(BOOK)
def list_clinics(request: HttpRequest, code: str, text: str = Query("", max_length=60)) -> list[object]:
    return list(scheduling.clinics(organization=code, text=text))


@router.get(
    "/sessions",
    response={200: forms.SessionPage},
    summary="Sessions as the client's route sees them, in pages",
)
@access.permission_required(BOOK)
def list_sessions(
    request: HttpRequest,
    organization: str = Query("", max_length=40),
    clinic: int | None = Query(None, ge=1, le=forms.BIG),
    department: str = Query("", max_length=60),
    practitioner: int | None = Query(None, ge=1, le=forms.BIG),
    date_from: date | None = None,
    date_to: date | None = None,
    cursor: int = Query(0, ge=0, le=forms.BIG),
    limit: int = Query(100, ge=1, le=500),
) -> forms.SessionPage:
    items = scheduling.find_sessions(
        route=actor(request).channel,
        organization=organization,
        clinic=clinic,
        department=department,
        practitioner=practitioner,
        date_from=date_from,
        date_to=date_to,
        after=cursor,
        limit=limit,
    )
    return forms.SessionPage(
        items=[forms.SessionOut.from_orm(i) for i in items], next=items[-1].id if len(items) == limit else None
    )


@router.get("/sessions/{session}", response={200: forms.SessionOut}, summary="One session")
@access.permission_required(BOOK)
def get_session(request: HttpRequest, session: int) -> object:
    return scheduling.session_view(_fits(session), route=actor(request).channel)


@router.get(
    "/sessions/{session}/segments",
    response={200: list[forms.SegmentOut]},
    summary="A session's times and their free numbers",
)
@access.permission_required(BOOK)
def list_segments(request: HttpRequest, session: int) -> list[object]:
    return [
        forms.SegmentOut(index=s.segment.index, starts_at=s.segment.starts_at, ends_at=s.segment.ends_at, left=s.left)
        for s in scheduling.segments_of(_fits(session))
    ]


@router.get(
    "/sessions/{session}/draw",
    response={200: forms.DrawOut},
    summary="A session's draw: its commitment, later its receipt",
)
@access.permission_required(BOOK)
def get_draw(request: HttpRequest, session: int) -> object:
    draw = draw_of(_fits(session))
    return forms.DrawOut(
        id=draw.pk,
        session=session,
        opens_at=draw.opens_at,
        closes_at=draw.closes_at,
        commitment=draw.commitment,
        receipt=draw.receipt,
    )


@router.get("/my-sessions", response={200: forms.SessionPage}, summary="A hospital's own sessions, in pages")
@access.permission_required(READ_OWN_HOSPITAL, relation="own_organization")
def list_own_sessions(
    request: HttpRequest,
    date_from: date | None = None,
    date_to: date | None = None,
    cursor: int = Query(0, ge=0, le=forms.BIG),
    limit: int = Query(100, ge=1, le=500),
) -> forms.SessionPage:
    items = scheduling.own_sessions(
        organization=actor(request).organization,
        date_from=date_from,
        date_to=date_to,
        after=cursor,
        limit=limit,
    )
    return forms.SessionPage(
        items=[forms.SessionOut.from_orm(i) for i in items], next=items[-1].id if len(items) == limit else None
    )


def _fits(id_: int) -> int:
    if not 0 < id_ <= forms.BIG:
        raise scheduling.refusals.SessionUnknown(where=str(id_)[:24])
    return id_
