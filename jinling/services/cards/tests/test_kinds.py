"""The kinds and states of cards, and every place where their words stand once more."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.utils.translation import override, pgettext

from jinling.services.cards.models import Card
from jinling.services.cards.rules.life import APPLIED_FOR, HOLDER, LIFE, LIVING, CardKind, CardState, Place
from jinling.services.cards.templatetags.cards import TONES


def test_every_kind_and_state_has_its_name() -> None:
    assert set(Card.Kind.values) == set(CardKind), "Card.Kind in models.py names other kinds"
    assert set(Card.State.values) == set(CardState), "Card.State in models.py names other states"
    assert set(TONES) == set(CardState), "TONES in templatetags/cards.py has no tone for these states"
    decided = {*APPLIED_FOR, CardKind.CHILD}
    assert decided == set(CardKind), "may citizens ask for these themselves? APPLIED_FOR in rules/life.py, or here"


@pytest.mark.parametrize("word", sorted({*CardState, *LIFE.steps, *HOLDER.steps, ", ".join(CardKind)}))
def test_states_and_steps_read_as_words_in_refusals(word: str) -> None:
    with override("zh-hans"):
        assert pgettext("value", word) != word, f'locale file: no Chinese for msgid "{word}" of msgctxt "value"'


def test_the_table_of_states_and_its_list_agree() -> None:
    assert set(LIFE.all()) == set(CardState), "LIFE in rules/life.py has no step for these"
    assert set(LIVING) == set(CardState) - set(LIFE.final()), "a card lives until a state without a step: LIVING"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cards_card_one_living", set(LIVING)),
        ("cards_card_issued_at", {CardState.APPLIED, CardState.CANCELLED}),
        ("cards_card_child_has_guardian", {CardKind.CHILD}),
    ],
)
def test_a_constraint_knows_the_words(name: str, words: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
            " UNION ALL SELECT indexdef FROM pg_indexes WHERE indexname = %s",
            [name, name],
        )
        (said,) = cursor.fetchone()
    assert set(re.findall(r"'(\w+)'", said)) == words, f"a migration has to make {name} anew"


def test_the_columns_say_where_a_card_was_made() -> None:
    words = Card._meta.get_field("place").help_text.partition(": ")[2]
    assert set(words.split(", ")) == set(Place), "the help text of Card.place in models.py names other places"
