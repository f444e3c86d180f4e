"""What is taken wrongly is worse than what is refused: names near to those of this city and of others."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, strategies as st

from jinling.foundation.directory import public as directory, rules as directory_rules
from jinling.foundation.directory.packs import read_pack
from jinling.foundation.directory.rules import Naming, Spelling, Spellings
from jinling.foundation.directory.tests.near_names import ELSEWHERE, Made, Near, counted, town_left_out
from jinling.kernel.outcomes import Refused

PACK = read_pack("nanjing")
MADE = Made(PACK.section("organizations"))
NEAR = MADE.all()
TOWNS = ELSEWHERE["towns"]
# Characters as they are written in Taiwan and Hong Kong.
TRADITIONAL = str.maketrans(dict(zip(
    "医学区楼东儿妇军总脑结肿属苏台厂桥宁龙门务卫业职机关国肤长阳与疗华宝红术预云丰兴实验马陆岗诊疫张铁网",
    "醫學區樓東兒婦軍總腦結腫屬蘇臺廠橋寧龍門務衛業職機關國膚長陽與療華寶紅術預雲豐興實驗馬陸崗診疫張鐵網",
    strict=True)))  # fmt: skip


def taken(near: Near) -> str:
    """What became of a near name: refused, right or wrong."""
    code = PACK.find(near.name)
    return "refused" if code is None else "right" if code in near.may else "wrong"


def test_none_of_them_is_taken_for_another() -> None:
    wrong = [(near.way, near.name, PACK.find(near.name)) for near in NEAR if taken(near) == "wrong"]
    assert wrong == []


def test_there_are_many_of_each_way_and_most_must_be_refused() -> None:
    made = Counter(near.way for near in NEAR)
    assert len(NEAR) > 20_000 and len(made) == 14
    assert all(count >= 60 for count in made.values()), made
    assert sum(not near.may for near in NEAR) > 15_000


@pytest.mark.parametrize("way", ["of_other_cities", "with_another_town", "of_a_kind", "joined", "hidden"])
def test_what_nobody_here_is_called_is_refused(way: str) -> None:
    unlisted = [near for near in NEAR if near.way == way and near.name not in MADE.by_name]
    assert {taken(near) for near in unlisted} == {"refused"}


def test_whoever_is_written_out_is_found() -> None:
    assert {name: PACK.find(name) for name in MADE.by_name} == MADE.by_name


def other_ways(name: str) -> set[str]:
    """Ways of writing a name that everybody reads as the same."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    return {
        name.translate(TRADITIONAL), wide, " ".join(name), f" {name}\u3000", name.upper(), name.lower(), f"“{name}”",
        "\u200b".join(name), f"\ufeff{name}", unicodedata.normalize("NFD", name), f"({name})", f"{name}。",
    }  # fmt: skip


def test_other_ways_of_writing_are_the_same_institution() -> None:
    written = {way: code for name, code in MADE.by_name.items() for way in other_ways(name)}
    assert {way: PACK.find(way) for way in written} == written


def test_numbers_in_every_notation_are_the_same_institution() -> None:
    for form, number, code in (
        ("解放军第{}医院", 81, "NJ0018"), ("解放军{}医院", 81, "NJ0018"), ("{}医院", 81, "NJ0018"),
        ("解放军第{}医院", 454, "NJ0029"), ("{}医院", 454, "NJ0029"), ("南京市第{}医院", 1, "NJ0006"),
        ("江苏省第{}中医院", 2, "NJ0019"), ("南京医科大学第{}附属医院", 2, "NJ0020"),
    ):  # fmt: skip
        assert {PACK.find(form.format(way)) for way in counted(number)} == {code}, form


@pytest.mark.parametrize("town", TOWNS)
def test_a_directory_of_another_town_knows_its_own_and_nobody_elses(town: str) -> None:
    naming = Naming(
        prefixes=(f"{town}市", town), suffixes=("本部",), equivalents={"街道社区卫生服务中心": "社区卫生服务中心"}
    )
    spellings = Spellings([Spelling(name, name) for name in TOWNS[town]], naming)
    assert {name: spellings.meant(name) for name in TOWNS[town]} == {name: [name] for name in TOWNS[town]}
    elsewhere = {name for other, names in TOWNS.items() if other != town for name in names}
    elsewhere |= {
        f"{other}{name.removeprefix(town)}"
        for other in TOWNS
        if other != town
        for name in TOWNS[town]
        if name.startswith(town)
    }
    elsewhere |= {name for name in MADE.chinese if town_left_out(name) != name}
    elsewhere |= {f"{name}{behind}" for name in TOWNS[town] for behind in ("急诊科", "东院", "二部", "集团")}
    assert len(elsewhere) > 200
    assert {name: found for name in elsewhere - set(TOWNS[town]) if (found := spellings.meant(name))} == {}


@given(st.text(max_size=60) | st.text("南京市第一八百〇医院/（）_.-a1\u3005\u0303\u200b", max_size=30))
def test_whatever_is_asked_is_answered(text: str) -> None:
    try:
        assert PACK.code_of(text) in MADE.by_name.values()
    except directory.OrganizationUnknown as refused:
        assert len(refused.fields["candidates"]) <= 5
    except directory_rules.AmbiguousOrganization as refused:
        assert len(refused.fields["candidates"]) > 1


@pytest.mark.usefixtures("nanjing")
def test_the_pack_and_the_database_say_the_same() -> None:
    names = [near.name for near in NEAR[::200]] + [near.name for near in NEAR if taken(near) == "right"]
    names += [
        "中医院",
        "妇幼保健院",
        "第二医院",
        "NJ0018",
        "nj0018",
        "ＮＪ００１８",
        "njoo18",
        "",
        "x" * 20_000,
        *MADE.by_name,
    ]

    def said(name: str) -> object:
        try:
            return directory.resolve(name).code
        except Refused as refused:
            return type(refused), sorted(c["code"] for c in refused.fields["candidates"][:1])

    def said_by_the_pack(name: str) -> object:
        try:
            return PACK.code_of(name)
        except Refused as refused:
            return type(refused), sorted(c["code"] for c in refused.fields["candidates"][:1])

    assert len(names) > 500
    assert {name: said(name) for name in names} == {name: said_by_the_pack(name) for name in names}


def test_an_unlisted_short_name_that_several_may_have_names_them_all() -> None:
    with pytest.raises(directory_rules.AmbiguousOrganization) as refused:
        PACK.code_of("第二医院")
    assert {c["name"] for c in refused.value.fields["candidates"]} == {"南京市第二医院", "南京医科大学第二附属医院"}
