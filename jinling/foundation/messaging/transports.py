"""How a notice leaves the platform: to the terminal, to a file, or by SMTP."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import send_mail

from jinling.foundation.messaging.rules import SkipReason
from jinling.kernel.identifiers import mask_mobile


class NotDeliverable(Exception):
    """This transport will never deliver to that address."""

    def __init__(self, reason: SkipReason) -> None:
        self.reason = reason
        super().__init__(reason)


class Transport(Protocol):
    """Takes one notice at a time; raises when it did not leave."""

    def send(self, *, message_id: str, address: str, subject: str, text: str, at: datetime) -> None:
        """Send one notice.

        Raises:
            NotDeliverable: it can never be sent there.
            OSError: it may be sent later.
        """


class ConsoleTransport:
    """Prints the notice for a developer; the address is masked."""

    def send(self, *, message_id: str, address: str, subject: str, text: str, at: datetime) -> None:
        """Print one line on stdout."""
        print(f"[{mask_mobile(address)}] {text}", flush=True)


class FileTransport:
    """Appends JSON lines to ``<home>/messages/<day>.jsonl``, readable by the owner only: for demo and tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, *, message_id: str, address: str, subject: str, text: str, at: datetime) -> None:
        """Append one line and have it on disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = (
            json.dumps(
                {"id": message_id, "at": at.isoformat(), "to": address, "subject": subject, "text": text},
                ensure_ascii=False,
            )
            + "\n"
        )
        descriptor = os.open(self.folder / f"{at:%Y-%m-%d}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())


class SmtpTransport:
    """Sends e-mail through the server that the settings name."""

    def send(self, *, message_id: str, address: str, subject: str, text: str, at: datetime) -> None:
        """Send one e-mail; an address without @ is not deliverable here."""
        if "@" not in address:
            raise NotDeliverable(SkipReason.NO_EMAIL)
        send_mail(subject or text[:60], text, None, [address])


@lru_cache(maxsize=1)
def transport() -> Transport:
    """The transport that ``JINLING_MESSAGING`` names.

    Raises:
        ValueError: no transport has that name.
    """
    name = settings.JINLING_MESSAGING
    if name == "console":
        return ConsoleTransport()
    if name == "file":
        return FileTransport(Path(settings.HOME) / "messages")
    if name == "smtp":
        return SmtpTransport()
    raise ValueError(f"JINLING_MESSAGING must be console, file or smtp, not {name!r}")
