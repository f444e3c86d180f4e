"""Which institution a name means among all ways in which institutions are written, and which come near."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from jinling.foundation.directory.rules.names import (
    Naming,
    loose_key,
    search_key,
    variant_key,
    with_prefixes,
    without_prefix,
)
from jinling.foundation.directory.rules.writing import only_a_kind, strict

Owner = TypeVar("Owner", bound=Hashable)

# What names sound like, with whose they are: the key itself for those that can be found by it, and whole readings.
Sounded = Callable[[str], Iterable[tuple[str, Owner]]]

LONGEST = 1000  # characters; whatever is longer is no name
COMPARED = 100  # letters; with longer ones nothing is near
LOOKED_AT = 300  # keys that are compared letter by letter


@dataclass(frozen=True, slots=True)
class Spelling(Generic[Owner]):
    """One way of writing one institution."""

    name: str
    owner: Owner


class Spellings(Generic[Owner]):
    """All ways in which the institutions of a city are written, a pack's or the database's: one answer for both.

    The safest reading that fits anyone wins: as written, as everybody writes it, as the city says that it may be
    written, and last with its prefix left out or written otherwise. Where a reading fits several, all are given.
    """

    def __init__(self, written: Iterable[Spelling[Owner]], naming: Naming) -> None:
        self.naming = naming
        self._strict: dict[str, dict[Owner, None]] = {}
        self._variant: dict[str, dict[Owner, None]] = {}
        self._loose: dict[str, dict[Owner, None]] = {}
        for spelling in written:
            for keys, key in (
                (self._strict, strict(spelling.name)),
                (self._variant, variant_key(spelling.name, naming)),
                (self._loose, loose_key(spelling.name, naming)),
            ):
                keys.setdefault(key, {})[spelling.owner] = None

    def exactly(self, name: str) -> list[Owner]:
        """Those written so, but for width, case, spaces and punctuation that says nothing."""
        return list(self._strict.get(strict(name), ())) if _is_name(name) else []

    def meant(self, name: str) -> list[Owner]:
        """Everybody whom the name may mean by the safest reading that fits anyone; none where it fits nobody."""
        if not _is_name(name):
            return []
        variant, loose = variant_key(name, self.naming), loose_key(name, self.naming)
        if fitting := self._strict.get(strict(name)) or self._variant.get(variant) or self._loose.get(loose):
            return list(fitting)
        bare = without_prefix(loose, self.naming)
        # Every town has a First Hospital: who writes no town, or one before a name that goes without, may mean another.
        anybodys = only_a_kind(bare, self.naming.kinds)
        ways = with_prefixes(bare, self.naming)[1 if anybodys else 0 :]
        found = {owner: None for way in ways for owner in self._loose.get(way, ())}
        if not found or bare != loose:
            return list(found)
        # The prefix was left out altogether: whoever else's name ends in the same words may be meant too.
        found |= {owner: None for key, owners in self._loose.items() if key.endswith(bare) for owner in owners}
        return [] if anybodys and len(found) == 1 else list(found)

    def near(self, name: str, sounded: Sounded[Owner], limit: int = 5) -> list[Owner]:
        """Those whose names are most like it, best first.

        Args:
            sounded: asked for where the name is in Latin letters.
        """
        key = loose_key(name, self.naming) if _is_name(name) else ""
        if not 0 < len(key) <= COMPARED:
            return []
        known = [(other, owner) for other, owners in self._loose.items() for owner in owners]
        if key.isascii():
            known = [pair for pair in known if pair[0].isascii()] + list(sounded(search_key(name)))
        else:
            known = [pair for pair in known if not pair[0].isascii()] or known
        return nearest(key, known, limit=limit)


def nearest(key: str, known: Iterable[tuple[str, Owner]], *, limit: int = 5) -> list[Owner]:
    """Owners of the keys most like ``key``, best first, each once; among equals those that come first.

    Args:
        known: pairs of (key, owner); an owner may have several keys.
        limit: at most this many owners.
    """
    best: dict[Owner, float] = {}
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    for other, owner in _likely(key, list(known)):
        matcher.set_seq1(other)
        score = matcher.ratio()
        if key and (key in other or other in key):
            score += 0.5
        if score > best.get(owner, 0.0):
            best[owner] = score
    ranked = sorted(best, key=lambda owner: -best[owner])
    # A name like nothing known still gets a few, so that the reader sees what names look like here.
    return [owner for i, owner in enumerate(ranked[:limit]) if best[owner] >= 0.4 or i < 3]


def _likely(key: str, known: list[tuple[str, Owner]]) -> list[tuple[str, Owner]]:
    """In a large city only those that share most pairs of letters are compared letter by letter."""
    if len(known) <= LOOKED_AT:
        return known
    pairs = set(itertools.pairwise(key))

    def shared(pair: tuple[str, Owner]) -> float:
        return len(pairs.intersection(itertools.pairwise(pair[0]))) / (len(pair[0]) + len(key))

    return sorted(known, key=shared, reverse=True)[:LOOKED_AT]


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST and any(c.isalnum() for c in name)
