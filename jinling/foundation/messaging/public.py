"""The face of messaging."""

from jinling.foundation.messaging.queries import counts
from jinling.foundation.messaging.usecases import Notice, Recipient, send, send_many
from jinling.foundation.messaging.wordings import wording, wordings

__all__ = [
    "Notice",
    "Recipient",
    "counts",
    "send",
    "send_many",
    "wording",
    "wordings",
]
