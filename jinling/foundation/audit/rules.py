"""The entry's form and its hash, without a database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinling.kernel.actor import Actor

# The order in which columns are hashed; append.sql builds the same JSON array.
HASHED = ("lane", "seq", "micros", "actor_kind", "actor", "role", "organization", "purpose", "channel",
          "request_id", "action", "outcome", "patient", "target", "detail")


def entry_document(by: Actor, *, action: str, patient: str = "", target: str = "", outcome: str = "ok",
                   organization: str = "", detail: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The entry as ``audit_append`` takes it: all values text, ``detail`` canonical JSON."""
    return {
        "actor_kind": by.kind, "actor": by.id, "role": by.role, "organization": organization or by.organization,
        "purpose": by.purpose, "channel": by.channel, "request_id": by.request_id, "action": action,
        "outcome": outcome, "patient": patient, "target": target,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if detail else "",
    }


def chain_hash(previous: bytes, values: Sequence[int | str]) -> bytes:
    """The hash of an entry: SHA-256 over the previous hash and the JSON array of ``HASHED`` columns."""
    return hashlib.sha256(previous + json.dumps(list(values), ensure_ascii=False).encode()).digest()


def lane_origin(lane: int) -> bytes:
    """The hash before a lane's first entry."""
    return hashlib.sha256(f"jinling audit lane {lane}".encode()).digest()
