"""The electronic health card: what the QR code says, and when it is good.

The text is ``JL1.<card, moment and a random number>.<seal>``, base64url. The seal is an HMAC-SHA256 under a key that
only the platform has, so a code cannot be made or altered elsewhere; the moment ends it after a minute; the random
number is written down when the code is read, so it opens once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from jinling.kernel.outcomes import Conflict, Invalid

MARK = "JL1"
LIFETIME = timedelta(seconds=60)
CLOCK_SLACK = timedelta(seconds=5)  # readers' and the platform's servers may disagree a little
LONGEST = 200


class CodeInvalid(Invalid):
    """Not one of the platform's codes, or altered."""

    code = "card_code_invalid"
    text = "This is not a valid health card code."
    mend = "Ask for the code on the holder's own phone."


class CodeExpired(Invalid):
    """Older than a minute."""

    code = "card_code_expired"
    text = "The code is older than %(seconds)s seconds."
    mend = "Ask the holder to show a new code."


class CodeUsed(Conflict):
    """Read before."""

    code = "card_code_used"
    text = "The code was read before."
    mend = "Ask the holder to show a new code."


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says: the card, the moment it was made (UTC, whole milliseconds) and its random number."""

    card: UUID
    at: datetime
    nonce: bytes

    @property
    def ends_at(self) -> datetime:
        """When the code is no longer good."""
        return self.at + LIFETIME


def write(code: Code, *, key: bytes) -> str:
    """The text for the QR code."""
    millis = int(code.at.timestamp() * 1000)
    body = code.card.bytes + millis.to_bytes(6, "big") + code.nonce
    return f"{MARK}.{_text(body)}.{_text(_seal(body, key))}"


def read(text: str, *, key: bytes, now: datetime) -> Code:
    """What a code says, if it is the platform's own and still good.

    Raises:
        CodeInvalid: another text, altered, or from the future.
        CodeExpired: older than its lifetime.
    """
    parts = text.strip().split(".") if len(text) <= LONGEST else []
    if len(parts) != 3 or parts[0] != MARK:
        raise CodeInvalid(where="code")
    body, seal = _bytes(parts[1]), _bytes(parts[2])
    if len(body) != 30 or not hmac.compare_digest(seal, _seal(body, key)):
        raise CodeInvalid(where="code")
    code = Code(
        UUID(bytes=body[:16]), datetime.fromtimestamp(int.from_bytes(body[16:22], "big") / 1000, UTC), body[22:]
    )
    if code.at > now + CLOCK_SLACK:
        raise CodeInvalid(where="code")
    if now > code.ends_at:
        raise CodeExpired(where="code", seconds=int(LIFETIME.total_seconds()))
    return code


def _seal(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"jinling card code\x1f" + body, "sha256")[:16]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if _text(raw) == text else b""  # one text a value: spare bits set would be a second spelling
