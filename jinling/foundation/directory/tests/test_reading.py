"""How names sound, and what a search looks into."""

from __future__ import annotations

from hypothesis import given, strategies as st

from jinling.foundation.directory.rules import readings, search_text

PLACES = {"六合": ["lu he", "liu he"]}


def test_a_part_that_the_city_names_is_sounded_as_the_city_says() -> None:
    assert readings("六合区中医院", PLACES) == ["lu he qu zhong yi yuan", "liu he qu zhong yi yuan"]
    assert readings("六合区") == ["liu he qu"]


def test_latin_words_and_numbers_stay() -> None:
    assert readings("12320 微信 App") == ["12320 wei xin app"]


def test_a_surname_is_sounded_in_every_way() -> None:
    assert {"dan wei", "shan wei"} <= set(readings("单伟", surname=True))
    assert readings("仇英", surname=True)[0].endswith(" ying")


def test_readings_do_not_multiply_without_end() -> None:
    assert len(readings("六合" * 6, PLACES)) == 8


def test_search_text_holds_every_start() -> None:
    text = search_text(["鼓楼医院"], ["gu lou yi yuan"])
    for key in ("鼓楼医院", "gulouyiyuan", "louyiyuan", "yuan", "glyy", "yy"):
        assert f" {key} " in text
    assert " oul" not in text


def test_latin_names_are_found_by_each_word() -> None:
    assert " towerhospital " in search_text(["Drum Tower Hospital"], [])


def test_marks_on_letters_part_no_word() -> None:
    assert readings("Hospital Ni\u00f1o Jes\u00fas") == ["hospital nino jesus"]
    assert readings("\u00d8stre Sygehus \u0141\u00f3d\u017a") == ["ostre sygehus lodz"]
    text = search_text(["Hospital Ni\u00f1o Jes\u00fas"], readings("Hospital Ni\u00f1o Jes\u00fas"))
    assert all(f" {key} " in text for key in ("hospitalninojesus", "ninojesus", "jesus", "hnj", "nj"))
    assert text.isascii()


@given(st.text(max_size=20))
def test_any_name_can_be_sounded(name: str) -> None:
    for reading in readings(name, PLACES, surname=True):
        assert reading == " ".join(reading.split())
    assert search_text([name], readings(name)).startswith(" ")
