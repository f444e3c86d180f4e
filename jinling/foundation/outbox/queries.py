"""Reads of the outbox: how much waits."""

from __future__ import annotations

from dataclasses import dataclass

from jinling.foundation.outbox.models import Event, Failure


@dataclass(frozen=True, slots=True)
class Backlog:
    """Events not yet delivered; deliveries that failed and will be tried again; those that wait for a person."""

    waiting: int
    failed: int
    given_up: int


def backlog() -> Backlog:
    """Count what waits, by the partial index: cheap however long the log of events is."""
    given_up = Failure.objects.filter(next_try_at__isnull=True).count()
    return Backlog(
        waiting=Event.objects.filter(delivered_at__isnull=True).count(),
        failed=Failure.objects.count() - given_up,
        given_up=given_up,
    )
