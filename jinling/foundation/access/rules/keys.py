"""The form of API keys and of codes sent to mobiles."""

from __future__ import annotations

import hashlib
import re

MARK = "jl"
PREFIX_LENGTH, SECRET_LENGTH = 10, 40
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
FORM = re.compile(rf"{MARK}_([a-z2-9]{{{PREFIX_LENGTH}}})_([a-z2-9]{{{SECRET_LENGTH}}})")


def compose_key(prefix: str, secret: str) -> str:
    """The key as its holder gets it: a mark that scanners of leaked secrets can find, prefix, secret."""
    return f"{MARK}_{prefix}_{secret}"


def prefix_of(key: str) -> str:
    """The prefix of a well-formed key, else empty."""
    found = FORM.fullmatch(key)
    return found.group(1) if found else ""


def keyed_hash(text: str, *, key: bytes) -> bytes:
    """32 bytes of BLAKE2b under ``key`` (up to 64 bytes): what is kept in place of a key or code."""
    return hashlib.blake2b(text.encode(), key=key[:64], digest_size=32).digest()
