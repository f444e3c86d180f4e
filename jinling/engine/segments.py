"""Stretches of a received file, and what one file may take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take. Bytes; ``ratio`` is unpacked size over packed size."""

    file_bytes: int = 64 << 30
    unpacked_bytes: int = 128 << 30
    ratio: int = 200
    line_bytes: int = 2 * MIB
    segment_bytes: int = 48 * MIB
    child_memory: int = 2 << 30
    child_seconds: int = 900


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of rows on disk. ``first`` is the line of its first row; ``lines`` how many line ends it has.

    ``safe`` says that a row is never more than one line: no quotation marks, no lone CR. ``returns`` says that lines
    end with CR and LF. A stretch of the received file itself, which was not copied, has the ``size`` in bytes and the
    ``offset`` at which it begins; otherwise ``size`` is 0 and the segment is the whole of ``path``.
    """

    path: Path
    first: int
    lines: int
    numbered: bool = False
    safe: bool = True
    returns: bool = False
    offset: int = 0
    size: int = 0
    name: str = ""

    @property
    def stem(self) -> str:
        """What files made from the segment are called."""
        return self.name or self.path.stem

    def text(self) -> bytes:
        """All its bytes."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size or -1)

    def read_into(self, buffer: bytearray) -> int:
        """All its bytes at the beginning of a buffer, which grows as needed; how many there are."""
        size = self.size or self.path.stat().st_size
        if len(buffer) < size:
            buffer.extend(bytes(size - len(buffer)))
        with self.path.open("rb") as file, memoryview(buffer) as view:
            file.seek(self.offset)
            got = 0
            while got < size and (more := file.readinto(view[got:size])):
                got += more
        return got

    def alone(self, folder: Path) -> Segment:
        """The same rows as a file of their own."""
        if not self.size:
            return self
        path = folder / f"{self.stem}.csv"
        path.write_bytes(self.text())
        return replace(self, path=path, offset=0, size=0, name="")


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that could not be read into cells: its line, the rule it breaks, its text."""

    row: int
    rule: str
    text: str
