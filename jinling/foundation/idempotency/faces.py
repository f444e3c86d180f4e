"""What endpoints share: the header that names a request, and doing it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ninja import Header

from jinling.foundation.idempotency.rules import KeyMissing
from jinling.foundation.idempotency.usecases import once
from jinling.kernel.actor import Actor

# The parameter of an endpoint that changes something: ``key: str = idempotency.KEY``.
KEY: Any = Header(
    "", alias="Idempotency-Key", max_length=255, description="names this request; send it again with the same key"
)


def named(key: str) -> str:
    """The key, once it is there.

    Raises:
        KeyMissing: the request is not named, or by blanks.
    """
    if not key.strip():
        raise KeyMissing(where="Idempotency-Key")
    return key


def once_for(by: Actor, key: str, body: Any, run: Callable[[], Any]) -> dict[str, Any]:
    """Do a thing once for the client's key; ``run`` gives the answer that is kept, anything but a dict is kept as {}.

    Raises:
        KeyMissing, KeyReused, StillRunning, and what the thing itself refuses.
    """

    def answer() -> dict[str, Any]:
        given = run()
        return given if isinstance(given, dict) else {}

    kept: dict[str, Any] = once(client=by.id, key=named(key), body=body, run=answer)
    return kept
