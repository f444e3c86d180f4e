"""Ids that sort by time of making (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, the rest random."""
    value = int.from_bytes(os.urandom(10), "big")
    millis = time.time_ns() // 1_000_000
    random_a, random_b = value >> 68, value & ((1 << 62) - 1)
    return UUID(int=(millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | (random_a & 0xFFF) << 64 | 0b10 << 62 | random_b)
