"""What was entered for a day begins with it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jinling.foundation.directory.usecases import begin
from jinling.kernel.actor import system
from jinling.kernel.sockets import Job


def _begin(now: datetime) -> None:
    begin(by=system("directory.begin"), on=timezone.localdate())


JOBS = [Job("directory.begin", "1 0 * * *", _begin)]
