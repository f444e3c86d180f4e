"""What one thing can be written by: widths, signs, characters, numerals; and words that say only a kind of thing.

The tables beside this context (``data``) are facts of languages; what is one city's own stands in its pack.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from importlib import resources

from jinling.kernel import names as people

_AGAIN = re.compile("(.)\u3005")  # the mark that repeats the character before it
_CIRCLES = str.maketrans({"\u25cb": "\u3007", "\u25ef": "\u3007"})  # a circle drawn for the numeral nought
_BLANK = re.compile(r"\.{2,}|_{2,}|[\u2010-\u2015-]{2,}|[(\[{<]\s*[)\]}>]")  # something is left out here
_SELECTORS = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SILENT = frozenset({"Pd", "Ps", "Pe", "Pi", "Pf", "Pc", "Sk"})  # dashes, brackets, quotes
_SILENT_SIGNS = frozenset(".,:'\"!\u00b7\u2022\u2027\u3002\u30fb\u2032\u2019\u00a1\u00bf")
# Latin letters that do not come apart into a letter and a mark.
_WHOLE = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i"}
)


def _table(name: str) -> list[list[str]]:
    text = resources.files("jinling.foundation.directory").joinpath("data", name).read_text(encoding="utf-8")
    return [row for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#")]


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    return {ord(variant): row[0] for row in _table("variants.csv") for variant in row[1]}


@lru_cache(maxsize=1)
def _numerals() -> dict[str, int]:
    return {numeral: int(row[0]) for row in _table("numerals.csv") if row[0].isdigit() for numeral in row[1]}


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    numerals, order = "".join(_numerals()), "".join(row[1] for row in _table("numerals.csv") if row[0] == "order")
    return re.compile(f"(?<=[{order}])[0-9{numerals}]+|[0-9{numerals}]{{2,}}")


@lru_cache(maxsize=4)
def _kinds(own: frozenset[str]) -> tuple[frozenset[str], int]:
    words = frozenset(figures(usual(strict(word))) for word in (*(row[0] for row in _table("kinds.csv")), *own)) - {""}
    return words, max(map(len, words))


def strict(name: str) -> str:
    """The name without width, case, spaces and the punctuation that says nothing.

    What says something stays: signs that join or hide (``A/B``, ``A & B``, a masked or unreadable character, a
    blank to be filled), and whatever stands between two figures, as a point.

    >>> strict("Clinic  No. 8-1 (A/B)")
    'clinicno8.1a/b'
    """
    text = _SELECTORS.sub("", unicodedata.normalize("NFKC", name).casefold().translate(_CIRCLES))
    kept: list[str] = []
    between = False
    for c in _BLANK.sub("*", text):
        kind = unicodedata.category(c)
        if kind[0] == "Z" or kind == "Cf" or c.isspace():
            continue
        if kind in _SILENT or c in _SILENT_SIGNS:
            between = True
            continue
        if between and kept and _is_figure(c) and _is_figure(kept[-1]):
            kept.append(".")
        between = False
        kept.append(c)
    return "".join(kept)


def _is_figure(c: str) -> bool:
    return c.isdigit() or c in _numerals()


def usual(text: str) -> str:
    """A strict key with variant characters, repeated ones and letters with marks written as the usual ones."""
    if text.isascii():
        return text
    return unmarked(people.folded(_AGAIN.sub(r"\1\1", text)).translate(_variants()))


def unmarked(text: str) -> str:
    """Latin letters without their marks; spaces and all else stay. Takes small letters.

    >>> unmarked("hospital ni\u00f1o jes\u00fas")
    'hospital nino jesus'
    """
    if text.isascii():
        return text
    plain: list[str] = []
    for c in unicodedata.normalize("NFD", text.translate(_WHOLE)):
        if unicodedata.category(c) == "Mn" and plain and plain[-1] <= "z":
            continue
        plain.append(c)
    return unicodedata.normalize("NFC", "".join(plain))


def figures(text: str) -> str:
    """Numbers in figures: digit by digit, or counted in tens; what is neither, and a word's one numeral, stays.

    >>> figures("No 24")
    'No 24'
    """
    return _runs().sub(lambda run: _number(run.group()), text)


def _number(run: str) -> str:
    worth = [_numerals().get(c, -1) for c in run]
    if min(worth) < 0:  # figures, or figures and numerals mixed: nobody's number
        return run
    if max(worth) < 10:
        return "".join(map(str, worth))
    total, digit, last, gap = 0, 0, 10_000, False
    for value in worth:
        if value == 0:
            if digit or not total or gap:
                return run
            gap = True
        elif value < 10:
            if digit:
                return run
            digit = value
        else:
            if value >= last or (not digit and (value != 10 or total)):
                return run
            total, digit, last, gap = total + (digit or 1) * value, 0, value, False
    # A digit after hundreds says tens to one reader and ones to another.
    if (digit and last != 10 and not gap) or (gap and not digit):
        return run
    return str(total + digit)


def only_a_kind(key: str, own: Collection[str] = ()) -> bool:
    """Whether a key in figures consists of nothing but words for kinds of institutions, and numbers.

    Args:
        own: such words of the city's own.
    """
    words, longest = _kinds(frozenset(own))
    reached = {0}
    for end in range(1, len(key) + 1):
        if (end - 1 in reached and key[end - 1].isdigit()) or any(
            start in reached and key[start:end] in words for start in range(max(0, end - longest), end)
        ):
            reached.add(end)
    return bool(key) and len(key) in reached
