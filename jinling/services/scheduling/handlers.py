"""What scheduling does after the fact: patients and waiting people are told, freed numbers are offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from jinling.foundation.messaging import public as messaging
from jinling.kernel.actor import system
from jinling.kernel.sockets import Event, Handler
from jinling.services.scheduling.models import Appointment
from jinling.services.scheduling.queries.appointments import view
from jinling.services.scheduling.queries.policies import zone
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.services.scheduling.usecases.offers import offer_freed

TELLER = system("scheduling.notices", purpose="BOOKING")

# The event's type and the wording that tells of it (messages.yaml).
WORDINGS = {
    "scheduling.AppointmentBooked": "booked",
    "scheduling.AppointmentConfirmed": "confirmed",
    "scheduling.AppointmentCancelled": "cancelled",
    "scheduling.AppointmentSuspended": "suspended",
    "scheduling.OfferMade": "offered",
}


def _tell(events: Sequence[Event]) -> None:
    """One notice an event; sessions that lie in the past are told of to nobody."""
    ids = {UUID(event.payload["appointment"]) for event in events}
    rows = {
        row.pk: row
        for row in Appointment.objects.select_related(
            "organization", "session__clinic", "session__practitioner"
        ).filter(pk__in=ids)
    }
    notices = []
    for event in events:
        row = rows.get(UUID(event.payload["appointment"]))
        if row is not None:  # a replay may have been taken back
            notices.append(
                messaging.Notice(
                    to=messaging.Recipient("patient", event.payload["patient"]),
                    template=f"scheduling.{_wording(event)}",
                    fields=_fields(row, event),
                    dedupe=f"scheduling:{event.id}",
                    occurs_at=row.session.starts_at,
                )
            )
    messaging.send_many(by=TELLER, notices=notices)


def _wording(event: Event) -> str:
    name = WORDINGS[event.type]
    if event.type == "scheduling.AppointmentBooked" and event.payload["status"] == AppointmentState.PENDING:
        return "pending"
    if event.type == "scheduling.AppointmentSuspended" and event.payload["offer"]:
        return "suspended_with_offer"
    return name


def _fields(row: Appointment, event: Event) -> dict[str, Any]:
    seen = view(row)
    expires = event.payload.get("expires_at")
    return {
        "hospital": seen.organization_name,
        "clinic": seen.clinic_name,
        "doctor": seen.practitioner_name,
        "day": row.date,
        "time": seen.segment.starts_at.astimezone(zone()).time(),
        "number": row.number,
        "reference": seen.reference,
        "place": seen.place,
        "pickup": seen.pickup_by.astimezone(zone()).time(),
        "until": datetime.fromisoformat(expires) if expires else "",
    }


def _offer(events: Sequence[Event]) -> None:
    for session in sorted({event.payload["session"] for event in events}):
        offer_freed(session=session)


HANDLERS = [
    Handler("scheduling.tell", tuple(WORDINGS), _tell),
    Handler("scheduling.offer", ("scheduling.NumbersFreed",), _offer),
]
