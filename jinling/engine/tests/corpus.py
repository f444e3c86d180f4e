"""Files that hospitals really send, and files that nobody should: each with what must become of it.

``Case.expect`` is the code of a refusal, or "rows" for a file that is taken in, with how many rows are accepted and the
rules that the others break. Everything is made here, from a fixed seed; nothing is downloaded.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinling.engine.tests.making import (
    csv_of,
    encrypted_zip,
    good,
    good_parquet,
    jsonl,
    laughing,
    linked_zip,
    lying_zip,
    parquet,
    several_files,
    sheet_rows,
    shuffled_bytes,
    workbook,
    workbook_bomb,
    workbook_with,
    wrong_crc,
    zipped,
)
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
    # -- more of what spreadsheets, exports and strangers do ---------------------------------------
    Case("utf16_without_a_mark", lambda: csv_of(*good()).decode().encode("utf-16-be"), "nul_in_text"),
    Case("utf16_big_endian", lambda: b"\xfe\xff" + csv_of(*good()).decode().encode("utf-16-be"), "encoding_unknown"),
    Case("utf32", lambda: csv_of(*good()).decode().encode("utf-32"), "encoding_unknown"),
    Case(
        "lone_surrogates_in_utf8",
        lambda: csv_of(*good(40), *good(1, ID="77", NAME="Q")).replace(b",Q,", b",\xed\xa0\x80,"),
        "rows",
        40,
        R("row_encoding"),
    ),
    Case(
        "citizen_numbers_ending_in_zeros",
        lambda: csv_of(*good(2), *good(1, ID="7", CITIZEN="110105194912310000")),
        "rows",
        2,
        R("check_digit"),
    ),
    Case("keys_in_powers_of_ten", lambda: csv_of(*good(2), *good(1, ID="4.26E+11")), "rows", 2, R("damaged")),
    Case("decimal_commas", lambda: csv_of(*good(2), *good(1, ID="7", PRICE="12,50")), "rows", 2, R("format")),
    Case("thousands_marked", lambda: csv_of(*good(2), *good(1, ID="7", AGE="1,036")), "rows", 2, R("format")),
    Case("huge_numbers", lambda: csv_of(*good(2), *good(1, ID="7", PRICE="9" * 400)), "rows", 2, R("format")),
    Case("numbers_that_are_none", lambda: csv_of(*good(2), *good(1, ID="7", AGE="NaN")), "rows", 2, R("format")),
    Case("right_to_left_marks", lambda: csv_of(*good(2), *good(1, ID="7", SEX="\u202e2")), "rows", 2, R("values")),
    Case(
        "a_row_of_commas",
        lambda: csv_of(*good(2)) + b"," * (len(EVERYTHING.names) - 1) + b"\n",
        "rows",
        2,
        R("required"),
    ),
    Case(
        "header_again_in_the_middle",
        lambda: csv_of(*good(2)) + csv_of(*good(1, ID="9")),
        "rows",
        3,
        R("values", "pattern", "length", "check_digit", "format"),
    ),
    Case("two_tables_in_one_file", lambda: csv_of(*good(2)) + b"A,B,C\n1,2,3\n", "rows", 2, R("row_fields")),
    Case("sum_line_at_the_end", lambda: csv_of(*good(2)) + "合计,2\n".encode(), "rows", 2, R("row_fields")),
    Case(
        "json_lines_lone_surrogate",
        lambda: jsonl(*good(2), json.dumps({**GOOD, "ID": "7", "NAME": "\ud800"})),
        "rows",
        2,
        R("row_encoding"),
    ),
    Case("json_lines_not_a_number", lambda: jsonl(*good(2), '{"ORG": NaN}'), "rows", 2, R("row_json")),
    Case(
        "json_lines_huge_number", lambda: jsonl(*good(2), {**GOOD, "ID": "7", "AGE": 10**300}), "rows", 2, R("format")
    ),
    Case("json_lines_list", lambda: jsonl(*good(2), "[1, 2]"), "rows", 2, R("row_json")),
    Case("json_lines_gzip_cut", lambda: gzip.compress(jsonl(*good(300)))[:-9], "archive_damaged"),
    Case("gzip_with_rubbish_behind", lambda: gzip.compress(csv_of(*good())) + b"rubbish", "archive_damaged"),
    Case("zip_lies_about_its_size", lying_zip, "archive_damaged"),
    Case("zip_of_a_gzip", lambda: zipped("a.csv.gz", gzip.compress(csv_of(*good()))), "archive_contents"),
    Case("zip_of_a_program", lambda: zipped("a.exe", b"MZ" + b"\x00" * 500), "kind_unknown"),
    Case(
        "workbook_dates_as_numbers",
        lambda: workbook(sheet_rows(*good(2), *good(1, ID="7", SEEN=43221.354))),
        "rows",
        2,
        R("format"),
    ),
    Case("workbook_header_twice", lambda: workbook([[*EVERYTHING.names, "ORG"], ["x"]]), "columns_twice"),
    Case(
        "workbook_without_a_required_column", lambda: workbook([["ORG", "ID"], ["426010135", "1"]]), "columns_missing"
    ),
    Case("workbook_cut_off", lambda: workbook(sheet_rows(*good()))[:-300], "archive_damaged"),
    Case("workbook_bomb", workbook_bomb, "archive_bomb"),
    Case(
        "parquet_of_bytes_that_are_no_text",
        lambda: good_parquet(NAME=[b"\xff\xfe", b"a", b"b"]),
        "rows",
        2,
        R("row_encoding"),
    ),
    Case("parquet_without_rows", lambda: parquet({name: [] for name in EVERYTHING.names}), "file_empty"),
    Case("parquet_encrypted", lambda: b"PARE" + good_parquet()[4:-4] + b"PARE", "kind_unknown"),
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
