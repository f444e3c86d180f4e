"""The pack of Nanjing says what the printed bulletin of May 2018 says."""

from __future__ import annotations

import pytest

from jinling.foundation.directory.packs import Pack, check_pack, read_pack
from jinling.foundation.directory.rules import OrganizationUnknown

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
    with pytest.raises(OrganizationUnknown) as refused:
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
