"""What goes over the wire."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from ninja import Field, Schema

from jinling.services.scheduling.rules.kinds import Part, Release
from jinling.services.scheduling.values import BookingRequest

BIG = 2**62
FEE = "In the minor unit of the city's currency: fen of CNY, yen of JPY."


class RouteOut(Schema):
    code: str
    name: str
    kind: str
    audience: str


class HospitalOut(Schema):
    code: str
    name: str
    name_en: str
    district: str


class ClinicOut(Schema):
    id: int
    name: str
    name_en: str
    category: str
    department: str
    kind: str
    age_min: int | None
    age_max: int | None
    sex: str
    fee_cents: int = Field(description=FEE)
    place: str


class SessionOut(Schema):
    id: int
    organization: str
    organization_name: str
    clinic: int
    clinic_name: str
    department: str
    kind: str
    practitioner: int | None
    practitioner_name: str
    practitioner_title: str
    date: date
    part: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    left: int
    fee_cents: int = Field(description=FEE)
    state: str
    opens_at: datetime | None


class SessionPage(Schema):
    """``next`` is the cursor of the next page, null on the last."""

    items: list[SessionOut]
    next: int | None


class SegmentOut(Schema):
    index: int
    starts_at: datetime
    ends_at: datetime
    left: int


class BookingIn(Schema):
    """A number wanted. ``patient``: the id that POST /patients gave. ``hold``: keep it, book later."""

    session: int = Field(ge=1, le=BIG)
    patient: UUID
    segment: int | None = Field(None, ge=0, le=1000)
    hold: bool = False

    def asked(self, *, route: str, key: str, replaces: UUID | None = None) -> BookingRequest:
        """The request as the verb takes it."""
        return BookingRequest(
            session=self.session,
            patient=self.patient,
            route=route,
            segment=self.segment,
            hold=self.hold,
            key=key,
            replaces=replaces,
        )


class BatchItem(BookingIn):
    key: str = Field(min_length=1, max_length=255, description="the idempotency key of this one request")


class BatchIn(Schema):
    requests: list[BatchItem] = Field(min_length=1, max_length=500)


class TakenOut(Schema):
    """A number that was taken; ``repeated``: an earlier request with the same key took it."""

    id: UUID
    number: int
    repeated: bool = False


class RefusedOut(Schema):
    """Why one request of a batch was refused: a problem of its own (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str = ""
    where: str = ""
    request_id: str = ""


class BatchOutcome(Schema):
    key: str
    appointment: TakenOut | None = None
    refused: RefusedOut | None = None


class BatchOut(Schema):
    outcomes: list[BatchOutcome]


class AppointmentOut(Schema):
    id: UUID
    reference: str
    status: str
    number: int
    session: int
    organization: str
    organization_name: str
    clinic: int
    clinic_name: str
    practitioner_name: str
    date: date
    starts_at: datetime
    ends_at: datetime
    pickup_by: datetime
    cancel_by: datetime | None
    place: str
    fee_cents: int = Field(description=FEE)
    route: str
    reason: str


class WaitIn(Schema):
    clinic: int = Field(ge=1, le=BIG)
    patient: UUID
    date_from: date
    date_to: date
    practitioner: int | None = Field(None, ge=1, le=BIG)


class WaitOut(Schema):
    id: UUID
    status: str


class PatientIn(Schema):
    patient: UUID


class DrawOut(Schema):
    """A draw: the commitment from the start, the receipt once it was held."""

    id: UUID
    session: int
    opens_at: datetime
    closes_at: datetime
    commitment: str
    receipt: dict[str, object] | None


class TicketOut(Schema):
    ticket: UUID


class NewSessionIn(Schema):
    """A session that a hospital publishes; ``clinic`` is the clinic's code at the hospital. Times of day
    are the city's, as HH:MM."""

    clinic: str = Field(max_length=40)
    date: date
    part: Part
    starts: str = Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    ends: str = Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    capacity: int = Field(ge=1, le=100_000)
    practitioner: str = Field("", max_length=40, description="the doctor's code at the hospital")
    segment_minutes: int = Field(30, ge=0, le=480)
    fee_cents: int | None = Field(None, ge=0, le=10_000_000, description=FEE)
    release: Release = Release.RUSH

    def hours(self) -> tuple[time, time]:
        """Start and end as times of day."""
        return time.fromisoformat(self.starts), time.fromisoformat(self.ends)


class PublishIn(Schema):
    sessions: list[NewSessionIn] = Field(min_length=1, max_length=500)


class PublishOut(Schema):
    ids: list[int]


class CapacityIn(Schema):
    capacity: int = Field(ge=1, le=100_000)


class CloseIn(Schema):
    reason: str = Field(min_length=1, max_length=120)


class CloseOut(Schema):
    suspended: int


class ChangeOut(Schema):
    id: UUID
    session: int
    number: int
    patient: UUID
    status: str
    route: str
    booked_at: datetime


class ChangePage(Schema):
    items: list[ChangeOut]
    next: UUID | None


class DrawIn(Schema):
    opens_at: datetime
    closes_at: datetime
