"""How a name sounds: pinyin and initials to sort and search by."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from jinling.foundation.directory.rules.names import search_key
from jinling.foundation.directory.rules.writing import unmarked, usual

MOST_READINGS = 8  # names with several ambiguous parts would otherwise multiply without end
_WORDS = re.compile(r"[0-9]+|[a-z]+|[^\W\d_a-z]+")


def readings(name: str, dictionary: Mapping[str, Sequence[str]] | None = None, *, surname: bool = False) -> list[str]:
    """The syllables of a name, separated by spaces; the likeliest reading first.

    Args:
        name: in any script; Latin words and numbers are kept as they are, without the marks on letters.
        dictionary: parts of names with their readings (``{part: [reading, ...]}``), before the general ones.
        surname: the first character may be sounded in every way it can be.
    """
    parts: list[list[str]] = []
    listed = sorted(((_folded(part), ways) for part, ways in (dictionary or {}).items()), key=_length, reverse=True)
    rest = _folded(name)
    plain = ""
    while rest:
        found = next(((part, ways) for part, ways in listed if part and rest.startswith(part)), None)
        if found is None:
            plain, rest = plain + rest[0], rest[1:]
            continue
        parts += _sounded(plain, surname=surname and not parts)
        parts.append([" ".join(way.split()) for way in found[1]])
        plain, rest = "", rest[len(found[0]) :]
    parts += _sounded(plain, surname=surname and not parts)
    ways = itertools.islice(itertools.product(*parts), MOST_READINGS)
    return list(dict.fromkeys(" ".join(" ".join(way).split()) for way in ways))


def sounds(reading: str) -> tuple[str, str]:
    """A reading in one word, and its initials."""
    syllables = reading.split()
    return "".join(syllables), "".join(s if s.isdigit() else s[0] for s in syllables)


def search_text(names: Iterable[str], sounded: Iterable[str]) -> str:
    """What a search looks into: name keys, then readings and initials from every syllable on.

    A Chinese query matches anywhere; a Latin one where a syllable begins, which is after a space. Marks on letters and
    variants of characters do not stand in it, nor in a query's ``search_key``.
    """
    keys: dict[str, None] = {}
    for name in names:
        keys[search_key(name)] = None
        words = _WORDS.findall(_folded(name))
        for start in range(1, len(words)):
            keys[usual("".join(words[start:]))] = None
    for reading in sounded:
        syllables = reading.split()
        for start in range(len(syllables)):
            keys |= dict.fromkeys(sounds(" ".join(syllables[start:])))
    keys.pop("", None)
    return " " + " ".join(keys) + " "


def _length(item: tuple[str, Sequence[str]]) -> int:
    return len(item[0])


def _folded(name: str) -> str:
    return unmarked(unicodedata.normalize("NFKC", name).casefold())


def _sounded(text: str, *, surname: bool) -> list[list[str]]:
    """Each word of ``text`` as a list of ways to sound it."""
    if not text:
        return []
    from pypinyin import Style, lazy_pinyin, pinyin  # a large dictionary: only when a name is written

    parts: list[list[str]] = []
    for word in _WORDS.findall(text):
        if word.isascii():
            parts.append([word])
            continue
        syllables = lazy_pinyin(word, style=Style.NORMAL, errors="ignore", v_to_u=False)
        ways = [[s] for s in syllables]
        if surname and not parts and ways:
            every = pinyin(word[0], style=Style.NORMAL, heteronym=True, errors="ignore")
            ways[0] = list(dict.fromkeys([*ways[0], *(every[0] if every else [])]))
        parts += ways
    return parts
