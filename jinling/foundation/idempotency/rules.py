"""How idempotency says no."""

from __future__ import annotations

from jinling.kernel.outcomes import Invalid, Refused


class KeyMissing(Invalid):
    """A request that changes something must be named."""

    code = "idempotency_key_missing"
    text = "This request needs an Idempotency-Key header that is not blank."
    mend = "Send a new random key with each new request, and the same key when you repeat one."


class KeyReused(Refused):
    """The key already names another request."""

    code = "idempotency_key_reused"
    status = 422
    text = "This Idempotency-Key was used for a request with another body."
    mend = "Use a new key for a new request; send the same body again to get the first answer."


class StillRunning(Refused):
    """The first request with this key has not ended yet."""

    code = "idempotency_still_running"
    status = 409
    text = "The first request with this Idempotency-Key is still running."
    mend = "Send the same request again in a moment."
