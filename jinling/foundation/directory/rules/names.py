"""When two ways of writing a name mean the same: keys that are compared instead of the names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from jinling.foundation.directory.rules.writing import figures, strict, usual

CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"  # of districts and institutions, whoever enters them: part of addresses
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


class AliasSource(StrEnum):
    """Who says that an institution is also called so: its own names, the city pack, or staff."""

    NAME = "name"
    NAME_EN = "name_en"
    PACK = "pack"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Folded:
    """The parts of names as they stand in keys: what ``Naming`` says, ready to be compared."""

    prefixes: Sequence[str]
    suffixes: Sequence[str]
    equivalents: Sequence[tuple[str, str]]
    renamed: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Naming:
    """How names may differ in a city and mean the same; part of the city pack.

    ``prefixes`` and ``suffixes`` may be left out, ``equivalents`` are read as their right side,
    ``variants`` are single characters beside those that everybody has, ``kinds`` words that say only what kind of
    institution it is, ``readings`` sound a part of a name, ``renamed`` are districts' former names with the present.
    """

    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    equivalents: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def folded(self) -> Folded:
        """The parts of names as they stand in keys, each list with the longest first."""

        def key(part: str) -> str:
            return variant_key(part, self)

        now = {
            key(prefix + before): key(prefix + after)
            for before, after in self.renamed.items()
            for prefix in ("", *self.prefixes)
        }
        return Folded(
            prefixes=_longest_first(figures(key(prefix)) for prefix in self.prefixes),
            suffixes=_longest_first(figures(key(suffix)) for suffix in self.suffixes),
            equivalents=_pairs({key(written): key(read) for written, read in self.equivalents.items()}),
            renamed=_pairs(now),
        )

    @cached_property
    def apart(self) -> Naming:
        """The same without renamed districts: a district's former name may still tell an institution that closed from
        the one that is there now."""
        return replace(self, renamed={})

    @classmethod
    def of(cls, data: Mapping[str, object] | None, districts: Iterable[Mapping[str, Any]] = ()) -> Naming:
        """The naming section of a pack, as stored; missing parts are empty.

        Args:
            districts: each with its ``name`` and, under ``formerly``, the ``name`` of those that it holds now.
        """
        parts: dict[str, object] = dict(data or {})
        listed = {k: tuple(v) for k, v in _mapping(parts.get("readings")).items()}
        return cls(
            prefixes=tuple(_sequence(parts.get("prefixes"))),
            suffixes=tuple(_sequence(parts.get("suffixes"))),
            equivalents=_mapping(parts.get("equivalents")),
            variants=_mapping(parts.get("variants")),
            kinds=tuple(_sequence(parts.get("kinds"))),
            readings=listed,
            renamed=renamed(districts),
        )


def renamed(districts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Former names of districts that only changed what kind of district they are, with the present ones.

    One that went up in another district is none of them: both were there at once, each with institutions of its own.

    >>> renamed([{"name": "Hill District", "formerly": [{"name": "Hill County"}, {"name": "Old Quay"}]}])
    {'Hill County': 'Hill District'}
    """
    return {
        str(former["name"]): str(district["name"])
        for district in districts
        for former in district.get("formerly") or ()
        if former["name"] != district["name"] and _proper(former["name"]) == _proper(district["name"]) != ""
    }


def _proper(name: str) -> str:
    """A district's name without its kind: the last word, in Chinese the last character."""
    return name[:-1] if _HAN.match(name[-1:]) else name.rpartition(" ")[0]


def name_key(name: str) -> str:
    """The name with width, case, spaces and punctuation taken away: equal keys, equal names.

    >>> name_key("24  App (City)")
    '24appcity'
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def search_key(name: str) -> str:
    """What a search compares: the name's key with letters and characters as they are usually written."""
    return usual(name_key(name))


def is_code(text: str) -> bool:
    """Whether a text can be the code of a district or an institution.

    >>> is_code("NJ-0018"), is_code("A/1")
    (True, False)
    """
    return re.fullmatch(CODE, text) is not None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute a text instead of showing it."""
    return unicodedata.normalize("NFKC", text).lstrip()[:1] in ("=", "+", "-", "@")


def variant_key(name: str, naming: Naming) -> str:
    """The name as everybody writes it: variant characters, marks on letters and silent signs taken away."""
    return usual("".join(naming.variants.get(c, c) for c in strict(name)))


def loose_key(name: str, naming: Naming) -> str:
    """``variant_key`` with renamed districts and equivalents replaced, numbers in figures, and the longest
    omissible suffix dropped."""
    key, folded = variant_key(name, naming), naming.folded
    for before, after in folded.renamed:
        if key.startswith(before):
            key = after + key[len(before) :]
            break
    for written, read in folded.equivalents:
        key = key.replace(written, read)
    key = figures(key)
    for suffix in folded.suffixes:
        if key.endswith(suffix) and key != suffix:
            return key[: -len(suffix)]
    return key


def own_keys(name: str, naming: Naming) -> list[tuple[int, str]]:
    """The keys that a name has for its institution alone, each with its tier; a name without letters has none.

    Whoever gives a name compares all of them, so that no two institutions are written alike.
    """
    keys = (name_key(name), variant_key(name, naming.apart), loose_key(name, naming.apart))
    return list(enumerate(keys)) if all(keys) else []


def without_prefix(loose: str, naming: Naming) -> str:
    """A loose key without the longest omissible prefix; a key that is nothing but a prefix stays."""
    for prefix in naming.folded.prefixes:
        if loose.startswith(prefix) and loose != prefix:
            return loose[len(prefix) :]
    return loose


def with_prefixes(bare: str, naming: Naming) -> list[str]:
    """The loose keys that a name may have whose prefix was left out or written differently."""
    return [bare, *(prefix + bare for prefix in naming.folded.prefixes)]


def _longest_first(parts: Iterable[str]) -> list[str]:
    return sorted(filter(None, parts), key=len, reverse=True)


def _pairs(parts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(part, parts[part]) for part in _longest_first(parts)]


def _sequence(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> dict[str, str]:
    return dict(value) if isinstance(value, Mapping) else {}
