"""Scheduled work of the outbox itself."""

from __future__ import annotations

from datetime import datetime

from jinling.foundation.outbox.usecases import deliver, retry
from jinling.kernel.sockets import Job


def _drain(now: datetime) -> None:
    while deliver():
        pass
    retry(now=now)


JOBS = [Job("outbox.deliver", "* * * * * */1", _drain)]
