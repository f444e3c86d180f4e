"""Which steps an appointment allows now: asked by the verbs before they take one, and by pages before they offer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.rules.kinds import SessionStatus
from jinling.services.scheduling.rules.life import APPOINTMENT, AppointmentState
from jinling.services.scheduling.rules.refusals import CancelTooLate, CheckInTooEarly, CheckInTooLate, WrongState

# The table's step behind a step that the desk may take after a deadline has passed.
BEHIND = {"check_in_late": "check_in", "cancel_at_desk": "cancel"}
STEPS = ("confirm", "refuse", "check_in", "check_in_late", "fulfil", "miss", "cancel", "cancel_at_desk")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What of an appointment decides which steps it allows. ``cancel_by`` is the patient's deadline where the
    institution lets patients cancel at all (``patient_cancels``)."""

    status: str
    day: date
    starts_at: datetime
    pickup_by: datetime
    cancel_by: datetime
    patient_cancels: bool


def ensure_allowed(step: str, facts: StepFacts, *, at: datetime, zone: ZoneInfo, where: str = "") -> str:
    """The state that a step of ``STEPS`` leads to.

    Raises:
        WrongState: the state does not allow it, or the session of one who did not come has not begun.
        CheckInTooEarly, CheckInTooLate, CancelTooLate: as they say.
    """
    after = APPOINTMENT.after(facts.status, BEHIND.get(step, step), where=where)
    if step in ("check_in", "check_in_late") and at.astimezone(zone).date() < facts.day:
        raise CheckInTooEarly(where=where)
    if step == "check_in" and at > facts.pickup_by:
        raise CheckInTooLate(where=where, deadline=facts.pickup_by.isoformat())
    if step == "miss" and facts.starts_at > at:
        raise WrongState(where=where, state=facts.status)
    # A number that is only held was never booked: giving it back has no deadline.
    in_time = facts.patient_cancels and at <= facts.cancel_by
    if step == "cancel" and facts.status != AppointmentState.PROPOSED and not in_time:
        raise CancelTooLate(where=where, deadline=facts.cancel_by.isoformat())
    return after


def allows(step: str, facts: StepFacts, *, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the step may be taken now."""
    try:
        ensure_allowed(step, facts, at=at, zone=zone)
    except Refused:
        return False
    return True


def offered_at_desk(facts: StepFacts, *, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The steps that the desk's list offers, each of them allowed: what the desk needs now and no more.

    A patient is checked in on the day itself, late only after the pick-up time. Once the session has begun one who is
    not there did not come; before, the booking can be cancelled. Whoever was checked in is seen.
    """
    wanted = ["confirm", "refuse"] if facts.status == AppointmentState.PENDING else []
    if at.astimezone(zone).date() == facts.day:
        wanted.append("check_in" if at <= facts.pickup_by else "check_in_late")
    if facts.status == AppointmentState.BOOKED:
        wanted.append("miss" if facts.starts_at <= at else "cancel_at_desk")
    if facts.status == AppointmentState.ARRIVED:
        wanted.append("fulfil")
    return tuple(step for step in wanted if allows(step, facts, at=at, zone=zone))


def offered_for_session(
    status: str, starts_at: datetime, *, drawn: bool, touched: bool, at: datetime
) -> tuple[str, ...]:
    """What the hospital may do with a session now, as its page offers it: nothing once it has begun or is closed.

    Args:
        drawn: its numbers are given by draw already.
        touched: somebody has, or had, a number of it; a draw comes too late then.
    """
    if status != SessionStatus.OPEN or starts_at <= at:
        return ()
    return ("set_capacity", "close") if drawn or touched else ("set_capacity", "announce_draw", "close")
