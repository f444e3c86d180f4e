"""Notices leave every two seconds."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jinling.foundation.messaging.usecases import send_waiting
from jinling.kernel.sockets import Job


def _send(now: datetime) -> None:
    while send_waiting(now=timezone.now()) >= 200:
        pass


JOBS = [Job("messaging.send", "* * * * * */2", _send)]
