"""Old sign-in codes and used assertions are forgotten every hour."""

from __future__ import annotations

from datetime import datetime

from jinling.foundation.access.tokens import forget_assertions
from jinling.foundation.access.usecases.citizens import forget_codes
from jinling.foundation.access.usecases.identity import forget_checks
from jinling.kernel.sockets import Job


def _forget(now: datetime) -> None:
    forget_codes(now)
    forget_assertions(now)
    forget_checks()


JOBS = [Job("access.forget", "17 * * * *", _forget)]
