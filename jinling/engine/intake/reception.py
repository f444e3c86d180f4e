"""Takes a file in: checksum, kind, encoding, and the text cut into segments that end where a row ends.

A plain segment is the sender's own text in UTF-8: every line one row. A numbered segment was written here,
cell by cell, with the line (or sheet row, or record) in front: it is what reading row by row makes of a text with
line ends inside cells or with broken rows, and what workbooks, JSON Lines and Parquet become.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from jinling.engine.intake import archives, sandbox
from jinling.engine.intake.headers import Header
from jinling.engine.intake.refusals import FileEmpty, FileTooLarge
from jinling.engine.intake.segmenting import BLOCK, Text
from jinling.engine.intake.segments import Limits, Malformed, Segment
from jinling.engine.spec import DataSet

AHEAD = 4  # blocks that may wait for the checksum


@dataclass
class Received:
    """A file as taken in."""

    sha256: str
    size: int
    kind: str
    header: Header
    segments: list[Segment] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    encoding: str = "utf-8"


def checksum(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def receive(
    path: Path,
    data_set: DataSet,
    folder: Path,
    *,
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
) -> Received:
    """Read ``path`` into segments under ``folder``.

    Args:
        progress: called with the bytes read so far.

    Raises:
        FileRefused: the file as a whole is not what it should be.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty()
    if size > limits.file_bytes:
        raise FileTooLarge(limit=limits.file_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as raw, closing(_Hashing(raw, progress)) as source:
        kind, stream = archives.opened(source, path, limits)
        if kind in ("xlsx", "parquet", "jsonl"):
            unpacked = archives.plain_copy(stream, path, folder / f"file.{kind}", limits)
            header, segments, malformed = sandbox.convert(kind, unpacked, data_set, folder, limits)
            source.drain()
            received = Received(source.hexdigest(), size, kind, header, segments, malformed)
        else:
            plain = path if stream is source else None
            header, segments, encoding = Text(data_set, folder, limits, plain).read(stream)
            source.drain()
            received = Received(source.hexdigest(), size, "csv", header, segments, encoding=encoding)
    if not received.segments and not received.malformed:
        raise FileEmpty()
    return received


class _Hashing:
    """A binary file that is hashed as it is read from front to back, each block while later ones are looked at."""

    def __init__(self, file: IO[bytes], progress: Callable[[int], None] | None) -> None:
        self._file, self._digest, self._read, self._progress = file, hashlib.sha256(), 0, progress
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._hashed: deque[Future[None]] = deque()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._hashed.append(self._pool.submit(self._digest.update, block))
        if len(self._hashed) > AHEAD:
            self._hashed.popleft().result()
        self._read += len(block)
        if self._progress:
            self._progress(self._read)
        return block

    def peek(self, size: int) -> bytes:
        """The next bytes, without taking them."""
        at = self._file.tell()
        found = self._file.read(size)
        self._file.seek(at)
        return found

    def drain(self) -> None:
        while self.read(BLOCK):
            pass

    def hexdigest(self) -> str:
        self.close()
        for one in self._hashed:
            one.result()
        return self._digest.hexdigest()

    def close(self) -> None:
        self._pool.shutdown(wait=True)
