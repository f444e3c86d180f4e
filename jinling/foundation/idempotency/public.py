"""The face of idempotency."""

from jinling.foundation.idempotency.faces import KEY, KeyMissing, named, once_for
from jinling.foundation.idempotency.usecases import KeyReused, StillRunning, body_hash, once

__all__ = ["KEY", "KeyMissing", "KeyReused", "StillRunning", "body_hash", "named", "once", "once_for"]
