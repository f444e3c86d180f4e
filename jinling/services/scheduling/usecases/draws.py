"""Release by draw: announce with a commitment, collect, draw, publish the receipt."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor, system
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.events import DrawHeld
from jinling.services.scheduling.models import Draw, DrawTicket, Session
from jinling.services.scheduling.queries.facts import session_facts
from jinling.services.scheduling.queries.policies import route as route_of
from jinling.services.scheduling.rules.draws import commitment, ranking, receipt
from jinling.services.scheduling.rules.kinds import Release, TicketOutcome
from jinling.services.scheduling.rules.limits import ClinicLimits, check_patient
from jinling.services.scheduling.rules.refusals import (
    DrawAnnounced,
    DrawClosed,
    DrawNotPossible,
    SessionUnknown,
    TicketTwice,
)
from jinling.services.scheduling.usecases.freeing import lock_sessions
from jinling.services.scheduling.usecases.taking import take_many
from jinling.services.scheduling.values import BookingRequest, Taken

DRAWER = system("scheduling.draw", purpose="BOOKING")


@transaction.atomic
def announce_draw(*, by: Actor, session: int, opens_at: datetime, closes_at: datetime) -> Draw:
    """Release a session by draw. The commitment to the seed is public from now on.

    Raises:
        SessionUnknown; DrawNotPossible: numbers are taken already, or the window does not end before the session;
        DrawAnnounced.
    """
    row = lock_sessions([session]).get(session)
    if row is None:
        raise SessionUnknown(where=str(session))
    if row.appointments.exists() or not opens_at < closes_at < row.starts_at:
        raise DrawNotPossible(where=str(session))
    seed = secrets.token_hex(32)
    row.release = Release.DRAW
    row.save(update_fields=["release"])
    draw, made = Draw.objects.get_or_create(
        session=row,
        defaults={"opens_at": opens_at, "closes_at": closes_at, "seed": seed, "commitment": commitment(seed)},
    )
    if not made:
        raise DrawAnnounced(where=str(session))
    audit.record(
        by=by, action="scheduling.announce_draw", target=f"Draw/{draw.pk}", detail={"commitment": draw.commitment}
    )
    return draw


@transaction.atomic
def join_draw(*, by: Actor, session: int, patient: UUID, route: str, at: datetime | None = None) -> DrawTicket:
    """Take part in a session's draw, once per person.

    Raises:
        SessionUnknown, DrawClosed, TicketTwice, and why the clinic does not see this patient.
    """
    now = at or timezone.now()
    draw = Draw.objects.filter(session_id=session).first()
    facts = session_facts([session]).get(session)
    if draw is None or facts is None:
        raise SessionUnknown(where=str(session))
    if not draw.opens_at <= now < draw.closes_at or draw.drawn_at is not None:
        raise DrawClosed(where=str(session), opens_at=draw.opens_at.isoformat(), closes_at=draw.closes_at.isoformat())
    route_of(route)
    person = mpi.facts([patient]).get(patient)
    check_patient(
        known=person is not None,
        active=bool(person and person.active),
        real_name=bool(person and person.real_name),
        birth=person.birth_date if person else None,
        sex=person.sex if person else "",
        clinic=ClinicLimits(facts.age_min, facts.age_max, facts.sex),
        day=facts.date,
    )
    try:
        with transaction.atomic():
            ticket = DrawTicket.objects.create(
                draw=draw, patient_id=patient, route=route, asked_at=now, asked_by=by.ref
            )
    except IntegrityError:
        raise TicketTwice(where=str(session)) from None
    audit.record(by=by, action="scheduling.join_draw", patient=str(patient), target=f"DrawTicket/{ticket.pk}")
    return ticket


def hold_draw(*, draw: UUID, at: datetime | None = None) -> Draw:
    """Draw once, when the window has closed: tickets in drawn order until the numbers are given.

    A ticket whose patient may not book after all (a limit, a suspension) is passed over with that
    reason in the receipt; the next is asked. Drawing again gives the first receipt.

    Raises:
        DrawClosed: the window is still open.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = Draw.objects.select_for_update().select_related("session").get(pk=draw)
        if row.drawn_at is not None:
            return row
        if now < row.closes_at:
            raise DrawClosed(where=str(draw), opens_at=row.opens_at.isoformat(), closes_at=row.closes_at.isoformat())
        tickets = {str(ticket.pk): ticket for ticket in row.tickets.all()}
        order = ranking(row.seed, list(tickets))
        left = row.session.capacity
        outcomes: dict[str, str] = {}
        while order and left:
            asked, order = order[:left], order[left:]
            results = take_many(
                [
                    (
                        DRAWER,
                        BookingRequest(
                            session=row.session_id, patient=tickets[key].patient_id, route=tickets[key].route, at=now
                        ),
                    )
                    for key in asked
                ],
                draw=True,
            )
            for key, result in zip(asked, results, strict=True):
                if isinstance(result, Taken):
                    outcomes[key], tickets[key].appointment = TicketOutcome.WON, result.id
                    left -= 1
                else:
                    outcomes[key] = result.code if isinstance(result, Refused) else "refused"
        for key, ticket in tickets.items():
            ticket.outcome = outcomes.get(key, TicketOutcome.NOT_DRAWN)
        DrawTicket.objects.bulk_update(tickets.values(), ["outcome", "appointment"], batch_size=1000)
        row.receipt = receipt(
            draw=str(row.pk),
            session=row.session_id,
            numbers=row.session.capacity,
            published=row.commitment,
            seed=row.seed,
            tickets=list(tickets),
            outcomes=outcomes,
        )
        row.drawn_at = now
        row.save(update_fields=["receipt", "drawn_at"])
        won = sum(outcome == TicketOutcome.WON for outcome in outcomes.values())
        # What nobody drew for is open to all from now on.
        Session.objects.filter(pk=row.session_id).update(release=Release.RUSH)
        audit.record(
            by=DRAWER,
            action="scheduling.draw",
            target=f"Draw/{row.pk}",
            detail={"tickets": len(tickets), "won": won},
        )
        outbox.announce(DrawHeld(str(row.pk), row.session_id, len(tickets), won))
        return row


def hold_due_draws(*, now: datetime) -> int:
    """Hold every draw whose window has closed."""
    due = list(Draw.objects.filter(drawn_at__isnull=True, closes_at__lte=now).values_list("pk", flat=True))
    for draw in due:
        hold_draw(draw=draw, at=now)
    return len(due)
