"""Texts in both languages at once: what is kept must print in either, whatever is said later."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils import translation

from jinling.data.statistics.rules.layout import Wording
from jinling.kernel.languages import ENGLISH


def said(text: Callable[[str], str]) -> Wording:
    """What ``text`` gives in the city's language and in English; it is told which one is spoken."""
    spoken = []
    for language in (settings.LANGUAGE_CODE, ENGLISH):
        with translation.override(language):
            spoken.append(text(language))
    return Wording(*spoken)
