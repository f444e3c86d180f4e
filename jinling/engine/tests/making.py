"""How the corpus's files are made: tables, archives, workbooks, and what is done to them."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable

from jinling.engine.tests.samples import EVERYTHING, GOOD, as_csv


def good(count: int = 3, **cells: str) -> list[dict[str, str]]:
    return [{**GOOD, "ID": str(number), **cells} for number in range(1, count + 1)]


def csv_of(*rows: dict[str, str], **dialect) -> bytes:
    return as_csv(list(rows), **dialect)


def zipped(name: str, content: bytes, **more) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content, **more)
    return out.getvalue()


def encrypted_zip() -> bytes:
    raw = bytearray(zipped("a.csv", csv_of(*good())))
    raw[6] |= 1
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def linked_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def wrong_crc() -> bytes:
    raw = bytearray(zipped("a.csv", csv_of(*good(200))))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 16] ^= 0xFF
    raw[14] ^= 0xFF
    return bytes(raw)


def several_files() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", csv_of(*good()))
        archive.writestr("b.csv", csv_of(*good()))
    return out.getvalue()


def workbook(rows: list[list[object]], sheets: int = 1) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for number in range(sheets):
        sheet = book.add_worksheet(f"s{number}")
        if number == sheets - 1:
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


def sheet_rows(*rows: dict[str, object]) -> list[list[object]]:
    return [list(EVERYTHING.names), *([row.get(name, "") for name in EVERYTHING.names] for row in rows)]


def workbook_with(change: Callable[[str, bytes], bytes]) -> bytes:
    """A good workbook with its inner files changed."""
    source, out = io.BytesIO(workbook(sheet_rows(*good()))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return out.getvalue()


def laughing(name: str, content: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return content
    lines = (
        ['<!DOCTYPE w [<!ENTITY a "ha">']
        + [f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)]
        + ["]>"]
    )
    return content.replace(b"<worksheet", "".join(lines).encode() + b"<worksheet", 1).replace(
        b"<v>0</v>", b"<v>&j;</v>"
    )


def parquet(table: dict[str, list], **more) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(table), out, **more)
    return out.getvalue()


def good_parquet(**cells: list) -> bytes:
    base: dict[str, list] = {name: [row[name] for row in good()] for name in GOOD}
    return parquet({**base, **cells})


def jsonl(*lines: object) -> bytes:
    return "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines).encode()


def shuffled_bytes() -> bytes:
    source = random.Random(7)
    return bytes(source.randrange(128, 256) for _ in range(4000))


def lying_zip() -> bytes:
    """An archive that says that a large file unpacks to ten bytes."""
    raw = bytearray(zipped("a.csv", csv_of(*good(2000))))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = raw[22:26] = struct.pack("<I", 10)
    return bytes(raw)


def workbook_bomb() -> bytes:
    """A workbook that says of one of its sheets that it is four gigabytes large."""
    raw = bytearray(workbook(sheet_rows(*good())))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(raw)
