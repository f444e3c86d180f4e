"""When two ways of writing a name mean the same: keys that are compared instead of the names."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AliasSource(StrEnum):
    """Who says that an institution is also called so: its own names, the city pack, or staff."""

    NAME = "name"
    NAME_EN = "name_en"
    PACK = "pack"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Naming:
    """How names may differ in a city and mean the same; part of the city pack.

    ``prefixes`` and ``suffixes`` may be left out, ``equivalents`` are read as their right side,
    ``variants`` are single characters (traditional forms), ``readings`` sound a part of a name.
    """

    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    equivalents: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, object] | None) -> Naming:
        """The naming section of a pack, as stored; missing parts are empty."""
        parts: dict[str, object] = dict(data or {})
        listed = {k: tuple(v) for k, v in _mapping(parts.get("readings")).items()}
        return cls(
            prefixes=tuple(_sequence(parts.get("prefixes"))),
            suffixes=tuple(_sequence(parts.get("suffixes"))),
            equivalents=_mapping(parts.get("equivalents")),
            variants=_mapping(parts.get("variants")),
            readings=listed,
        )


def name_key(name: str) -> str:
    """The name with width, case, spaces and punctuation taken away: equal keys, equal names.

    >>> name_key("24  App (City)")
    '24appcity'
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def variant_key(name: str, naming: Naming) -> str:
    """``name_key`` with the city's character variants read as the usual ones."""
    return "".join(naming.variants.get(c, c) for c in name_key(name))


def loose_key(name: str, naming: Naming) -> str:
    """``variant_key`` with equivalents replaced and the longest omissible suffix dropped."""
    key = variant_key(name, naming)
    for written in sorted(naming.equivalents, key=len, reverse=True):
        key = key.replace(name_key(written), name_key(naming.equivalents[written]))
    for suffix in sorted(map(name_key, naming.suffixes), key=len, reverse=True):
        if suffix and key.endswith(suffix) and key != suffix:
            return key[: -len(suffix)]
    return key


def without_prefix(loose: str, naming: Naming) -> str:
    """A loose key without the longest omissible prefix; a key that is nothing but a prefix stays."""
    for prefix in _prefixes(naming):
        if loose.startswith(prefix) and loose != prefix:
            return loose[len(prefix) :]
    return loose


def with_prefixes(bare: str, naming: Naming) -> list[str]:
    """The loose keys that a name may have whose prefix was left out or written differently."""
    return [bare, *(prefix + bare for prefix in _prefixes(naming))]


def _prefixes(naming: Naming) -> list[str]:
    return sorted(filter(None, map(name_key, naming.prefixes)), key=len, reverse=True)


def nearest(key: str, known: Iterable[tuple[str, str]], *, limit: int = 5) -> list[str]:
    """Owners of the keys most like ``key``, best first, each once.

    Args:
        known: pairs of (key, owner); an owner may have several keys.
        limit: at most this many owners.
    """
    best: dict[str, float] = {}
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    for other, owner in known:
        matcher.set_seq1(other)
        score = matcher.ratio()
        if key and (key in other or other in key):
            score += 0.5
        if score > best.get(owner, 0.0):
            best[owner] = score
    ranked = sorted(best, key=lambda owner: (-best[owner], owner))
    # A name like nothing known still gets a few, so that the reader sees what names look like here.
    return [owner for i, owner in enumerate(ranked[:limit]) if best[owner] >= 0.4 or i < 3]


def _sequence(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> dict[str, str]:
    return dict(value) if isinstance(value, Mapping) else {}
