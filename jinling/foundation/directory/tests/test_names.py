"""Keys by which names are compared, and the nearest names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from jinling.foundation.directory.rules import (
    Naming,
    loose_key,
    name_key,
    nearest,
    variant_key,
    with_prefixes,
    without_prefix,
)
from jinling.foundation.directory.rules.names import renamed
from jinling.foundation.directory.rules.writing import figures, only_a_kind, strict
from jinling.foundation.directory.tests.near_names import counted

NAMING = Naming(
    prefixes=("南京市", "南京"),
    suffixes=("本部",),
    equivalents={"中国人民解放军": "解放军", "六合区": "六合"},
    variants={"醫": "医", "總": "总"},
)


def test_width_case_spaces_and_punctuation_do_not_matter() -> None:
    assert name_key("12320 快速预约") == name_key("１２３２０快速预约") == "12320快速预约"
    assert name_key("St. Mary's  HOSPITAL") == "stmaryshospital"
    assert name_key("某院（东区）") == name_key("某院(东区)")


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(
    st.text(alphabet="南京市鼓楼医院abcXYZ123", max_size=20),
    st.sampled_from([" ", "　", "-", "·", "（", ")", "\u200b"]),
)
def test_what_is_between_letters_does_not_matter(name: str, between: str) -> None:
    assert name_key(between.join(name)) == name_key(name)


@given(st.text(max_size=40))
def test_a_key_holds_letters_and_figures_only(name: str) -> None:
    assert {unicodedata.category(c)[0] for c in name_key(name)} <= {"L", "N"}


def test_variants_are_read_as_the_usual_characters() -> None:
    assert variant_key("總醫院", NAMING) == "总医院"


def test_loose_keys_read_equivalents_alike_and_leave_out_suffixes() -> None:
    assert loose_key("中国人民解放军第八一医院", NAMING) == loose_key("解放军第八一医院", NAMING)
    assert loose_key("南京市六合区人民医院本部", NAMING) == "南京市六合人民医院"
    assert loose_key("本部", NAMING) == "本部"


def test_prefixes_may_be_left_out_or_written_otherwise() -> None:
    assert without_prefix("南京市第一医院", NAMING) == without_prefix("南京第一医院", NAMING) == "第一医院"
    assert without_prefix("南京", NAMING) == "南京"
    assert with_prefixes("第一医院", NAMING) == ["第一医院", "南京市第一医院", "南京第一医院"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("八一", "81"),
        ("八十一", "81"),
        ("第一", "第1"),
        ("第十", "第10"),
        ("第十八", "第18"),
        ("四百五十四", "454"),
        ("四五四", "454"),
        ("一百零八", "108"),
        ("三百一十", "310"),
        ("一千零一", "1001"),
        ("八一〇", "810"),
        # A word's one numeral, figures mixed with numerals, and what is counted in no way stay as they are.
        ("六合", "六合"),
        ("红十字", "红十字"),
        ("8一", "8一"),
        ("第8一", "第8一"),
        ("二百五", "二百五"),
        ("百十", "百十"),
        ("十百", "十百"),
        ("一零零百", "一零零百"),
        ("一百零", "一百零"),
        ("零百", "零百"),
        ("一百零零八", "一百零零八"),
        ("一十二三", "一十二三"),
    ],
)
def test_numbers_are_read_in_figures(written: str, read: str) -> None:
    assert figures(written) == read


@given(st.integers(1, 999))
def test_every_way_of_writing_a_number_is_one_number(number: int) -> None:
    assert {figures(f"第{way}") for way in counted(number)} == {f"第{number}"}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Hospital Niño Jesús", "hospitalninojesus"),
        ("hospital nin\u0303o jesus", "hospitalninojesus"),
        ("Çankırı Ø Łódź Œuvre Straße", "cankiriolodzoeuvrestrasse"),
        ("家々医院", "家家医院"),
        ("鼔樓醫院", "鼓楼医院"),
        ("がん센터", "がん센터"),
    ],
)
def test_marks_and_variants_are_read_as_the_usual_characters(written: str, key: str) -> None:
    assert variant_key(written, NAMING) == key


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("A/B", "a/b"),
        ("A & B", "a&b"),
        ("甲、乙", "甲、乙"),
        ("第8-1", "第8.1"),
        ("八·一", "八.一"),
        ("1 2", "12"),
        ("第八一○", "第八一〇"),
        ("__院", "*院"),
        ("（ ）院", "*院"),
        ("……院", "*院"),
        ("St. Mary's (East-Wing)", "stmaryseastwing"),
        ("□院", "□院"),
        ("\ue000院", "\ue000院"),
        ("a\0b", "a\0b"),
        ("\u200b院\ufe0f", "院"),
        ("東\u3000區", "東區"),
    ],
)
def test_signs_that_say_something_stay_in_a_strict_key(written: str, kept: str) -> None:
    assert strict(written) == kept


def test_a_district_that_only_changed_its_kind_is_read_by_its_former_name() -> None:
    districts = [
        {"name": "六合区", "formerly": [{"name": "六合县"}, {"name": "大厂区"}]},
        {"name": "Hill Borough", "formerly": [{"name": "Hill County"}, {"name": "Old Quay"}]},
        {"name": "Harbour", "formerly": [{"name": "Quay"}]},
    ]
    assert renamed(districts) == {"六合县": "六合区", "Hill County": "Hill Borough"}
    naming = Naming.of({"prefixes": ["南京市"]}, districts)
    assert loose_key("六合县人民医院", naming) == "六合区人民医院"
    assert loose_key("南京市六合县人民医院", naming) == "南京市六合区人民医院"
    assert loose_key("新六合县人民医院", naming) == "新六合县人民医院"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("第1医院", True),
        ("人民医院", True),
        ("附属第2医院", True),
        ("generalhospital", True),
        ("81医院", True),
        ("鼓楼医院", False),
        ("generalhospitaleastwing", False),
        ("", False),
        ("第1", True),
        ("青龙山精神病院", False),
    ],
)
def test_a_name_of_a_kind_alone_is_told(key: str, kind: bool) -> None:
    assert only_a_kind(key) is kind
    assert only_a_kind("zdravotnickestredisko") is False
    assert only_a_kind("zdravotnickestredisko", ["Zdravotnické středisko"]) is True


def test_in_a_large_city_the_nearest_is_found_among_all() -> None:
    known = [(f"clinic{number}street", number) for number in range(2_000)] + [("drumtowerhospital", -1)]
    assert nearest("drumtowrhospital", known)[0] == -1


def test_nearest_names_come_best_first_and_each_owner_once() -> None:
    known = [("鼓楼医院", "A"), ("南京鼓楼医院", "A"), ("仙林鼓楼医院", "B"), ("口腔医院", "C")]
    assert nearest("鼓楼医院", known) == ["A", "B", "C"]
    assert nearest("鼓楼医院", known, limit=1) == ["A"]
    assert nearest("zzz", known) == []


def test_naming_reads_what_a_pack_stores() -> None:
    naming = Naming.of({"prefixes": ["A"], "readings": {"B": ["be", "bi"]}})
    assert naming.prefixes == ("A",)
    assert naming.readings == {"B": ("be", "bi")}
    assert Naming.of(None) == Naming()
