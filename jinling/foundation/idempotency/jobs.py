"""Old answers are forgotten at night."""

from __future__ import annotations

from datetime import datetime

from jinling.foundation.idempotency.usecases import forget_old
from jinling.kernel.sockets import Job


def _forget(now: datetime) -> None:
    forget_old(now)


JOBS = [Job("idempotency.forget", "40 3 * * *", _forget)]
