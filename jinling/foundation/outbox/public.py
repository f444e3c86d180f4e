"""The face of the outbox."""

from jinling.foundation.outbox.queries import backlog
from jinling.foundation.outbox.rules import event_document
from jinling.foundation.outbox.schedule import scheduled_jobs, work
from jinling.foundation.outbox.usecases import announce, announce_many, handlers

__all__ = [
    "announce",
    "announce_many",
    "backlog",
    "event_document",
    "handlers",
    "scheduled_jobs",
    "work",
]
