"""At night all records are compared; what is certain is merged, what is likely waits for a person."""

from __future__ import annotations

from datetime import datetime

from jinling.foundation.mpi.usecases.linkage import propose
from jinling.kernel.actor import system
from jinling.kernel.sockets import Job


def _match(now: datetime) -> None:
    propose(by=system("mpi.match"))


JOBS = [Job("mpi.match", "30 2 * * *", _match)]
