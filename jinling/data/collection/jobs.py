"""Scheduled work: received files are taken to their end, and the watched folder is looked through."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from jinling.data.collection.folders import sweep
from jinling.data.collection.usecases.intake import resume
from jinling.data.collection.usecases.pulling import pull_all
from jinling.data.collection.usecases.uploading import purge
from jinling.kernel.actor import system
from jinling.kernel.sockets import Job

WORKER = system("collection.worker", purpose="STATS")


def _resume(now: datetime) -> None:
    resume(by=WORKER)


def _folder(now: datetime) -> None:
    root = os.environ.get("JINLING_COLLECTION_FOLDER")
    if root and Path(root).is_dir():
        sweep(Path(root), by=WORKER)


def _databases(now: datetime) -> None:
    pull_all(by=WORKER)


def _uploads(now: datetime) -> None:
    purge()


JOBS = [
    Job("collection.process", "* * * * * */10", _resume),
    Job("collection.folder", "* * * * *", _folder),
    Job("collection.databases", "*/15 * * * *", _databases),
    Job("collection.uploads", "17 3 * * *", _uploads),
]
