"""ZIP and gzip, opened without trust: one file inside, no password, no bomb, nothing ever unpacked by its own name."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from jinling.engine.intake.refusals import ArchiveBomb, ArchiveContents, ArchiveDamaged, ArchiveEncrypted, FileRefused
from jinling.engine.intake.segments import Limits
from jinling.engine.intake.sniffing import kind_of

_BLOCK = 4 << 20
_SMALL = 16 << 20  # below this an unpacked size is harmless whatever the ratio


def opened(source: Any, path: Path, limits: Limits) -> tuple[str, Any]:
    """What the file is (csv, jsonl, xlsx, parquet) and a stream of its unpacked bytes.

    Raises:
        FileRefused: no such file, or an archive that is not taken.
    """
    kind = kind_of(source.peek(64))
    if kind == "gzip":
        stream = Guarded(gzip.GzipFile(fileobj=_Forward(source), mode="rb"), packed=path.stat().st_size, limits=limits)
        inner = kind_of(stream.peek(64))
        return _no_archive(inner), stream
    if kind == "zip":
        return _zip(path, limits)
    return kind, source


def plain_copy(stream: Any, path: Path, to: Path, limits: Limits) -> Path:
    """The unpacked bytes as a file of their own; the received file itself where it is not packed."""
    if not isinstance(stream, Guarded):
        return path
    with to.open("wb") as file:
        while block := stream.read(_BLOCK):
            file.write(block)
    if to.suffix == ".xlsx" and _zip(to, limits)[0] != "xlsx":
        raise ArchiveContents(found="an archive")
    return to


def _zip(path: Path, limits: Limits) -> tuple[str, Any]:
    try:
        archive = zipfile.ZipFile(path)
        infos = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
        names = {info.filename for info in infos}
        if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
            if sum(info.file_size for info in infos) > limits.ratio * max(path.stat().st_size, _SMALL):
                raise ArchiveBomb(limit=limits.ratio)
            return "xlsx", None
        if len(infos) != 1:
            raise ArchiveContents(found="several files" if infos else "no file")
        info = infos[0]
        if info.flag_bits & 0x1:
            raise ArchiveEncrypted()
        if info.external_attr >> 16 & 0o170000 == 0o120000:
            raise ArchiveContents(found="a link")
        if info.file_size > limits.ratio * max(info.compress_size, 1) and info.file_size > _SMALL:
            raise ArchiveBomb(limit=limits.ratio)
        stream = Guarded(archive.open(info), packed=max(info.compress_size, 1), limits=limits)
        return _no_archive(kind_of(stream.peek(64))), stream
    except FileRefused:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ArchiveDamaged(reason=_reason(error)) from None


def _no_archive(kind: str) -> str:
    if kind == "gzip":
        raise ArchiveContents(found="an archive")
    return "xlsx" if kind == "zip" else kind  # a ZIP inside may be a workbook; plain_copy looks


def _reason(error: Exception) -> str:
    return type(error).__name__ if not str(error) else str(error)[:80]


class _Forward:
    """What GzipFile needs of a file that can only be read forwards."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        return bytes(self._source.read(size))

    def seek(self, at: int) -> int:
        raise OSError("only forwards")

    def seekable(self) -> bool:
        return False


class Guarded:
    """Unpacked bytes, counted: more than the limits allow is a bomb, and any decoder's complaint is damage."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, *, packed: int, limits: Limits) -> None:
        self._stream, self._limits = stream, limits
        self._most = min(limits.unpacked_bytes, max(_SMALL, limits.ratio * packed))
        self._read, self._held = 0, b""

    def peek(self, size: int) -> bytes:
        """The next bytes, without taking them."""
        if len(self._held) < size:
            self._held += self._take(size - len(self._held))
        return self._held[:size]

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty at the end."""
        if self._held:
            held, self._held = self._held, b""
            return held
        return self._take(size)

    def _take(self, size: int) -> bytes:
        try:
            block = self._stream.read(size)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise ArchiveDamaged(reason=_reason(error)) from None
        self._read += len(block)
        if self._read > self._most:
            raise ArchiveBomb(limit=self._limits.ratio)
        return block
