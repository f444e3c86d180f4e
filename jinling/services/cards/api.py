"""Cards' JSON API, for hospitals and kiosks: read the code of an electronic health card."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.services.cards.rules.codes import LONGEST
from jinling.services.cards.usecases.codes import scan

router = Router(auth=access.ApiKeyAuth(), tags=["cards"])


class ScanIn(Schema):
    """The text of a QR code."""

    code: str = Field(min_length=1, max_length=LONGEST)


class ScanOut(Schema):
    """Whose code it was; names and numbers are masked."""

    card: UUID
    patient: UUID
    kind: str
    name: str
    birth_date: date | None
    sex: str


@router.post(
    "/cards/scan",
    response={200: ScanOut},
    summary="Read the code of an electronic health card; it opens once, within a minute",
)
@access.permission_required("cards.scan", relation=("present", "own_organization"), level=4)
def read_code(request: HttpRequest, body: ScanIn) -> ScanOut:
    by = request.actor  # type: ignore[attr-defined]
    found = scan(by=by, text=body.code)
    shown = mpi.shown(by=by, ids=[found.patient])[found.patient]
    return ScanOut(
        card=found.card,
        patient=found.patient,
        kind=found.kind,
        name=shown.name,
        birth_date=shown.birth_date,
        sex=shown.sex,
    )
