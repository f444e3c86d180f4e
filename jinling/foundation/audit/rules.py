"""The entry's form and its hash, the check of a chain, and the heads that are signed; all without a database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jinling.kernel.actor import Actor


class Outcome(StrEnum):
    """How an act ended: done, not allowed to who asked, or refused for what it was."""

    OK = "ok"
    DENIED = "denied"
    REFUSED = "refused"


# The order in which columns are hashed; append.sql builds the same JSON array.
HASHED = (
    "lane",
    "seq",
    "micros",
    "actor_kind",
    "actor",
    "role",
    "organization",
    "purpose",
    "channel",
    "request_id",
    "action",
    "outcome",
    "patient",
    "target",
    "detail",
)


def entry_document(
    by: Actor,
    *,
    action: str,
    patient: str = "",
    target: str = "",
    outcome: str = Outcome.OK,
    organization: str = "",
    detail: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The entry as ``audit_append`` takes it: all values text, ``detail`` canonical JSON."""
    return {
        "actor_kind": by.kind,
        "actor": by.id,
        "role": by.role,
        "organization": organization or by.organization,
        "purpose": by.purpose,
        "channel": by.channel,
        "request_id": by.request_id,
        "action": action,
        "outcome": outcome,
        "patient": patient,
        "target": target,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if detail else "",
    }


_encode = json.JSONEncoder(ensure_ascii=False).encode


def chain_hash(previous: bytes, values: Sequence[int | str]) -> bytes:
    """The hash of an entry: SHA-256 over the previous hash and the JSON array of ``HASHED`` columns."""
    return hashlib.sha256(previous + _encode(list(values)).encode()).digest()


def lane_origin(lane: int) -> bytes:
    """The hash before a lane's first entry."""
    return hashlib.sha256(f"jinling audit lane {lane}".encode()).digest()


# -- the check of a chain ------------------------------------------------------------------


class FindingKind(StrEnum):
    """In what the audit does not hold."""

    CHANGED = "changed"  # an entry's content or order
    MISSING = "missing"  # an entry is gone
    BEYOND_HEAD = "beyond_head"  # an entry that the lane's head does not know
    TRUNCATED = "truncated"  # the end is gone
    REWRITTEN = "rewritten"  # a signed head tells another hash
    HEAD_FORGED = "head_forged"  # a head that was not signed by this installation
    HEAD_MISSING = "head_missing"  # a signed head that was exported or followed is gone


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the audit does not hold. ``lane`` is -1 and ``seq`` the head's number for heads themselves."""

    kind: FindingKind
    lane: int
    seq: int


class LaneCheck:
    """Recomputes one lane: feed every row in the order of ``seq``, then ask for the ``end``.

    Args:
        lane: the lane's number.
        signed: hashes that signed heads tell, by seq.
    """

    def __init__(self, lane: int, signed: Mapping[int, bytes]) -> None:
        self.lane, self.signed = lane, signed
        self.previous, self.expected = lane_origin(lane), 1
        self.findings: list[Finding] = []

    def feed(self, rows: Iterable[Sequence[Any]]) -> int:
        """Check rows of the columns ``HASHED`` and the stored hash; returns how many there were."""
        count = 0
        for row in rows:
            count += 1
            seq, stored = row[1], bytes(row[-1])
            if seq != self.expected or row[0] != self.lane:
                self.findings.append(
                    Finding(
                        FindingKind.MISSING if seq > self.expected else FindingKind.CHANGED, self.lane, self.expected
                    )
                )
            elif chain_hash(self.previous, row[:-1]) != stored:
                self.findings.append(Finding(FindingKind.CHANGED, self.lane, seq))
            if seq in self.signed and self.signed[seq] != stored:
                self.findings.append(Finding(FindingKind.REWRITTEN, self.lane, seq))
            self.previous, self.expected = stored, seq + 1
        return count

    def end(self, head_seq: int, head_hash: bytes) -> list[Finding]:
        """All findings, once the lane's head (its last seq and hash as the lane itself says) is compared."""
        last = self.expected - 1
        if last < head_seq:
            self.findings.append(Finding(FindingKind.TRUNCATED, self.lane, last + 1))
        elif last > head_seq:
            self.findings.append(Finding(FindingKind.BEYOND_HEAD, self.lane, head_seq + 1))
        elif self.previous != head_hash:
            self.findings.append(Finding(FindingKind.CHANGED, self.lane, last))
        newest = max(self.signed, default=0)
        if newest > last and not any(finding.kind == FindingKind.TRUNCATED for finding in self.findings):
            self.findings.append(Finding(FindingKind.TRUNCATED, self.lane, last + 1))
        return self.findings


# -- signed heads --------------------------------------------------------------------------

HEAD_ORIGIN = hashlib.sha256(b"jinling audit heads").digest()
_SIGNED = b"jinling audit head\n"


@dataclass(frozen=True, slots=True)
class HeadClaim:
    """What a signed head says: at ``at`` (ISO 8601, UTC) each lane stood at ``(lane, seq, hash)``; ``previous``
    is the digest of the head before it."""

    at: str
    lanes: tuple[tuple[int, int, str], ...]
    previous: str

    def document(self) -> bytes:
        """The text that is signed: canonical JSON."""
        return json.dumps(
            {"at": self.at, "lanes": [list(lane) for lane in self.lanes], "previous": self.previous},
            sort_keys=True,
            separators=(",", ":"),
        ).encode()

    def digest(self) -> bytes:
        """SHA-256 of the document: the root that stands for the whole audit up to that instant."""
        return hashlib.sha256(self.document()).digest()

    def entries(self) -> int:
        """How many entries the head covers."""
        return sum(seq for _lane, seq, _hash in self.lanes)


def sign_claim(claim: HeadClaim, *, secret: bytes) -> bytes:
    """The Ed25519 signature (64 bytes) under a secret of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(_SIGNED + claim.document())


def public_key(secret: bytes) -> bytes:
    """The 32 bytes that let anyone check the signatures."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def is_signed(claim: HeadClaim, signature: bytes, *, key: bytes) -> bool:
    """Whether the claim was signed by the owner of the public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _SIGNED + claim.document())
    except (InvalidSignature, ValueError):
        return False
    return True


def signed_hashes(claims: Iterable[HeadClaim]) -> dict[int, dict[int, bytes]]:
    """What the claims tell of each lane: ``{lane: {seq: hash}}``. A contradiction keeps the first word."""
    found: dict[int, dict[int, bytes]] = {}
    for claim in claims:
        for lane, seq, text in claim.lanes:
            if seq:
                found.setdefault(lane, {}).setdefault(seq, bytes.fromhex(text))
    return found


def root_document(claim: HeadClaim, signature: bytes, *, day: str, key: bytes) -> dict[str, Any]:
    """A day's root as it is kept outside: everything that a third party needs to check it."""
    return {
        "day": day,
        "root": claim.digest().hex(),
        "entries": claim.entries(),
        "head": json.loads(claim.document()),
        "signature": signature.hex(),
        "algorithm": "Ed25519",
        "public_key": key.hex(),
    }


def read_root(document: Mapping[str, Any]) -> tuple[HeadClaim, bytes]:
    """The claim and its signature out of a day's root.

    Raises:
        ValueError: the document is not of that form.
    """
    try:
        head = document["head"]
        claim = HeadClaim(head["at"], tuple((int(a), int(b), str(c)) for a, b, c in head["lanes"]), head["previous"])
        return claim, bytes.fromhex(document["signature"])
    except (KeyError, TypeError) as error:
        raise ValueError("not a root of the audit") from error
