"""Which of two texts a reader gets."""

from __future__ import annotations

import pytest
from django.utils.translation import to_locale

from jinling.kernel.languages import chosen, english, fits, locale, primary, tag


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


def test_a_folder_of_texts_is_named_as_django_looks_for_it() -> None:
    for code in ("pt", "pt-br", "zh-hans", "zh-hant-hk", "es-419", "sr-latn", "EN"):
        assert locale(code) == to_locale(code.lower())


@pytest.mark.parametrize(
    ("texts", "said", "fit"),
    [
        (["Hello"], "Ol\u00e1", True),
        (["%(n)s rows"], "%(n)s linhas", True),
        (["%(n)s rows"], "linhas", False),
        (["%(n)s rows"], "%(m)s linhas", False),
        (["%(n)s rows"], "%(n)s % de linhas", False),  # would be read as a placeholder
        (["%(n)s %%"], "%(n)s %%", True),
        (["%(n)s of %(m)s"], "%(m)s, %(n)s", True),
        (["%s of %s"], "%s de %s", True),
        (["%s of %s"], "%s", False),
        (["{day} {time}"], "{time}: {day}", True),
        (["{day} {time}"], "{time}", False),
        (["One row", "%(n)s rows"], "Uma linha", True),
        (["One row", "%(n)s rows"], "%(m)s linhas", False),
        (["Above 100 %: more"], "Acima de 100 %: mais", True),
    ],
)
def test_a_translation_fits_when_it_is_filled_in_as_its_text_is(texts: list[str], said: str, fit: bool) -> None:
    assert fits(texts, said) is fit


def test_pages_say_in_which_language_they_are() -> None:
    said = [tag(code) for code in ("zh-hans", "zh", "zh-hant-hk", "pt", "pt-br", "en")]
    assert said == ["zh-CN", "zh-CN", "zh-Hant-HK", "pt", "pt-BR", "en"]
