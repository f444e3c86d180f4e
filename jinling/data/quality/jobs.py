"""Scheduled work: every morning those who own a lagging upload or old rejected rows are told."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jinling.data.quality.alerting import alert
from jinling.kernel.actor import system
from jinling.kernel.sockets import Job

WATCH = system("quality.alerts", purpose="STATS")


def _alert(now: datetime) -> None:
    alert(by=WATCH, now=now or timezone.now())


JOBS = [Job("quality.alerts", "30 8 * * *", _alert)]
