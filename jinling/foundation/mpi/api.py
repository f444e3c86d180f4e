"""The patient index over JSON: a partner makes a person known by real name and gets the id that bookings name."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.documents import country
from jinling.web.requests import actor

router = Router(auth=access.ApiKeyAuth(), tags=["patients"])


class PersonIn(Schema):
    """A person by real name. ``system`` says what kind of document ``value`` is the number of."""

    name: str = Field(min_length=1, max_length=80)
    system: str = Field(description=f"one of: {', '.join(country().systems)}")
    value: str = Field(min_length=1, max_length=40)
    mobile: str = Field("", max_length=20)
    birth_date: date | None = None
    sex: Literal["male", "female", "unknown"] = "unknown"


class PatientOut(Schema):
    """The opaque id by which bookings name the person."""

    id: UUID


@router.post(
    "/patients",
    response={200: PatientOut},
    summary="Find a person by document number, or register them",
)
@access.permission_required(
    "mpi.register", relation=("named", "present", "own_organization"), purpose="BOOKING", level=3
)
def register(request: HttpRequest, body: PersonIn) -> PatientOut:
    """The same document gives the same id; a document that belongs to another name is refused."""
    person = mpi.NewPatient(
        name=body.name,
        birth_date=body.birth_date,
        sex=body.sex,
        identifiers=(mpi.Identifier(body.system, body.value),),
        mobile=body.mobile,
        real_name_verified=True,
    )
    return PatientOut(id=mpi.find_or_register(by=actor(request), person=person))
