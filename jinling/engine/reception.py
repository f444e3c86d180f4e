"""Takes a file in: checksum, kind, encoding, and the text cut into segments that end where a row ends.

A plain segment is the sender's own text in UTF-8: every line one row. A numbered segment was written here,
cell by cell, with the line (or sheet row, or record) in front: it is what careful reading makes of a text with
line ends inside cells or with broken rows, and what workbooks, JSON Lines and Parquet become.
"""

from __future__ import annotations

import codecs
import hashlib
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from jinling.engine import archives
from jinling.engine.headers import Header, resolve_line
from jinling.engine.refusals import (
    EncodingUnknown,
    FileEmpty,
    FileTooLarge,
    KindUnknown,
    LineTooLong,
    NulInText,
)
from jinling.engine.spec import DataSet

BLOCK = 4 << 20
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
            from jinling.engine import child

            unpacked = archives.plain_copy(stream, path, folder / f"file.{kind}", limits)
            header, segments, malformed = child.convert(kind, unpacked, data_set, folder, limits)
            source.drain()
            received = Received(source.hexdigest(), size, kind, header, segments, malformed)
        else:
            plain = path if stream is source else None
            received = _Text(data_set, folder, limits, plain).read(stream)
            source.drain()
            received.sha256, received.size = source.hexdigest(), size
    if not received.segments and not received.malformed:
        raise FileEmpty()
    return received


class _Hashing:
    """A binary file that is hashed as it is read from front to back, each block while the next is looked at."""

    def __init__(self, file: IO[bytes], progress: Callable[[int], None] | None) -> None:
        self._file, self._digest, self._read, self._progress = file, hashlib.sha256(), 0, progress
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._hashed: Future[None] | None = None

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if self._hashed is not None:
            self._hashed.result()
        self._hashed = self._pool.submit(self._digest.update, block)
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
        return self._digest.hexdigest()

    def close(self) -> None:
        self._pool.shutdown(wait=True)


class _Text:
    """Cuts delimited text into plain segments; ``plain`` is the received file where its bytes are the text itself."""

    def __init__(self, data_set: DataSet, folder: Path, limits: Limits, plain: Path | None) -> None:
        self._data_set, self._folder, self._limits, self._plain = data_set, folder, limits, plain
        self._segments: list[Segment] = []
        self._line = 1
        self._encoding = ""

    def read(self, stream: IO[bytes] | _Hashing) -> Received:
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
        return Received("", 0, "csv", header, self._segments, encoding=self._encoding or "ascii")

    def _decoded(self, stream: IO[bytes] | _Hashing) -> Iterator[bytes]:
        """Blocks of UTF-8. The first bytes above 127 decide between UTF-8 and GB 18030."""
        decoder: codecs.IncrementalDecoder | None = None
        first, lines = True, 1
        while block := stream.read(BLOCK):
            if first:
                if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    raise EncodingUnknown()
                first = False
            if b"\0" in block:
                raise NulInText(line=lines + block.count(b"\n", 0, block.find(b"\0")))
            lines += block.count(b"\n")
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

    def _cut(self, rest: bytes, blocks: Iterator[bytes], at: int) -> None:
        """Fill segment after segment; each ends at a line end outside quotation marks."""
        current: _Open | None = None
        for block in itertools.chain([rest], blocks):
            if current is not None and self._plain is None:
                current.own()  # the text is no longer the file's own bytes
            while block:
                current = current or _Open(self._folder, f"segment-{len(self._segments):05}", self._plain, at)
                if current.size + len(block) < self._limits.segment_bytes:
                    current.write(block)
                    at += len(block)
                    break
                cut = current.boundary(block)
                if not cut and current.size > 4 * self._limits.segment_bytes:
                    # No row ends here: an open quotation mark or one endless line. Careful reading will name it.
                    cut = block.rfind(b"\n") + 1
                    if not cut and current.lines == 0:
                        raise LineTooLong(line=self._line, limit=self._limits.line_bytes)
                if not cut:
                    current.write(block)
                    at += len(block)
                    break
                current.write(block[:cut] if cut < len(block) else block)
                self._close(current)
                current, block = None, block[cut:]
                at += cut
        if current is not None:
            self._close(current)

    def _close(self, current: _Open) -> None:
        done = current.closed(self._line)
        if done is not None:
            self._segments.append(done)
            self._line += done.lines


class _Open:
    """A plain segment being gathered, with what must be known of its text.

    Text that stands in the received file byte for byte is not copied (``plain``, from ``at`` on), unless the segment
    turns out to need careful reading.
    """

    def __init__(self, folder: Path, name: str, plain: Path | None, at: int) -> None:
        self._folder, self._name, self._plain, self._at = folder, name, plain, at
        self._path = folder / f"{name}.csv"
        self._file: IO[bytes] | None = None if plain else self._path.open("wb")
        self.size = self.lines = 0
        self._marks = self._returns = self._pairs = 0
        self._filled = False
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
            lines = self.lines + torn
            return Segment(
                self._plain, first, lines, safe=True, returns=returns, offset=self._at, size=self.size, name=self._name
            )
        self.own()
        assert self._file is not None
        if torn:
            self._file.write(b"\n")
            self.lines += 1
        self._file.close()
        return Segment(self._path, first, self.lines, safe=safe, returns=returns)


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


def kind_of(head: bytes) -> str:
    """What a file is by its first bytes: gzip, zip, parquet, jsonl or csv.

    Raises:
        KindUnknown: the bytes belong to something else that has a name.
    """
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    if head[:4] == b"PAR1":
        return "parquet"
    for mark, name in _OTHERS.items():
        if head.startswith(mark):
            raise KindUnknown(found=name)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return "jsonl"
    return "csv"


_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (XLS)",
    b"%PDF": "PDF",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"<?xml": "XML",
    b"<html": "a web page",
    b"<!DOC": "a web page",
    b"ARROW1": "an Arrow file",
    b"PARE": "encrypted Parquet",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"[": "a JSON array",
}
