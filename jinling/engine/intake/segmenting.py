"""Delimited text cut into segments that end where a row ends."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from jinling.engine.intake.headers import Header, resolve_line
from jinling.engine.intake.refusals import EncodingUnknown, FileEmpty, LineTooLong, NulInText
from jinling.engine.intake.segments import Limits, Segment
from jinling.engine.spec import DataSet

BLOCK = 4 << 20


class Stream(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""


class Text:
    """Cuts delimited text into plain segments; ``plain`` is the received file where its bytes are the text itself."""

    def __init__(self, data_set: DataSet, folder: Path, limits: Limits, plain: Path | None) -> None:
        self._data_set, self._folder, self._limits, self._plain = data_set, folder, limits, plain
        self._segments: list[Segment] = []
        self._line = 1
        self._current: _Open | None = None
        self._encoding = ""

    def read(self, stream: Stream) -> tuple[Header, list[Segment], str]:
        """Read to the end.

        Returns:
            The header, the segments, and the encoding (ascii, utf-8 or gb18030).

        Raises:
            FileRefused: the text is not one that can be read row by row.
        """
        blocks = self._decoded(stream)
        head = b""
        for block in blocks:
            head += block
            if b"\n" in head or len(head) > self._limits.line_bytes:
                break
        at = 0  # where in the received file the text stands that is cut next
        if head.startswith(codecs.BOM_UTF8):
            head, at = head[3:], 3
        if not head.strip():
            raise FileEmpty()
        end = head.find(b"\n")
        if end < 0 and b"\r" in head:
            # Line ends of an old Macintosh: the whole text is one line of ours.
            raise (
                LineTooLong(line=1, limit=self._limits.line_bytes)
                if len(head) > self._limits.line_bytes
                else FileEmpty(mend="Save the file with line feeds as line ends.")
            )
        if end < 0 and len(head) > self._limits.line_bytes:
            raise LineTooLong(line=1, limit=self._limits.line_bytes)
        line, rest = (head, b"") if end < 0 else (head[:end], head[end + 1 :])
        header = resolve_line(line.decode("utf-8", "replace").rstrip("\r"), self._data_set)
        self._line = 2
        self._cut(rest, blocks, at + len(line) + 1)
        return header, self._segments, self._encoding or "ascii"

    def _decoded(self, stream: Stream) -> Iterator[bytes]:
        """Blocks of UTF-8. The first bytes above 127 decide between UTF-8 and GB 18030."""
        decoder: codecs.IncrementalDecoder | None = None
        first = True
        while block := stream.read(BLOCK):
            if first:
                if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    raise EncodingUnknown()
                first = False
            if b"\0" in block:
                raise NulInText(line=self._reached + block.count(b"\n", 0, block.find(b"\0")))
            if not self._encoding and not block.isascii():
                self._encoding = _encoding_of(block)
                if self._encoding == "gb18030":
                    self._plain = None
                    decoder = codecs.getincrementaldecoder("gb18030")("strict")
            if decoder is not None:
                try:
                    block = decoder.decode(block).encode("utf-8")
                except UnicodeDecodeError:
                    raise EncodingUnknown() from None
            yield block
        if decoder is not None:
            try:
                yield decoder.decode(b"", True).encode("utf-8")
            except UnicodeDecodeError:
                raise EncodingUnknown() from None

    @property
    def _reached(self) -> int:
        """The line that the next block begins in: what came before has been cut by then."""
        return self._line + (self._current.lines if self._current else 0)

    def _cut(self, rest: bytes, blocks: Iterator[bytes], at: int) -> None:
        """Fill segment after segment; each ends at a line end outside quotation marks."""
        for block in itertools.chain([rest], blocks):
            if self._current is not None and self._plain is None:
                self._current.own()  # the text is no longer the file's own bytes
            while block:
                name = f"segment-{len(self._segments):05}"
                self._current = current = self._current or _Open(self._folder, name, self._plain, at)
                if current.size + len(block) < self._limits.segment_bytes:
                    current.write(block)
                    at += len(block)
                    break
                cut = current.boundary(block)
                if not cut and current.size > 4 * self._limits.segment_bytes:
                    # No row ends here: an open quotation mark or one endless line. Reading row by row will name it.
                    cut = block.rfind(b"\n") + 1
                    if not cut and current.lines == 0:
                        raise LineTooLong(line=self._line, limit=self._limits.line_bytes)
                if not cut:
                    current.write(block)
                    at += len(block)
                    break
                current.write(block[:cut] if cut < len(block) else block)
                self._close(current)
                block = block[cut:]
                at += cut
        if self._current is not None:
            self._close(self._current)

    def _close(self, current: _Open) -> None:
        done = current.closed(self._line)
        self._current = None
        self._line += done.lines if done is not None else current.lines
        if done is not None:
            self._segments.append(done)


class _Open:
    """A plain segment being gathered, with what must be known of its text.

    Text that stands in the received file byte for byte is not copied (``plain``, from ``at`` on), unless the segment
    turns out to need reading row by row.
    """

    def __init__(self, folder: Path, name: str, plain: Path | None, at: int) -> None:
        self._folder, self._name, self._plain, self._at = folder, name, plain, at
        self._path = folder / f"{name}.csv"
        self._file: IO[bytes] | None = None if plain else self._path.open("wb")
        self.size = self.lines = 0
        self._marks = self._returns = self._pairs = 0
        self._filled = False
        self._ascii = True
        self._last = b"\n"

    def write(self, block: bytes) -> None:
        """Add text and look at it once."""
        if self._file is not None:
            self._file.write(block)
        self.size += len(block)
        self.lines += block.count(b"\n")
        if b'"' in block:
            self._marks += block.count(b'"')
        if b"\r" in block or self._last == b"\r":
            self._returns += block.count(b"\r")
            self._pairs += block.count(b"\r\n") + (self._last == b"\r" and block.startswith(b"\n"))
        self._ascii = self._ascii and block.isascii()
        self._filled = self._filled or bool(block[:64].strip(b"\r\n")) or bool(block.strip(b"\r\n"))
        self._last = block[-1:] or self._last

    def own(self) -> None:
        """Copy what was gathered so far into a file of its own."""
        if self._plain is None:
            return
        held, self._plain = Segment(self._plain, 0, 0, offset=self._at, size=self.size), None
        self._file = self._path.open("wb")
        if self.size:
            self._file.write(held.text())

    def boundary(self, block: bytes) -> int:
        """The last place in a further block behind a line end before which quotation marks come in pairs; 0 if none."""
        cut = block.rfind(b"\n") + 1
        if not self._marks and b'"' not in block:
            return cut
        marks = self._marks + block.count(b'"', 0, cut)
        for _ in range(10_000):
            if marks % 2 == 0 or not cut:
                return cut
            before = block.rfind(b"\n", 0, cut - 1) + 1
            marks -= block.count(b'"', before, cut)
            cut = before
        return 0

    def closed(self, first: int) -> Segment | None:
        """The finished segment; None where it holds nothing but line ends."""
        if not self._filled:
            if self._file is not None:
                self._file.close()
                self._path.unlink()
            return None
        even = self._returns == 0 or self._returns == self.lines == self._pairs
        safe = not self._marks and even
        returns = self._returns > 0 and even
        torn = self._last != b"\n"
        if safe and self._plain is not None:
            return Segment(
                self._plain,
                first,
                self.lines + torn,
                safe=True,
                returns=returns,
                ascii=self._ascii,
                offset=self._at,
                size=self.size,
                name=self._name,
            )
        self.own()
        assert self._file is not None
        if torn:
            self._file.write(b"\n")
            self.lines += 1
        self._file.close()
        return Segment(self._path, first, self.lines, safe=safe, returns=returns, ascii=self._ascii)


def _encoding_of(block: bytes) -> str:
    """utf-8 or gb18030, judged by whole lines of the block."""
    end = block.rfind(b"\n") + 1 or len(block)
    start = block.find(b"\n") + 1 if block.find(b"\n") + 1 < end else 0
    sample = block[start:end] if not block[start:end].isascii() else block
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        # Some rows may be damaged: where few characters are lost the text is UTF-8 all the same. GB 18030 comes
        # second, because it finds characters in almost anything.
        lost = sample.decode("utf-8", "replace").count("\ufffd")
        if lost * 5 < sum(byte > 127 for byte in sample):
            return "utf-8"
    try:
        codecs.getincrementaldecoder("gb18030")("strict").decode(sample)
    except UnicodeDecodeError:
        raise EncodingUnknown() from None
    return "gb18030"
