"""What a file is by its first bytes."""

from __future__ import annotations

from jinling.engine.intake.refusals import KindUnknown

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
