"""Heads are signed every five minutes; a day's root leaves the database soon after midnight."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from jinling.foundation.audit.usecases import export_root, sign_head
from jinling.kernel.sockets import Job


def _sign(now: datetime) -> None:
    sign_head(now=timezone.now())


def _export(now: datetime) -> None:
    export_root(timezone.localdate() - timedelta(days=1))


JOBS = [Job("audit.sign_head", "*/5 * * * *", _sign), Job("audit.export_root", "7 0 * * *", _export)]
