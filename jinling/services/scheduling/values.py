"""What callers hand to scheduling's verbs and get back: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from jinling.kernel.ids import new_id
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.rules.kinds import Release
from jinling.services.scheduling.rules.life import AppointmentState


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """One number wanted.

    ``segment`` is the index of a time segment or None for the earliest free number. ``hold``: keep the
    number for the policy's minutes instead of booking it. ``key`` names the request for the client that
    sends it (Idempotency-Key); empty: not named. ``replaces`` is an appointment that this one takes the
    place of (a change): it does not count against the patient's limits.
    """

    session: int
    patient: UUID
    route: str
    segment: int | None = None
    hold: bool = False
    key: str = ""
    replaces: UUID | None = None
    batch: str = ""
    at: datetime | None = None
    id: UUID = field(default_factory=new_id)

    def body(self) -> dict[str, Any]:
        """What identifies the request's content, for comparing two uses of one key."""
        return {
            "session": self.session,
            "patient": str(self.patient),
            "route": self.route,
            "segment": self.segment,
            "hold": self.hold,
            "replaces": str(self.replaces) if self.replaces else None,
        }


# How a value of each type stands in a record of the statement.
_SQL_TYPES = {
    "UUID": "uuid",
    "UUID | None": "uuid",
    "str": "text",
    "bool": "boolean",
    "datetime": "timestamptz",
    "datetime | None": "timestamptz",
    "list[int]": "bigint[]",
    "Mapping[str, Any] | None": "jsonb",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRequest:
    """What the taking statement (``functions/take.sql``) is told about one request; all of it, at every call.

    ``pools`` are tried in order; ``first`` and ``last`` bound the wanted segment's numbers, None: any. ``status`` is
    booked, pending or proposed, the latter two until ``expires_at``. ``day``, ``department``, ``doctor`` and
    ``active`` are the patient's limits, 0 none. ``client``, ``key`` and ``hash`` are the idempotency key, or key "".
    ``win``: a draw's winner, for whom a session released by draw is open. ``act`` and ``event`` are the audit entry
    and the outbox event that are written when the number is taken.
    """

    id: UUID
    session: int
    patient: UUID
    route: str
    at: datetime
    actor: str
    batch: str
    replaces: UUID | None
    client: str
    key: str
    hash: str
    pools: list[int] = field(default_factory=list)
    first: int | None = None
    last: int | None = None
    status: str = AppointmentState.BOOKED
    expires_at: datetime | None = None
    kind: str = ""
    win: bool = False
    day: int = 0
    department: int = 0
    doctor: int = 0
    active: int = 0
    act: Mapping[str, Any] | None = None
    event: Mapping[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """The request as JSON takes it: every field, by its own name."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "id": str(self.id),
            "patient": str(self.patient),
            "at": self.at.isoformat(),
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "replaces": str(self.replaces) if self.replaces else None,
        }

    @classmethod
    def record(cls) -> dict[str, str]:
        """The fields with their SQL types, as the statement must declare them."""
        return {
            name: "bigint" if name == "session" else _SQL_TYPES.get(str(known.type), "integer")
            for name, known in cls.__dataclass_fields__.items()
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that was taken: ``repeated`` tells that an earlier request with the same key got it."""

    id: UUID
    number: int
    repeated: bool = False


Outcome = Taken | Refused


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to publish. ``practitioner`` is a directory id or None."""

    clinic: int
    date: date
    part: str
    starts: time
    ends: time
    capacity: int
    practitioner: int | None = None
    schedule: int | None = None
    segment_minutes: int = 30
    fee_cents: int | None = None
    release: str = Release.RUSH
    batch: str = ""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as the booking rules see it; ``pools`` are (id, code, falls_at)."""

    id: int
    organization: int
    organization_code: str
    clinic: int
    date: date
    starts_at: datetime
    ends_at: datetime
    capacity: int
    segment_minutes: int
    age_min: int | None
    age_max: int | None
    sex: str
    pools: tuple[tuple[int, str, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """An organisation's booking policy as the rules see it."""

    windows: tuple[Any, ...]
    clocks: Any
    limits: Any
    penalties: Any
    cancel_allowed: bool
    cancel_days_before: int
    cancel_clock: time
    pickup: Mapping[str, time]
    hold_minutes: int
    waitlist_minutes: int
    confirmation: str
    confirm_minutes: int
    marks_no_show: bool


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """A booking route: its channel kind and audience."""

    code: str
    name: str
    kind: str
    audience: str
