"""Writes numbered segments: one row number and then every cell, quoted as needed, so that nothing is ambiguous."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from jinling.engine.intake.segments import Segment


class NumberedWriter:
    """Cuts rows into numbered segments of about ``segment_bytes``. Use as a context manager."""

    def __init__(self, folder: Path, stem: str, segment_bytes: int) -> None:
        self._folder, self._stem, self._most = folder, stem, segment_bytes
        self._file: TextIO | None = None
        self._first = self._rows = 0
        self.segments: list[Segment] = []

    def __enter__(self) -> NumberedWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def row(self, number: int, cells: Sequence[str]) -> None:
        """Add one row; ``number`` is where it stands in the received file."""
        if self._file is None:
            self._path = self._folder / f"{self._stem}-{len(self.segments):05}.csv"
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            self._first, self._rows = number, 0
        self._csv.writerow([number, *cells])
        self._rows += 1
        if self._rows % 4096 == 0 and self._file.tell() >= self._most:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self.segments.append(Segment(self._path, self._first, self._rows, numbered=True, safe=False))
