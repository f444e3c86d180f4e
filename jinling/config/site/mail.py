"""The mail server that notices leave through."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit


def mail_settings(address: str) -> dict[str, Any]:
    """Django's ``EMAIL_…`` settings for ``smtps://user:password@host:465`` or ``smtp://…:587`` (STARTTLS).

    Port 25 speaks plainly: for a relay on the machine itself.

    Raises:
        ValueError: another scheme, or no host.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("JINLING_SMTP must read smtps://user:password@host:465 or smtp://user:password@host:587")
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and port != 25,
        "EMAIL_TIMEOUT": 10,
    }
