"""Which institution a name means."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinling.foundation.directory import public as directory, rules as directory_rules, usecases as directory_usecases
from jinling.foundation.directory.tests.test_nanjing import NAMING_TABLES, printed
from jinling.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("nanjing")


def test_all_printed_names_mean_sixty_three_institutions() -> None:
    names = printed(directory.read_pack("nanjing").section("reference/2018-05")["tables"])
    found = directory.resolve_many(names)
    assert len(names) == 75 and set(found) == names
    assert len({o.code for o in found.values()}) == 63
    assert len(NAMING_TABLES) == 6


def test_many_known_names_cost_one_query() -> None:
    names = printed(directory.read_pack("nanjing").section("reference/2018-05")["tables"])
    with CaptureQueriesContext(connection) as queries:
        directory.resolve_many(names)
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("中科院皮研所", "中国医学科学院皮肤病研究所"),
        ("  南京 鼓楼医院 ", "南京鼓楼医院"),
        ("南京鼓楼医院（本部）", "南京鼓楼医院"),
        ("南京鼓樓醫院", "南京鼓楼医院"),
        ("解放軍南京總醫院", "南京军区南京总医院"),
        ("NANJING DRUM TOWER HOSPITAL", "南京鼓楼医院"),
        ("ＮＪ０００２", "南京市儿童医院"),
        ("32010100", "南京鼓楼医院"),
        ("nj0002", "南京市儿童医院"),
        ("栖霞妇幼保健院", "南京市栖霞区妇幼保健院"),
        ("中国人民解放军南京总医院", "南京军区南京总医院"),
        ("南湖街道社区卫生服务中心", "南湖社区卫生服务中心"),
        ("南京市浦口区中医医院", "南京市浦口中医院"),
        ("解放军第81医院", "解放军第八一医院"),
        ("解放军第八十一医院", "解放军第八一医院"),
        ("四百五十四医院", "解放军第四五四医院"),
        ("南京市第1医院", "南京市第一医院"),
        ("六合县人民医院", "南京市六合区人民医院"),
        ("南京市高淳县中医院", "南京市高淳中医院"),
        ("南京市紅十字醫院", "南京市红十字医院"),
        ("南京鼔樓醫院", "南京鼓楼医院"),
        ("江苏省南京市第一医院", "南京市第一医院"),
    ],
)
def test_ways_of_writing(written: str, name: str) -> None:
    assert directory.resolve(written).name == name


@pytest.mark.parametrize("written", ["中医院", "妇幼保健院"])
def test_a_short_name_that_may_mean_several_is_refused_with_all_of_them(written: str) -> None:
    with pytest.raises(directory_rules.AmbiguousOrganization) as refused:
        directory.resolve(written)
    candidates = refused.value.fields["candidates"]
    assert len(candidates) > 1
    assert all(written in candidate["name"] and candidate["code"] for candidate in candidates)


def test_a_short_name_that_is_nobodys_whole_name_is_unknown() -> None:
    with pytest.raises(directory.OrganizationUnknown):
        directory.resolve("人民医院")


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("南京鼓楼医", "南京鼓楼医院"),
        ("中科院皮肤所", "中国医学科学院皮肤病研究所"),
        ("南京市江宁区人民医院", "南京市六合区人民医院"),
        ("六合葛关路社区服务中心", "六合区葛关路社区卫生服务中心"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(written: str, nearest: str) -> None:
    with pytest.raises(directory.OrganizationUnknown) as refused:
        directory.resolve(written)
    assert nearest in refused.value.fields["nearest"]
    assert 1 <= len(refused.value.fields["nearest"]) <= 5
    assert nearest in refused.value.mend_message()


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("第一医院", "南京市第一医院"),
        ("第1医院", "南京市第一医院"),
        ("人民医院", "江苏省人民医院"),
        ("红十字医院", "南京市红十字医院"),
        ("职业病防治院", "南京市职业病防治院"),
        ("总医院", "南京军区南京总医院"),
        ("南京鼓楼医院急诊科", "南京鼓楼医院"),
        ("宿迁鼓楼医院", "南京鼓楼医院"),
        ("大厂区医院", "南京市大厂医院"),  # went up in another district: both had hospitals of their own
        ("gulou yiyuan", "南京鼓楼医院"),
        ("njglyy", "南京鼓楼医院"),
        ("luhe renmin yiyuan", "南京市六合区人民医院"),
        ("drum towr hospital", "南京鼓楼医院"),
        ("PLA 81 Hospital", "解放军第八一医院"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused_with_who_may_be_meant(written: str, first: str) -> None:
    with pytest.raises(directory.OrganizationUnknown) as refused:
        directory.resolve(written)
    told = refused.value.fields["candidates"][0]
    assert (told["name"], directory.get(told["code"]).name) == (first, first)
    assert f"{first} ({told['code']})" in refused.value.mend_message()


@pytest.mark.parametrize(
    "written",
    ["儿童医院、河西分院", "解放军第8.1医院", "□京鼓楼医院", "□南京鼓楼医院", "……市第一医院", "（　）第一医院"],
)
def test_signs_that_say_something_are_not_read_over(written: str) -> None:
    with pytest.raises(directory.OrganizationUnknown):
        directory.resolve(written)


def test_a_name_that_staff_give_is_known_at_once_in_every_way_of_writing(clerk: Actor) -> None:
    with pytest.raises(directory.OrganizationUnknown):
        directory.resolve("河西第十六门诊部")
    directory_usecases.alias(by=clerk, code="NJ0002", name="河西第十六门诊部")
    assert directory.resolve("河西第16門診部").code == "NJ0002"


def test_codes_do_not_differ_in_case_alone(clerk: Actor) -> None:
    name = "Clinic of small letters"
    kept = directory.register(by=clerk, code="Q7a", name=name, name_en=name, kind="other", ownership="other")
    assert directory.resolve("q7Ａ") == kept
    with pytest.raises(directory_rules.NameTaken):  # nobody else ever has the same letters, closed or not
        directory.register(by=clerk, code="Q7A", name="Other", name_en="Other", kind="other", ownership="other")


def test_what_is_too_long_for_a_name_is_refused_unread() -> None:
    with CaptureQueriesContext(connection) as queries, pytest.raises(directory.OrganizationUnknown):
        directory.resolve("南京鼓楼医院" * 2_000)
    assert len(queries) == 0


@pytest.mark.parametrize("written", ["", "   ", "？！", "\0", "a\0b", "x" * 5000])
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(directory.OrganizationUnknown) as refused:
        directory.resolve(written)
    assert len(refused.value.message()) < 200


def test_an_inactive_institution_still_has_its_name(clerk: Actor) -> None:
    directory_usecases.close(by=clerk, code="NJ0003", reason="R")
    assert directory.resolve("南京市妇幼保健院").active is False


def test_get_takes_codes_only() -> None:
    assert directory.get("NJ0002").name == "南京市儿童医院"
    with pytest.raises(directory.OrganizationUnknown):
        directory.get("南京市儿童医院")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("鼓楼", "南京鼓楼医院"),
        ("gulou", "南京鼓楼医院"),
        ("gu lou", "南京鼓楼医院"),
        ("glyy", "南京鼓楼医院"),
        ("njglyy", "南京鼓楼医院"),
        ("luhe", "南京市六合区人民医院"),
        ("liuhe", "南京市六合区人民医院"),
        ("drum", "南京鼓楼医院"),
        ("皮研", "中国医学科学院皮肤病研究所"),
        ("454", "解放军第四五四医院"),
    ],
)
def test_search_by_name_pinyin_and_initials(text: str, first: str) -> None:
    assert directory.search(text)[0].name == first


def test_search_begins_at_a_syllable_and_finds_nothing_in_nothing() -> None:
    assert directory.search("ulou") == []
    assert directory.search("") == directory.search("%_'") == []
    assert len(directory.search("医院", limit=3)) == 3


def test_search_leaves_out_the_inactive(clerk: Actor) -> None:
    directory_usecases.close(by=clerk, code="32010100", reason="R")
    assert "32010100" not in {o.code for o in directory.search("gulou")}


def test_lists_are_in_print_order_and_narrow_down() -> None:
    assert directory.organizations().first().name == "南京鼓楼医院"
    assert {o.kind for o in directory.organizations(kind="branch")} == {"branch"}
    assert {o.district.name for o in directory.organizations(district="320199")} == {"江北新区"}
    assert {o.name for o in directory.organizations(ownership="military")} >= {"解放军第八一医院", "南京军区南京总医院"}
    assert directory.organizations(active=None).count() == 75


def test_districts_by_code_name_and_retired_code() -> None:
    assert directory.district("320199").local
    assert directory.district("六合").code == "320116"
    assert directory.district("320123").code == directory.district("大厂区").code == "320116"
    assert next(d.code for d in directory.districts()) == "320102"
    with pytest.raises(directory_rules.DistrictUnknown):
        directory.district("320999")
