"""Sealed values: encrypted at rest, found again by a keyed index.

A sealed value says which algorithm and which key version made it, so that keys can change while old values
stay readable. It is bound to its place (the ``place`` argument): a value copied into another row or column
does not open. The index is a keyed hash under a key of its own: equal values have equal indexes, and nobody
without that key can try values against them. Keys are passed in; this module knows no files.

SM4 and SM3 are the national algorithms (GB/T 32907, GB/T 32905); a software library is not a certified product.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Algorithm = Literal["aes", "sm4"]

_MARKS: Mapping[str, int] = {"aes": 0xA1, "sm4": 0x54}
_NONCE, _TAG, _INDEX = 12, 16, 16


class SealBroken(Exception):
    """A sealed value that does not open: another key, another place, or changed bytes.

    Not a refusal: it tells of damage or tampering, never of a caller's mistake.
    """


def _derive(secret: bytes, purpose: str, size: int) -> bytes:
    """A key of its own for each purpose (HKDF-SHA256, RFC 5869, one block)."""
    extracted = hmac.digest(b"jinling sealing", secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")[:size]


class Keyring:
    """The keys of an installation: sealing keys and index keys by version, the highest version in use.

    Args:
        keys: secrets of at least 32 bytes by version (1 to 65535); old versions only open.
        index_keys: secrets of at least 32 bytes by version (1 to 127), unrelated to ``keys``.
        algorithm: ``aes`` (AES-256-GCM, HMAC-SHA256) or ``sm4`` (SM4-GCM, HMAC-SM3) for new values.

    Raises:
        ValueError: a secret is short, a version out of range, or a secret serves both purposes.
    """

    def __init__(
        self, *, keys: Mapping[int, bytes], index_keys: Mapping[int, bytes], algorithm: Algorithm = "aes"
    ) -> None:
        if not keys or not index_keys:
            raise ValueError("a keyring needs a sealing key and an index key")
        if any(len(secret) < 32 for secret in (*keys.values(), *index_keys.values())):
            raise ValueError("secrets have at least 32 bytes")
        if set(keys.values()) & set(index_keys.values()):
            raise ValueError("the index key must not be a sealing key")
        if not all(0 < version < 65536 for version in keys) or not all(0 < version < 128 for version in index_keys):
            raise ValueError("key versions count from 1 (index keys up to 127)")
        self.algorithm: Algorithm = algorithm
        self.current = max(keys)
        self._aes = {version: AESGCM(_derive(secret, f"aes {version}", 32)) for version, secret in keys.items()}
        self._sm4 = {version: algorithms.SM4(_derive(secret, f"sm4 {version}", 16)) for version, secret in keys.items()}
        # (mark, hash, key): the chosen hash under the newest key first, as new rows carry it; then the others, so
        # that rows written before a change of key or algorithm are still found.
        hashes = ("sm3", "sha256") if algorithm == "sm4" else ("sha256", "sm3")
        self._index = [
            (
                bytes([version | (0x80 if name == "sm3" else 0)]),
                name,
                _derive(index_keys[version], f"index {version}", 32),
            )
            for version in sorted(index_keys, reverse=True)
            for name in hashes
        ]
        self._head = bytes([_MARKS[algorithm]]) + self.current.to_bytes(2, "big")

    # -- sealing ---------------------------------------------------------------------------

    def seal(self, text: str, *, place: str) -> bytes:
        """Encrypt ``text`` for one place (``mpi.patient.name/<id>``). Empty text stays empty bytes."""
        if not text:
            return b""
        nonce, bound = os.urandom(_NONCE), self._head + place.encode()
        if self.algorithm == "aes":
            return self._head + nonce + self._aes[self.current].encrypt(nonce, text.encode(), bound)
        encryptor = Cipher(self._sm4[self.current], modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return self._head + nonce + body + encryptor.tag

    def open(self, sealed: bytes | memoryview, *, place: str) -> str:
        """The text that was sealed for this place.

        Raises:
            SealBroken: the key is gone, the place is another, or the bytes were changed.
        """
        token = bytes(sealed)
        if not token:
            return ""
        head, nonce, body = token[:3], token[3 : 3 + _NONCE], token[3 + _NONCE :]
        version, bound = int.from_bytes(head[1:], "big"), head + place.encode()
        if len(body) < _TAG or version not in self._aes:
            raise SealBroken("no key opens this value")
        try:
            if head[0] == _MARKS["aes"]:
                return self._aes[version].decrypt(nonce, body, bound).decode()
            if head[0] == _MARKS["sm4"]:
                decryptor = Cipher(self._sm4[version], modes.GCM(nonce, body[-_TAG:])).decryptor()
                decryptor.authenticate_additional_data(bound)
                return (decryptor.update(body[:-_TAG]) + decryptor.finalize()).decode()
        except InvalidTag:
            raise SealBroken("the value was changed or stands in another place") from None
        raise SealBroken("no key opens this value")

    def is_current(self, sealed: bytes | memoryview) -> bool:
        """Whether the value was made with the newest key and the chosen algorithm (or is empty)."""
        return len(sealed) == 0 or bytes(sealed[:3]) == self._head

    def reseal(self, sealed: bytes | memoryview, *, place: str) -> bytes:
        """The same text under the newest key; a current value comes back unchanged.

        Raises:
            SealBroken: the value does not open.
        """
        return bytes(sealed) if self.is_current(sealed) else self.seal(self.open(sealed, place=place), place=place)

    # -- index -----------------------------------------------------------------------------

    def index(self, value: str, *, space: str) -> bytes:
        """The keyed index of a normalised value: 17 bytes, the first tells key version and hash.

        ``space`` keeps equal values of unlike kinds apart (``resident_id``, ``mobile``). Empty stays empty.
        """
        if not value:
            return b""
        mark, name, key = self._index[0]
        return mark + hmac.digest(key, f"{space}\x1f{value}".encode(), name)[:_INDEX]

    def indexes(self, value: str, *, space: str) -> list[bytes]:
        """The indexes under every key version and hash, the current one first: what a search looks for."""
        if not value:
            return []
        message = f"{space}\x1f{value}".encode()
        return [mark + hmac.digest(key, message, name)[:_INDEX] for mark, name, key in self._index]

    def is_current_index(self, index: bytes | memoryview) -> bool:
        """Whether the index was made with the newest index key (or is empty)."""
        return len(index) == 0 or bytes(index[:1]) == self._index[0][0]


def keyring(config: Mapping[str, Any]) -> Keyring:
    """The keyring of an installation's configuration: ``keys``, ``index_keys`` and ``algorithm``.

    Raises:
        ValueError: the configuration makes no sound keyring.
    """
    return Keyring(keys=config["keys"], index_keys=config["index_keys"], algorithm=config.get("algorithm", "aes"))
