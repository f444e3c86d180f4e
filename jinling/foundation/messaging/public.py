"""The face of messaging."""

from jinling.foundation.messaging.queries import counts
from jinling.foundation.messaging.usecases import MissingField, Notice, Recipient, send, send_many, send_waiting
from jinling.foundation.messaging.wordings import UnknownTemplate, wordings

__all__ = [
    "MissingField",
    "Notice",
    "Recipient",
    "UnknownTemplate",
    "counts",
    "send",
    "send_many",
    "send_waiting",
    "wordings",
]
