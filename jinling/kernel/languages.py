"""Two languages: the city's own, which its pack names, and English; which of two texts a reader gets."""

from __future__ import annotations

ENGLISH = "en"


def primary(language: str) -> str:
    """The first part of a language code: ``pt`` of ``pt-br``."""
    return language.replace("_", "-").partition("-")[0].lower()


def english(language: str) -> bool:
    """Whether a language code means English. Every other one is the city's own, whatever the city."""
    return primary(language) == ENGLISH


def chosen(own: str, in_english: str, language: str) -> str:
    """The text for a language code; the other one where it is missing."""
    return (in_english or own) if english(language) else (own or in_english)


def tag(language: str) -> str:
    """A language code as pages and files print it in ``lang``: ``pt-BR``. Simplified Chinese names its place, by which
    browsers choose how a character is drawn."""
    first, *rest = language.replace("_", "-").split("-")
    if first.lower() == "zh" and [part.lower() for part in rest] in ([], ["hans"]):
        return "zh-CN"
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])
