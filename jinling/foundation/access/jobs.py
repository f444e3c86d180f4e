"""Old sign-in codes are forgotten every hour."""

from __future__ import annotations

from datetime import datetime

from jinling.foundation.access.usecases.citizens import forget_codes
from jinling.kernel.sockets import Job


def _forget(now: datetime) -> None:
    forget_codes(now)


JOBS = [Job("access.forget_codes", "17 * * * *", _forget)]
