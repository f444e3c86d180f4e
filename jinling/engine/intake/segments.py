"""Stretches of a received file, and what one file may take."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take. Bytes; ``ratio`` is unpacked size over packed size.

    How large a file may be is the site's to say (``JINLING_UPLOAD_LIMIT``); unless told, the engine has no limit.
    """

    file_bytes: int = sys.maxsize
    unpacked_bytes: int = sys.maxsize
    ratio: int = 200
    line_bytes: int = 2 * MIB
    segment_bytes: int = 24 * MIB
    child_memory: int = 2 << 30
    child_seconds: int = 900


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of rows on disk. ``first`` is the line of its first row; ``lines`` how many line ends it has.

    ``safe`` says that a row is never more than one line: no quotation marks, no lone CR. ``returns`` says that lines
    end with CR and LF; ``ascii`` that no byte is above 127. A stretch of the received file itself, which was not
    copied, has the ``size`` in bytes and the ``offset`` at which it begins; otherwise ``size`` is 0 and the segment is
    the whole of ``path``.
    """

    path: Path
    first: int
    lines: int
    numbered: bool = False
    safe: bool = True
    returns: bool = False
    ascii: bool = False
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
