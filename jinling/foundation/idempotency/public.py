"""The face of idempotency."""

from jinling.foundation.idempotency.usecases import KeyReused, StillRunning, body_hash, once

__all__ = ["KeyReused", "StillRunning", "body_hash", "once"]
