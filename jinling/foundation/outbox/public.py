"""The face of the outbox."""

from jinling.foundation.outbox.queries import Backlog, backlog
from jinling.foundation.outbox.rules import event_document
from jinling.foundation.outbox.schedule import scheduled_jobs, work
from jinling.foundation.outbox.usecases import announce, announce_many, deliver, handlers, retry

__all__ = [
    "Backlog",
    "announce",
    "announce_many",
    "backlog",
    "deliver",
    "event_document",
    "handlers",
    "retry",
    "scheduled_jobs",
    "work",
]
