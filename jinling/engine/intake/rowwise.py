"""Reads delimited text row by row where a reader of whole columns must not be trusted: quotation marks with line
ends inside, rows with too few or too many cells, damaged characters. Slow and exact: about a second for a million rows.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinling.engine.intake.headers import Header
from jinling.engine.intake.numbered import NumberedWriter
from jinling.engine.intake.refusals import LineTooLong, QuoteUnclosed
from jinling.engine.intake.segments import Limits, Malformed, Segment

KEPT_TEXT = 4000  # characters of a malformed row that are kept for its owner


def reread(segment: Segment, header: Header, folder: Path, limits: Limits) -> tuple[list[Segment], list[Malformed]]:
    """A plain segment as numbered ones, and the rows that have no cells to speak of.

    Raises:
        QuoteUnclosed: a quotation mark swallows the rest of the segment.
        LineTooLong: a line longer than any row.
    """
    malformed: list[Malformed] = []
    width = len(header.names)
    csv.field_size_limit(limits.line_bytes)
    lines = _Lines(segment, limits, malformed)
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    with NumberedWriter(folder, f"{segment.stem}-rowwise", limits.segment_bytes) as writer:
        while True:
            start = lines.line
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if "unexpected end of data" in str(error):
                    raise QuoteUnclosed(line=start) from None
                malformed.append(Malformed(start, "row_quotes", lines.last[:KEPT_TEXT]))
                continue
            if not any(cells) and len(cells) <= 1:
                continue  # an empty line is no row
            if len(cells) != width:
                malformed.append(Malformed(start, "row_fields", header.delimiter.join(cells)[:KEPT_TEXT]))
                continue
            writer.row(start, cells)
    return writer.segments, malformed


class _Lines:
    """The lines of a segment as text, with their numbers; a line that is not UTF-8 is set aside."""

    def __init__(self, segment: Segment, limits: Limits, malformed: list[Malformed]) -> None:
        self._segment, self._limits, self._malformed = segment, limits, malformed
        self.line, self.last = segment.first, ""
        self._lines = self._read()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._lines)

    def _read(self) -> Iterator[str]:
        with self._segment.path.open("rb") as file:
            file.seek(self._segment.offset)
            lines = itertools.islice(file, self._segment.lines) if self._segment.size else file
            for at, raw in enumerate(lines, start=self._segment.first):
                if len(raw) > self._limits.line_bytes:
                    raise LineTooLong(line=at, limit=self._limits.line_bytes)
                self.line = at + 1
                try:
                    self.last = raw.decode("utf-8")
                except UnicodeDecodeError:
                    self._malformed.append(Malformed(at, "row_encoding", raw.decode("utf-8", "replace")[:KEPT_TEXT]))
                    continue
                if not self.last.strip("\r\n"):
                    yield "\n"
                    continue
                yield self.last


def picked(segment: Segment, header: Header, rows: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """The cells of some rows of a segment; ``rows`` ascend."""
    csv.field_size_limit(1 << 30)
    if segment.numbered:
        wanted = set(rows)
        with segment.path.open(encoding="utf-8", newline="") as file:
            for cells in csv.reader(file):
                if int(cells[0]) in wanted:
                    yield int(cells[0]), cells[1:]
        return
    lines = segment.text().split(b"\n")
    picked = (lines[row - segment.first].decode("utf-8").removesuffix("\r") for row in rows)
    yield from zip(rows, csv.reader(picked, delimiter=header.delimiter), strict=True)
