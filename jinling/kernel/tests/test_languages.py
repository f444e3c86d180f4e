"""Which of two texts a reader gets."""

from __future__ import annotations

import pytest

from jinling.kernel.languages import chosen, english, primary, tag


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "own"), ("pt-br", "own"), ("pt_BR", "own"), ("", "own"), ("en", "english"), ("en-GB", "english")],
)
def test_english_is_said_to_who_asks_for_english_and_the_own_to_everybody_else(language: str, said: str) -> None:
    assert chosen("own", "english", language) == said
    assert chosen("own", "", language) == "own" and chosen("", "english", language) == "english"
    assert english(language) == (said == "english")


def test_a_code_begins_with_its_language() -> None:
    assert [primary(code) for code in ("zh-hans", "pt_BR", "EN", "enm")] == ["zh", "pt", "en", "enm"]
    assert not english("enm")


def test_pages_say_in_which_language_they_are() -> None:
    said = [tag(code) for code in ("zh-hans", "zh", "zh-hant-hk", "pt", "pt-br", "en")]
    assert said == ["zh-CN", "zh-CN", "zh-Hant-HK", "pt", "pt-BR", "en"]
