"""The face of idempotency."""

from jinling.foundation.idempotency.faces import KEY, named, once_for
from jinling.foundation.idempotency.rules import KeyReused, StillRunning
from jinling.foundation.idempotency.usecases import body_hash

__all__ = ["KEY", "KeyReused", "StillRunning", "body_hash", "named", "once_for"]
