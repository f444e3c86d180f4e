"""Scheduled work of scheduling."""

from __future__ import annotations

from datetime import datetime, timedelta

from jinling.kernel.actor import system
from jinling.kernel.sockets import Job
from jinling.services.scheduling.queries.policies import zone
from jinling.services.scheduling.usecases.appointments import mark_due_no_shows
from jinling.services.scheduling.usecases.draws import hold_due_draws
from jinling.services.scheduling.usecases.offers import expire_holds
from jinling.services.scheduling.usecases.sessions import generate, let_fall

DAYS_AHEAD = 28  # the farthest release window of any policy lies within


def _expire(now: datetime) -> None:
    expire_holds(now=now)


def _fall(now: datetime) -> None:
    let_fall(now=now)


def _draw(now: datetime) -> None:
    hold_due_draws(now=now)


def _generate(now: datetime) -> None:
    generate(by=system("scheduling.generate"), until=now.astimezone(zone()).date() + timedelta(days=DAYS_AHEAD))


def _missed(now: datetime) -> None:
    mark_due_no_shows(now=now)


JOBS = [
    Job("scheduling.expire_holds", "* * * * * */10", _expire),
    Job("scheduling.let_fall", "* * * * *", _fall),
    Job("scheduling.hold_draws", "* * * * * */10", _draw),
    Job("scheduling.generate", "5 0 * * *", _generate),
    Job("scheduling.mark_missed", "30 * * * *", _missed),
]
