"""Names of people as they are written in China: one normal form, a folded form to compare by, and pinyin.

A name keeps its own characters (rare ones too) and loses only what a keyboard adds: spaces, widths, the many
dots of minority names. The folded form also loses what people vary: traditional and variant characters, the dot,
letter case. The tables beside this module are data: ``data/variants.csv`` and ``data/surnames.csv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from importlib import resources

from jinling.kernel.outcomes import Invalid

DOT = "\u00b7"
MAX_LENGTH = 60
# The dots that input methods offer between the parts of a name.
_DOTS = re.compile("[\u2022\u2027\u2219\u22c5\u30fb\u16eb\u2024\uff0e.]")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff"
_FIRST_HAN = "\u3007"
_ALLOWED = re.compile(rf"[{_HAN}A-Z\u00c0-\u024f' \-{DOT}]+")
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}{DOT}])\s+|\s+(?=[{_HAN}{DOT}])")
_PLAIN = re.compile(rf"[\u3400-\u4dbf\u4e00-\u9fff]{{1,{MAX_LENGTH}}}")  # most names: nothing to mend
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class NameInvalid(Invalid):
    """A text that cannot be a person's name."""

    code = "name_invalid"
    text = "The name is empty, longer than %(longest)s characters, or holds characters that names do not have."
    mend = "Enter the name as the identity document shows it."


def _table(name: str) -> list[list[str]]:
    text = resources.files("jinling.kernel").joinpath("data", name).read_text(encoding="utf-8")
    return [row for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#")]


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    """Variant and traditional characters to the one that stands for all of them."""
    return {ord(variant): row[0] for row in _table("variants.csv") for variant in row[1]}


def variants(character: str) -> str:
    """The variant and traditional forms that are read as this character; empty when there are none."""
    return _written_otherwise().get(character, "")


@lru_cache(maxsize=1)
def _written_otherwise() -> dict[str, str]:
    return {row[0]: row[1] for row in _table("variants.csv")}


@lru_cache(maxsize=1)
def _surnames() -> dict[str, tuple[str, ...]]:
    """Surnames that need knowing: those of two characters, and those read otherwise than the word."""
    return {row[0]: tuple(row[1].split()) for row in _table("surnames.csv")}


def normalise(name: str, *, where: str = "name") -> str:
    """The name with one kind of width, dot and spacing; Latin letters in capitals.

    Raises:
        NameInvalid: empty, too long, or with digits, controls or other signs.
    """
    if _PLAIN.fullmatch(name):
        return name
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).strip()
    text = _DOTS.sub(DOT, text.upper().replace("\u2019", "'"))
    text = re.sub(r"\s+", " ", _BETWEEN_HAN.sub("", text)).strip(DOT + " ")
    if len(text) > MAX_LENGTH or not _ALLOWED.fullmatch(text):
        raise NameInvalid(where=where, longest=MAX_LENGTH)
    return text


def folded(name: str) -> str:
    """What two spellings of one name share: variants made one, dots and spaces gone. Takes a normalised name."""
    return re.sub(rf"[{DOT} '\-]", "", name).translate(_variants())


def split(name: str) -> tuple[str, str]:
    """Surname and given name; a name with dots or in Latin letters has no surname part."""
    if not name or DOT in name or name[0] < _FIRST_HAN:
        return "", name
    simple = name[:2].translate(_variants())
    length = 2 if len(name) > 2 and len(simple) == 2 and simple in _surnames() else 1
    return name[:length], name[length:]


@lru_cache(maxsize=16384)
def _reading(character: str) -> str:
    if character < _FIRST_HAN:  # Latin letters sound as they are, without their accents
        return unicodedata.normalize("NFD", character)[0].lower()
    from pypinyin import lazy_pinyin  # a large dictionary: only when a name is read

    return str(lazy_pinyin(character)[0]).lower()


def syllables(name: str) -> list[str]:
    """The name's readings, one a character, without tones; surnames as surnames are read."""
    surname, given = split(name)
    known = _surnames().get(surname.translate(_variants()))
    readings = list(known) if known else [_reading(character) for character in surname]
    return readings + [_reading(character) for character in folded(given)]


def surname_reading(name: str) -> str:
    """The reading of the surname; of a name without one, its first part."""
    surname = split(name)[0]
    if surname:
        return "".join(syllables(name)[: len(surname)])
    return "".join(_reading(character) for character in re.split(rf"[{DOT} ]", name)[0])


def pinyin(name: str) -> str:
    """The readings in one word, without tones: a search key."""
    return "".join(syllables(name))


def initials(name: str) -> str:
    """The first letters of the readings: a search key."""
    return "".join(syllable[:1] for syllable in syllables(name))
