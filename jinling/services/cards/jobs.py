"""Marks of codes that were read are kept only as long as the code could be shown again."""

from __future__ import annotations

from datetime import datetime

from jinling.kernel.sockets import Job
from jinling.services.cards.usecases.codes import forget_codes


def _forget(now: datetime) -> None:
    forget_codes()


JOBS = [Job("cards.forget_codes", "*/10 * * * *", _forget)]
