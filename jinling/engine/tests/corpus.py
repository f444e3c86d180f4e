"""Files that hospitals really send, and files that nobody should: each with what must become of it.

``Case.expect`` is the code of a refusal, or "rows" for a file that is taken in, with how many rows are accepted and the
rules that the others break. Everything is made here, from a fixed seed; nothing is downloaded.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinling.engine.tests.samples import EVERYTHING, GOOD, as_csv

HEADER = ",".join(EVERYTHING.names)


@dataclass(frozen=True)
class Case:
    """One file: its name, its bytes, and what becomes of it."""

    name: str
    make: Callable[[], bytes]
    expect: str
    accepted: int = 0
    rules: frozenset[str] = field(default_factory=frozenset)


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


def R(*rules: str) -> frozenset[str]:
    return frozenset(rules)


GBK = csv_of(*good(NAME="欧阳娜娜")).decode().encode("gb18030")

CASES: tuple[Case, ...] = (
    # -- nothing, or something else ------------------------------------------------------------
    Case("empty", lambda: b"", "file_empty"),
    Case("blank", lambda: b"\r\n\r\n  \r\n", "file_empty"),
    Case("only_a_bom", lambda: b"\xef\xbb\xbf", "file_empty"),
    Case("header_alone", lambda: HEADER.encode() + b"\n", "file_empty"),
    Case("program", lambda: b"MZ\x90\x00" + b"\x00" * 200, "kind_unknown"),
    Case("elf", lambda: b"\x7fELF" + b"\x01" * 200, "kind_unknown"),
    Case("old_excel", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "kind_unknown"),
    Case("pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\n", "kind_unknown"),
    Case("picture", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "kind_unknown"),
    Case("web_page", lambda: b"<html><body><table><tr><td>ORG</td></tr></table></body></html>", "kind_unknown"),
    Case("xml", lambda: b'<?xml version="1.0"?><rows/>', "kind_unknown"),
    Case("seven_zip", lambda: b"7z\xbc\xaf\x27\x1c" + b"\x00" * 50, "kind_unknown"),
    Case("rar", lambda: b"Rar!\x1a\x07\x00" + b"\x00" * 50, "kind_unknown"),
    Case("json_array", lambda: b'[{"ORG": "1"}]', "kind_unknown"),
    Case("noise", shuffled_bytes, "encoding_unknown"),
    Case("nul_in_the_middle", lambda: csv_of(*good()).replace(b"083000", b"0830\x000", 1), "nul_in_text"),
    Case("utf16", lambda: csv_of(*good()).decode().encode("utf-16"), "encoding_unknown"),
    # -- headers -----------------------------------------------------------------------------
    Case("no_header", lambda: csv_of(*good()).split(b"\n", 1)[1], "header_missing"),
    Case("another_tables_header", lambda: b"A,B,C\n1,2,3\n", "header_missing"),
    Case(
        "header_lacks_a_required_column",
        lambda: as_csv(good(), names=tuple(n for n in EVERYTHING.names if n != "SEEN")),
        "columns_missing",
    ),
    Case("header_names_a_stranger", lambda: csv_of(*good()).replace(b"NOTE", b"PASSWORD", 1), "columns_unknown"),
    Case("header_names_one_twice", lambda: csv_of(*good()).replace(b"OTHER", b"WORD", 1), "columns_twice"),
    Case("header_in_another_order", lambda: as_csv(good(), names=tuple(reversed(EVERYTHING.names))), "rows", 3),
    Case(
        "header_with_titles",
        lambda: csv_of(*good()).replace(HEADER.encode(), ",".join(f"T-{n}" for n in EVERYTHING.names).encode()),
        "rows",
        3,
    ),
    Case(
        "header_with_zero_width_blanks",
        lambda: csv_of(*good()).replace(b"ORG", "\u200bORG\ufeff".encode(), 1),
        "rows",
        3,
    ),
    Case("header_in_full_width", lambda: csv_of(*good()).replace(b"ORG", "ＯＲＧ".encode(), 1), "rows", 3),
    Case("header_lies", lambda: csv_of(*good()).replace(b"ID,NAME", b"NAME,ID", 1), "rows", 3),
    Case("optional_column_left_out", lambda: as_csv(good(), names=("ORG", "ID", "NAME", "SEEN")), "rows", 3),
    Case(
        "hundred_thousand_columns", lambda: b",".join(b"X%d" % n for n in range(100_000)) + b"\n1\n", "header_missing"
    ),
    # -- delimited text -----------------------------------------------------------------------
    Case("utf8_bom", lambda: b"\xef\xbb\xbf" + csv_of(*good()), "rows", 3),
    Case("gb18030", lambda: GBK, "rows", 3),
    Case("gb18030_four_bytes", lambda: csv_of(*good(NAME="𠮷㛃")).decode().encode("gb18030"), "rows", 3),
    Case("crlf", lambda: csv_of(*good(), lineterminator="\r\n"), "rows", 3),
    Case("mixed_line_ends", lambda: csv_of(*good()).replace(b"\n", b"\r\n", 2), "rows", 3),
    Case("old_macintosh", lambda: csv_of(*good(), lineterminator="\r"), "file_empty"),
    Case("tabs", lambda: csv_of(*good(), delimiter="\t"), "rows", 3),
    Case("pipes", lambda: csv_of(*good(), delimiter="|"), "rows", 3),
    Case("semicolons", lambda: csv_of(*good(), delimiter=";"), "rows", 3),
    Case("everything_quoted", lambda: csv_of(*good(), quoting=1), "rows", 3),
    Case("line_end_inside_quotes", lambda: csv_of(*good(NOTE="one\ntwo\r\nthree")), "rows", 3),
    Case("quotes_inside_quotes", lambda: csv_of(*good(NOTE='he said "no"')), "rows", 3),
    Case("no_last_line_end", lambda: csv_of(*good()).rstrip(b"\n"), "rows", 3),
    Case("empty_lines_between", lambda: csv_of(*good()).replace(b"\n", b"\n\n"), "rows", 3),
    Case("unclosed_quote", lambda: csv_of(*good()) + b'426010135,9,"' + b"x,y\n" * 50, "quote_unclosed"),
    Case("stray_quote", lambda: csv_of(*good()) + b'426010135,9,"a"b' + b"," * 20 + b"\n", "rows", 3, R("row_quotes")),
    Case("row_too_short", lambda: csv_of(*good()) + b"426010135,9,x\n", "rows", 3, R("row_fields")),
    Case(
        "row_too_long",
        lambda: csv_of(*good()) + csv_of(*good(1)).split(b"\n")[1] + b",more\n",
        "rows",
        3,
        R("row_fields"),
    ),
    Case("cut_off_in_a_row", lambda: csv_of(*good())[:-14], "rows", 2, R("row_fields")),
    Case(
        "one_line_in_another_encoding",
        lambda: (
            csv_of(*good(40))
            + csv_of({**GOOD, "ID": "99", "NAME": "赵六"}).split(b"\n", 1)[1].decode().encode("gb18030")
        ),
        "rows",
        40,
        R("row_encoding"),
    ),
    Case(
        "shifted_columns",
        lambda: csv_of(*good()).replace("426010135,2,张三,,".encode(), "426010135,2,,张三,".encode()),
        "rows",
        2,
        R("required", "values"),
    ),
    Case("another_institutions_rows", lambda: csv_of(*good(), {**GOOD, "ORG": "999"}), "rows", 3, R("institution")),
    Case("endless_line", lambda: HEADER.encode() + b"\n" + b"x" * 3_000_000 + b"\n", "line_too_long"),
    Case(
        "rounded_citizen_numbers",
        lambda: csv_of(*good(2), *good(1, ID="7", CITIZEN="3.20106E+17")),
        "rows",
        2,
        R("damaged", "check_digit"),
    ),
    Case("lost_zeros", lambda: csv_of(*good(2), *good(1, ID="7", KIND="1")), "rows", 2, R("values")),
    Case("serial_dates", lambda: csv_of(*good(2), *good(1, ID="7", SEEN="43221.354")), "rows", 2, R("format")),
    Case(
        "dates_that_are_none",
        lambda: csv_of(
            *[
                {**GOOD, "ID": str(n), "BORN": day}
                for n, day in enumerate(["20180230", "00000000", "19000229", "2018/05/01", "107-05-01", "20181332"])
            ]
        ),
        "rows",
        0,
        R("format"),
    ),
    Case(
        "formulas_are_kept_as_text",
        lambda: csv_of(
            *[
                {**GOOD, "ID": str(n), "NOTE": text}
                for n, text in enumerate(["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
            ]
        ),
        "rows",
        6,
    ),
    Case("full_width_digits", lambda: csv_of(*good(2), *good(1, ID="7", AGE="３６")), "rows", 2, R("format")),
    Case("query_in_a_cell", lambda: csv_of(*good(1, NOTE="'); DROP TABLE rows; --")), "rows", 1),
    # -- archives ------------------------------------------------------------------------------
    Case("zip", lambda: zipped("a.csv", csv_of(*good())), "rows", 3),
    Case("gzip", lambda: gzip.compress(csv_of(*good())), "rows", 3),
    Case("zip_of_gb18030", lambda: zipped("表.csv", GBK), "rows", 3),
    Case("zip_of_a_workbook", lambda: zipped("a.xlsx", workbook(sheet_rows(*good()))), "rows", 3),
    Case("zip_with_a_path_upwards", lambda: zipped("../../etc/cron.d/x", csv_of(*good())), "rows", 3),
    Case("zip_with_an_absolute_path", lambda: zipped("/etc/passwd", csv_of(*good())), "rows", 3),
    Case("zip_of_several", several_files, "archive_contents"),
    Case("zip_of_a_zip", lambda: zipped("a.zip", zipped("a.csv", csv_of(*good()))), "archive_contents"),
    Case("zip_of_a_link", linked_zip, "archive_contents"),
    Case("zip_encrypted", encrypted_zip, "archive_encrypted"),
    Case("zip_wrong_checksum", wrong_crc, "archive_damaged"),
    Case("zip_cut_off", lambda: zipped("a.csv", csv_of(*good()))[:-30], "archive_damaged"),
    Case("zip_empty", lambda: b"PK\x05\x06" + b"\x00" * 18, "archive_contents"),
    Case("zip_bomb", lambda: zipped("a.csv", b"\n" * 60_000_000), "archive_bomb"),
    Case("gzip_bomb", lambda: gzip.compress(HEADER.encode() + b"\n" + b"x" * 60_000_000), "archive_bomb"),
    Case("gzip_cut_off", lambda: gzip.compress(csv_of(*good(500)))[:-20], "archive_damaged"),
    Case("gzip_wrong_checksum", lambda: gzip.compress(csv_of(*good()))[:-8] + b"\x00" * 8, "archive_damaged"),
    Case("gzip_of_gzip", lambda: gzip.compress(gzip.compress(csv_of(*good()))), "archive_contents"),
    # -- workbooks ----------------------------------------------------------------------------
    Case("workbook", lambda: workbook(sheet_rows(*good())), "rows", 3),
    Case("workbook_second_sheet", lambda: workbook(sheet_rows(*good()), sheets=2), "rows", 3),
    Case("workbook_with_numbers", lambda: workbook(sheet_rows(*good(2, AGE=36, PRICE=12.5))), "rows", 2),
    Case(
        "workbook_rounded_citizen_number",
        lambda: workbook(sheet_rows(*good(1, CITIZEN=320106199001010014.0), *good(1, ID="5"))),
        "rows",
        1,
        R("damaged", "check_digit"),
    ),
    Case("workbook_without_rows", lambda: workbook([[]]), "file_empty"),
    Case("workbook_wrong_header", lambda: workbook([["A", "B"], [1, 2]]), "header_missing"),
    Case("workbook_billion_laughs", lambda: workbook_with(laughing), "workbook_unreadable"),
    Case(
        "workbook_torn_sheet",
        lambda: workbook_with(lambda name, text: text[:400] if name.endswith("sheet1.xml") else text),
        "workbook_unreadable",
    ),
    Case(
        "workbook_lies_about_its_size",
        lambda: workbook_with(lambda name, text: text.replace(b'ref="A1:W4"', b'ref="A1:XFD1048576"')),
        "rows",
        3,
    ),
    # -- JSON lines ----------------------------------------------------------------------------
    Case("json_lines", lambda: jsonl(*good()), "rows", 3),
    Case("json_lines_with_numbers", lambda: jsonl({**GOOD, "AGE": 36, "PRICE": 12.50, "NOTE": None}), "rows", 1),
    Case("json_lines_torn", lambda: jsonl(*good(2), '{"ORG": "426010135", "ID'), "rows", 2, R("row_json")),
    Case("json_lines_nested", lambda: jsonl(*good(2), {**GOOD, "NOTE": {"a": 1}}), "rows", 2, R("row_json")),
    Case("json_lines_deep", lambda: jsonl(*good(2), '{"ORG": ' + "[" * 100_000), "rows", 2, R("row_json")),
    Case("json_lines_stranger", lambda: jsonl({**GOOD, "PASSWORD": "x"}), "columns_unknown"),
    Case("json_lines_no_columns", lambda: jsonl({"a": 1}), "header_missing"),
    # -- Parquet -----------------------------------------------------------------------------
    Case("parquet", good_parquet, "rows", 3),
    Case("parquet_typed", lambda: good_parquet(AGE=[36, None, 40]), "rows", 3),
    Case("parquet_nested", lambda: good_parquet(NOTE=[["a"], ["b"], ["c"]]), "parquet_unreadable"),
    Case("parquet_wrong_columns", lambda: parquet({"A": ["1"]}), "header_missing"),
    Case("parquet_cut_off", lambda: good_parquet()[:-6], "parquet_unreadable"),
    Case(
        "parquet_footer_lies",
        lambda: good_parquet()[:-8] + struct.pack("<I", 0xFFFFFFF0) + b"PAR1",
        "parquet_unreadable",
    ),
    Case(
        "parquet_torn_footer",
        lambda: b"PAR1" + b"\x15\x00" * 40 + struct.pack("<I", 60) + b"PAR1",
        "parquet_unreadable",
    ),
    Case("parquet_torn_pages", lambda: good_parquet()[:4] + b"\xff" * 60 + good_parquet()[64:], "parquet_unreadable"),
)


def write_all(folder: Path) -> list[Path]:
    """Every case as a file, for trying them by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for case in CASES:
        path = folder / case.name
        path.write_bytes(case.make())
        paths.append(path)
    return paths
