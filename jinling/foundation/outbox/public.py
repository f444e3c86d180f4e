"""The face of the outbox."""

from jinling.foundation.outbox.rules import event_document
from jinling.foundation.outbox.usecases import announce, announce_many, deliver, retry

__all__ = ["announce", "announce_many", "deliver", "event_document", "retry"]
