"""Every minute months that are due are counted and kept; every night what is kept is held to the events."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jinling.data.statistics.public import keep_due, recount
from jinling.kernel.actor import system
from jinling.kernel.sockets import Job

NIGHT = system("statistics.recount", purpose="STATS")


def _keep(now: datetime) -> None:
    keep_due(now=timezone.now())


def _recount(now: datetime) -> None:
    recount(by=NIGHT, now=timezone.now())


JOBS = [Job("statistics.keep", "* * * * *", _keep), Job("statistics.recount", "40 2 * * *", _recount)]
