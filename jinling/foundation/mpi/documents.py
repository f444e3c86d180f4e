"""The documents that people of the city's country have, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

from jinling.kernel.countries import Country
from jinling.kernel.languages import chosen


def country() -> Country:
    """The country whose people and numbers the city has."""
    found: Country = settings.JINLING_COUNTRY
    return found


def labels(words: Mapping[str, str | Promise]) -> list[tuple[str, str | Promise]]:
    """Of some kinds of documents those that the country has, as choices.

    Args:
        words: how the platform calls them; a country that brings its own documents names them itself.
    """
    return [(system, label(system, word)) for system, word in words.items() if system in country().systems]


def label(system: str, word: str | Promise) -> str | Promise:
    """What a document is called, ``word`` where the country brings no name of its own."""
    own = country().documents.get(system)
    if own is None:
        return word
    return chosen(own.name, own.name_en, get_language() or settings.LANGUAGE_CODE)
