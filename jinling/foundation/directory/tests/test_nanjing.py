"""The pack of Nanjing says what the printed bulletin of May 2018 says."""

from __future__ import annotations

import pytest

from jinling.foundation.directory.packs import Pack, check_pack, read_pack
from jinling.foundation.directory.rules import UnknownOrganization

NAMING_TABLES = {
    "booking_by_hospital": 1,
    "cards_issued": 1,
    "reports_uploaded": 1,
    "schedule_release": 1,
    "collection_hospital": 0,
    "kiosk": 0,
}
# Written in two ways by the tables, one institution each.
SAME = [
    ("南京市六合区人民医院", "六合区人民医院"),
    ("南京市高淳人民医院", "南京市高淳区人民医院"),
    ("南京医科大学第二附属医院", "南京医科大学附属第二医院"),
    ("南京军区南京总医院", "解放军南京总医院"),
    ("江苏省省级机关医院", "江苏省级机关医院"),
    ("南京医科大学附属眼科医院", "南医大眼科医院"),
    ("中国医学科学院皮肤病研究所", "中科院皮研所"),
    ("解放军第八一医院", "中国人民解放军第八一医院"),
    ("解放军第四五四医院", "中国人民解放军第四五四医院"),
    ("南京市浦口区中心医院", "南京市浦口中心医院"),
    ("南京同仁医院", "同仁医院"),
    ("南京市栖霞区妇幼保健院", "栖霞区妇幼保健院"),
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack("nanjing")


@pytest.fixture(scope="module")
def tables(pack: Pack) -> dict:
    return pack.section("reference/2018-05")["tables"]


def printed(tables: dict) -> set[str]:
    return {row[column] for name, column in NAMING_TABLES.items() for row in tables[name]["rows"]}


def test_the_pack_has_no_problem(pack: Pack) -> None:
    assert [str(problem) for problem in check_pack(pack)] == []


def test_every_printed_name_means_an_institution(pack: Pack, tables: dict) -> None:
    names = printed(tables)
    assert len(names) == 75
    assert len({pack.code_of(name) for name in names}) == 63


@pytest.mark.parametrize(("canonical", "other"), SAME)
def test_two_ways_of_writing_are_one_institution(pack: Pack, canonical: str, other: str) -> None:
    assert pack.code_of(canonical) == pack.code_of(other)
    assert canonical in {entry["name"] for entry in pack.section("organizations")}


def test_names_within_one_table_are_different_institutions(pack: Pack, tables: dict) -> None:
    for name, column in NAMING_TABLES.items():
        codes = [pack.code_of(row[column]) for row in tables[name]["rows"]]
        assert len(codes) == len(set(codes)), name


def test_branches_are_institutions_of_their_own(pack: Pack) -> None:
    parts = {o["name"]: o["part_of"] for o in pack.section("organizations") if o.get("part_of")}
    assert parts == {
        "南京市儿童医院河西分院": pack.code_of("南京市儿童医院"),
        "南京军区南京总医院汤山分院": pack.code_of("南京军区南京总医院"),
    }


def test_an_unknown_name_comes_with_the_nearest(pack: Pack) -> None:
    with pytest.raises(UnknownOrganization) as refused:
        pack.code_of("南京鼓楼医")
    assert refused.value.fields["nearest"][0] == "南京鼓楼医院"


def test_the_order_of_institutions_is_the_booking_tables(pack: Pack, tables: dict) -> None:
    listed = [entry["name"] for entry in pack.section("organizations")]
    assert listed[:46] == [row[1] for row in tables["booking_by_hospital"]["rows"]]


def test_every_district_has_a_community_health_centre(pack: Pack) -> None:
    served = {o["district"] for o in pack.section("organizations") if o["kind"] == "community_health_centre"}
    assert served == {d["code"] for d in pack.section("districts")}


def test_eleven_statutory_districts_and_the_new_area(pack: Pack) -> None:
    local = [d["name"] for d in pack.section("districts") if d.get("local")]
    assert local == ["江北新区"]
    assert len(pack.section("districts")) == 12


def test_release_windows_print_as_in_the_table(pack: Pack, tables: dict) -> None:
    data = pack.section("release_policies")
    labels = data["release_labels"]
    columns = [column for table in pack.section("bulletin")["tables"] for column in table["columns"]]
    categories = {w["code"]: w["name"] for c in columns if c.get("group") == "ownership" for w in c["words"]}
    owners = {o["code"]: categories[o["ownership"]] for o in pack.section("organizations")}
    rows = [
        [
            owners[pack.code_of(p["organization"])],
            pack.code_of(p["organization"]),
            label_of(p["public"], labels["public"]),
            label_of(p["community"], labels["community"]),
        ]
        for p in data["policies"]
        if p.get("in_release_table")
    ]
    assert rows == [[row[0], pack.code_of(row[1]), *row[2:]] for row in tables["schedule_release"]["rows"]]


def test_fourteen_hospitals_let_cancel_until_two_days_before(pack: Pack) -> None:
    policies = pack.section("release_policies")["policies"]
    early = [p["organization"] for p in policies if p.get("cancellation", {}).get("days_before") == 2]
    assert len(early) == 14


def test_routes_of_the_route_table_in_its_order(pack: Pack, tables: dict) -> None:
    routes = [r for r in pack.section("channels")["routes"] if r.get("in_route_table")]
    assert [r["name"] for r in routes] == [row[1] for row in tables["booking_by_route"]["rows"]]


def test_routes_fit_into_the_columns_of_the_booking_table(pack: Pack, tables: dict) -> None:
    kinds = {r["name"]: r["kind"] for r in pack.section("channels")["routes"]}
    booked: dict[str, int] = {}
    for _no, route, count in tables["booking_by_route"]["rows"]:
        booked[kinds[route]] = booked.get(kinds[route], 0) + count
    columns = dict(
        zip(
            tables["booking_by_hospital"]["columns"][2:],
            zip(*(row[2:] for row in tables["booking_by_hospital"]["rows"]), strict=True),
            strict=True,
        )
    )
    assert all(booked[kind] <= sum(columns[kind]) for kind in booked)
    outside = {r["kind"] for r in pack.section("channels")["routes"] if not r.get("in_route_table")}
    assert outside == {k["code"] for k in pack.section("channels")["kinds"]}


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
    pack: Pack, name: str, column: str, cumulative: int, month: int
) -> None:
    table = next(t for t in pack.section("bulletin")["tables"] if t["name"] == name)
    assert table["cumulative"]["column"] == column
    assert table["cumulative"]["opening"] + month == cumulative


def test_every_table_of_the_bulletin_is_laid_out_in_both_languages(pack: Pack, tables: dict) -> None:
    layouts = pack.section("bulletin")["tables"]
    assert [t["name"] for t in layouts if t["name"] in tables] == [
        "hotline", "hotline_by_city", "booking_by_hospital", "cards_issued", "booking_by_route", "reports_uploaded",
        "family_doctor", "schedule_release", "maternal", "collection_district", "collection_hospital", "kiosk",
    ]  # fmt: skip
    for layout in layouts:
        assert [c["code"] for c in layout["columns"]] == tables[layout["name"]]["columns"]
        assert all(c["heading"] and c["heading_en"].isascii() for c in layout["columns"])


def test_every_table_lists_its_printed_rows(pack: Pack, tables: dict) -> None:
    districts = {d["code"]: d["name"] for d in pack.section("districts")}
    for layout in pack.section("bulletin")["tables"]:
        table = tables[layout["name"]]
        place = next(
            (i for i, c in enumerate(table["columns"]) if c in ("organization", "district", "city", "kind")), 1
        )
        cells = [row[place] for row in table["rows"]]
        if layout["rows"] == "organizations":
            assert layout["list"] == [pack_name(pack, cell) for cell in cells]
        elif layout["rows"] == "districts":
            assert [districts[code] for code in layout["list"]] == cells
        elif layout["rows"] == "cities":
            assert [item["name"] for item in layout["list"]] == cells
        elif layout["rows"] == "kinds":
            assert [item["code"] for item in layout["list"]] == cells


def pack_name(pack: Pack, name: str) -> str:
    code = pack.code_of(name)
    return next(o["name"] for o in pack.section("organizations") if o["code"] == code)


def test_printed_reasons_are_declared(pack: Pack, tables: dict) -> None:
    reasons = {r["name"] for r in pack.section("reasons")}
    columns = tables["collection_hospital"]["columns"]
    said = {
        cell
        for name in ("collection_hospital", "collection_district")
        for row in tables[name]["rows"]
        for column, cell in zip(columns, row, strict=False)
        if isinstance(cell, str) and column not in ("organization", "district") and cell != row[0]
    }
    assert said and said <= reasons
