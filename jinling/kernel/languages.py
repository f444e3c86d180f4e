"""Two languages: the city's own, which its pack names, and English; which of two texts a reader gets."""

from __future__ import annotations

import re
from collections.abc import Iterable

ENGLISH, CHINESE = "en", "zh-hans"  # what the platform itself speaks, as Django spells it
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"  # BCP 47, without its rarer parts
_NAMED, _BRACED, _BARE = re.compile(r"%\((\w+)\)"), re.compile(r"{(\w+)}"), re.compile(r"%[sdr]")
_IDEOGRAPHIC = frozenset({"zh", "ja", "ko"})
# Codes under which the platform's own Chinese is meant too.
_SIMPLIFIED = frozenset({"zh", "zh-cn", "zh-sg", "zh-hans-cn", "zh-hans-sg"})


def primary(language: str) -> str:
    """The first part of a language code: ``pt`` of ``pt-br``."""
    return language.replace("_", "-").partition("-")[0].lower()


def spelled(language: str) -> str:
    """A language code as Django spells it: small letters, and simplified Chinese under one code."""
    small = language.replace("_", "-").lower()
    return CHINESE if small in _SIMPLIFIED else small


def ideographic(language: str) -> bool:
    """Whether a language needs fonts with thousands of characters."""
    return primary(language) in _IDEOGRAPHIC


def english(language: str) -> bool:
    """Whether a language code means English. Every other one is the city's own, whatever the city."""
    return primary(language) == ENGLISH


def chosen(own: str, in_english: str, language: str) -> str:
    """The text for a language code; the other one where it is missing."""
    return (in_english or own) if english(language) else (own or in_english)


def tag(language: str) -> str:
    """A language code as pages and files print it in ``lang``: ``pt-BR``. Simplified Chinese names its place, by which
    browsers choose how a character is drawn."""
    if spelled(language) == CHINESE:
        return "zh-CN"
    first, *rest = spelled(language).split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def locale(language: str) -> str:
    """The folder in which gettext looks for a language, as Django names it: ``pt_BR``, ``zh_Hans``."""
    first, _, rest = spelled(language).partition("-")
    place, _, tail = rest.partition("-")
    named = place.title() if len(place) > 2 else place.upper()
    return "_".join(filter(None, [first, "-".join(filter(None, [named, tail]))]))


def fits(texts: Iterable[str], translated: str) -> bool:
    """Whether a translation has the placeholders of its text, so that it can be filled in as the text is.

    Args:
        texts: the text, or its singular and its plural; of those a form may leave a placeholder out.
    """
    asked = [_placeholders(text) for text in texts]
    found, wanted = _placeholders(translated), frozenset().union(*asked)
    if found - wanted or (len(asked) == 1 and found != wanted):
        return False
    names = {name: 1 for kind, name in wanted if kind == "%"}
    try:
        return not names or bool(translated % names)
    except (TypeError, ValueError, KeyError):
        return False


def _placeholders(text: str) -> frozenset[tuple[str, str]]:
    named = _NAMED.findall(text)
    bare = [] if named else [f"{place}{found}" for place, found in enumerate(_BARE.findall(text))]
    return frozenset(
        [*(("%", name) for name in named), *(("{}", name) for name in _BRACED.findall(text)), *(("", b) for b in bare)]
    )
