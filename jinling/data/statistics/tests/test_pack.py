"""What statistics finds in a city pack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT, Spoil, swap

BUL, PRINTED = "bulletin.yaml", "reference/2021-03.json"
MISSING = "missing_figures.yaml"


def _check(folder: Path, table: str, column: str) -> None:
    side, own = f"{{table: {table}, column: {column}}}", "{table: booking_by_hospital, column: phone}"
    with (folder / BUL).open("a", encoding="utf-8") as file:
        file.write(f"checks:\n  - {{code: x, left: {own}, right: {side}, holds: equal, text: a, text_en: a}}\n")


FAULTS: list[tuple[str, Spoil, str, str]] = [
    ("no layout", lambda f: (f / BUL).unlink(), BUL, "missing_file"),
    ("no reasons", lambda f: (f / MISSING).unlink(), MISSING, "missing_file"),
    ("reason twice", swap(MISSING, "missing_figures:\n", "missing_figures:\n  - {code: silent, name: a, name_en: a}\n"),
     MISSING, "duplicate_code"),
    ("unknown column", swap(BUL, "by: total", "by: sum"), BUL, "column_unknown"),
    ("opening of no column", swap(BUL, "column: total", "column: sum"), BUL, "column_unknown"),
    ("opening of a year", swap(BUL, "opening: 1000,", "opening: 1000, over: year,"), BUL, "bad_value"),
    ("column twice", swap(BUL, "code: phone", "code: online"), BUL, "duplicate_code"),
    ("unknown row", swap(BUL, "list: [H1, H2]", "list: [H1, H7]"), BUL, "row_unknown"),
    ("unknown route", swap(BUL, "rows: organization", "rows: route"), BUL, "row_unknown"),
    ("a kind that is only a word", swap(BUL, "rows: organization", "rows: call_kind"), BUL, "bad_shape"),
    ("indicator of nobody", swap(BUL, "scheduling.bookings, sum", "scheduling.bokings, sum"), BUL, "indicator_unknown"),
    ("definition of nobody", swap(BUL, "    total: true", "    definitions: [a.b]\n    total: true"), BUL,
     "indicator_unknown"),
    ("figures of nothing", swap(BUL, "indicator: scheduling.bookings, sum", "sum"), BUL, "no_indicator"),
    ("a part that means nothing", swap(BUL, "{channel_kind: phone}", "{channel_kind: fax}"), BUL, "row_unknown"),
    ("the name of a part", swap(BUL, "{channel_kind: phone}", "{channel_kind: Telephone}"), BUL, "row_unknown"),
    ("a part that has no code", swap(BUL, "{channel_kind: phone}", "{organization: H1}"), BUL, "part_not_fixed"),
    ("rows of no choice", swap(BUL, "which: listed", "which: lsted"), BUL, "which_unknown"),
    ("rows of another's choice", swap(BUL, "which: listed", "which: in_route_table"), BUL, "which_unknown"),
    ("a group of nothing", swap(BUL, ", indicator: scheduling.bookings, sum:", ", holds: word, group: ownrship, sum:"),
     BUL, "group_unknown"),
    ("part of no key", swap(BUL, "{channel_kind: phone}", "{channel: phone}"), BUL, "dimension_unknown"),
    ("rows that are not counted", swap(BUL, "rows: organization", "rows: district"), BUL, "dimension_unknown"),
    ("sum of no column", swap(BUL, "sum: [online, phone]", "sum: [online, fax]"), BUL, "column_unknown"),
    ("a total of rates", swap(BUL, "scheduling.bookings, sum", "collection.outpatient_rate, sum"), BUL,
     "no_total_to_date"),
    ("a check of no table", lambda f: _check(f, "weather", "phone"), BUL, "table_unknown"),
    ("a check of no column", lambda f: _check(f, "booking_by_hospital", "fax"), BUL, "column_unknown"),
    ("broken JSON", lambda f: (f / PRINTED).write_text("{", "utf-8"), PRINTED, "broken"),
    ("strange file", lambda f: (f / "reference/a.csv").write_text("", "utf-8"), "reference/a.csv", "file_unknown"),
    ("no month", lambda f: (f / "reference/may.json").write_text("{}", "utf-8"), "reference/may.json", "file_unknown"),
    ("row too short", swap(PRINTED, "12, 3, 15", "12, 3"), PRINTED, "other_length"),
    ("another city's figures", swap(PRINTED, '"wrenport"', '"nanjing"'), PRINTED, "other_city"),
    ("a figure that is none", swap(PRINTED, "12, 3, 15", '12, "x", 15'), PRINTED, "no_number"),
    ("a key too many", swap(PRINTED, '"period"', '"author": "me", "period"'), PRINTED, "key_unknown"),
    ("figures of a stranger", swap(PRINTED, "WGH", "XYZ"), PRINTED, "row_unknown"),
    ("figures of no table", swap(PRINTED, "booking_by_hospital", "weather"), PRINTED, "table_unknown"),
    ("figures with other columns", swap(PRINTED, '"online"', '"web"'), PRINTED, "other_columns"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))


@pytest.mark.parametrize(("spoil", "file", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_found_with_file_and_remedy(folder: Path, spoil: Spoil, file: str, code: str) -> None:
    spoil(folder)
    problems = check_pack(directory.read_pack(folder))
    assert (file, code) in {(p.file, p.code) for p in problems}
    assert all(p.what and p.remedy and str(p).startswith(p.file) for p in problems)


@pytest.mark.parametrize(
    ("spoil", "code", "near"),
    [
        (swap(BUL, "{channel_kind: phone}", "{channel_kind: Telephone}"), "row_unknown", "phone"),
        (swap(BUL, "{channel_kind: phone}", "{channel_kind: phon}"), "row_unknown", "phone"),
        (swap(BUL, "[H1, H2]", "[H1, Saint Brendon Hospital]"), "row_unknown", "Saint Brendan Hospital"),
        (swap(BUL, "which: listed", "which: lsted"), "which_unknown", "listed"),
    ],
)
def test_what_a_layout_writes_wrong_is_told_with_what_comes_near(
    folder: Path, spoil: Spoil, code: str, near: str
) -> None:
    spoil(folder)
    (told,) = [p for p in check_pack(directory.read_pack(folder)) if p.code == code]
    assert near in told.remedy


@pytest.mark.parametrize(
    ("spoil", "file", "line"),
    [
        (swap(BUL, "by: total", "by: sum"), BUL, 17),
        (swap(BUL, "list: [H1, H2]", "list: [H1, H7]"), BUL, 20),
        (lambda f: (f / PRINTED).write_text('{\n"a": 1,\n}', "utf-8"), PRINTED, 3),
    ],
)
def test_a_problem_names_its_line(folder: Path, spoil: Spoil, file: str, line: int) -> None:
    spoil(folder)
    found = [p.line for p in check_pack(directory.read_pack(folder)) if p.file == file]
    assert found == [line]


def test_channels_that_cannot_be_read_are_not_told_for_the_tables_that_list_them(folder: Path) -> None:
    swap(BUL, "list: [H1, H2]", "list: [web]")(folder)
    swap(BUL, "rows: organization", "rows: route")(folder)
    for indicator in (", indicator: scheduling.bookings, at: {channel_kind: online}",
                      ", indicator: scheduling.bookings, at: {channel_kind: phone}",
                      ", indicator: scheduling.bookings, sum: [online, phone]"):  # fmt: skip
        swap(BUL, indicator, "")(folder)
    (folder / PRINTED).unlink()
    assert check_pack(directory.read_pack(folder)) == []
    (folder / "channels.yaml").write_text("kinds: [\n", encoding="utf-8")
    assert [p.file for p in check_pack(directory.read_pack(folder))] == ["channels.yaml"]


@pytest.fixture(scope="module")
def pack() -> directory.Pack:
    return directory.read_pack("nanjing")


@pytest.fixture(scope="module")
def tables(pack: directory.Pack) -> dict:
    return pack.section("reference/2018-05")["tables"]


@pytest.mark.parametrize(
    ("name", "column", "cumulative", "month"),
    [
        ("booking_by_hospital", "total", 11842852, 342105),
        ("cards_issued", "cards", 12359559, 204622),
        ("reports_uploaded", "reports", 54293252, 1579581),
        ("maternal", "women_registered", 580648, 3630),
    ],
)
def test_openings_and_the_printed_month_give_the_printed_total(
    pack: directory.Pack, name: str, column: str, cumulative: int, month: int
) -> None:
    table = next(t for t in pack.section("bulletin")["tables"] if t["name"] == name)
    assert table["cumulative"]["column"] == column
    assert table["cumulative"]["opening"] + month == cumulative


def test_every_table_of_the_bulletin_is_laid_out_in_both_languages(pack: directory.Pack, tables: dict) -> None:
    layouts = pack.section("bulletin")["tables"]
    assert [t["name"] for t in layouts if t["name"] in tables] == [
        "hotline", "hotline_by_city", "booking_by_hospital", "cards_issued", "booking_by_route", "reports_uploaded",
        "family_doctor", "schedule_release", "maternal", "collection_district", "collection_hospital", "kiosk",
    ]  # fmt: skip
    for layout in layouts:  # one that the month did not print yet has nothing to be held to but its headings
        if layout["name"] in tables:
            assert [c["code"] for c in layout["columns"]] == tables[layout["name"]]["columns"]
        assert all(c["heading"] and c["heading_en"].isascii() for c in layout["columns"])


def test_a_table_that_lists_its_rows_lists_those_printed(pack: directory.Pack, tables: dict) -> None:
    districts = {d["code"]: d["name"] for d in pack.section("districts")}
    seen = []
    for layout in pack.section("bulletin")["tables"]:
        if layout["name"] not in tables:
            continue
        place = next(i for i, column in enumerate(layout["columns"]) if column.get("holds") == "name")
        cells = [row[place] for row in tables[layout["name"]]["rows"]]
        if "list" not in layout:
            assert layout.get("which", "counted") != "listed"
        elif layout["rows"] == "organization":
            assert layout["list"] == [pack_name(pack, cell) for cell in cells]
        elif layout["rows"] == "district":
            assert [districts[code] for code in layout["list"]] == cells
        else:
            assert cells in ([item["name"] for item in layout["list"]], [item["code"] for item in layout["list"]])
        seen += [layout["name"]] if "list" in layout else []
    assert len(seen) == 8


def pack_name(pack: directory.Pack, name: str) -> str:
    code = pack.code_of(name)
    return next(o["name"] for o in pack.section("organizations") if o["code"] == code)


def test_printed_reasons_are_declared(pack: directory.Pack, tables: dict) -> None:
    reasons = {r["name"] for r in pack.section("missing_figures")}
    columns = tables["collection_hospital"]["columns"]
    said = {
        cell
        for name in ("collection_hospital", "collection_district")
        for row in tables[name]["rows"]
        for column, cell in zip(columns, row, strict=False)
        if isinstance(cell, str) and column not in ("organization", "district") and cell != row[0]
    }
    assert said and said <= reasons


def test_what_the_bulletin_leaves_out_is_remarked_on(folder: Path) -> None:
    for kind in ("online", "phone"):
        swap(BUL, f", indicator: scheduling.bookings, at: {{channel_kind: {kind}}}", "")(folder)
    swap(BUL, "indicator: scheduling.bookings, ", "")(folder)
    pack = directory.read_pack(folder)
    assert check_pack(pack) == []
    found = {(remark.code, remark.entry) for remark in directory.examine(pack) if remark.remark}
    assert ("table_not_counted", "booking_by_hospital") in found
    assert ("not_replayed", "booking_by_hospital") in found
    assert "figures_not_printed" in {code for code, _ in found}
