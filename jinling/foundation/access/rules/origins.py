"""Origins of pages (scheme, host, port) that may frame the platform's."""

from __future__ import annotations

import re

# A star, a path or plain HTTP would let in more than the one site that was meant.
_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)*(?::\d{1,5})?"
)


def normal_origin(text: str) -> str:
    """The origin in the form in which browsers compare it, or "" when it is none: lower case, usual port left out."""
    origin = text.strip().lower().removesuffix("/")
    if len(origin) > 255 or not _ORIGIN.fullmatch(origin):
        return ""
    port = origin.rpartition(":")[2] if origin.count(":") == 2 else ""
    if port and not 0 < int(port) < 65536:
        return ""
    return origin.removesuffix(":443")
