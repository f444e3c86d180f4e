"""Keys by which names are compared, and the nearest names."""

from __future__ import annotations

import unicodedata

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
