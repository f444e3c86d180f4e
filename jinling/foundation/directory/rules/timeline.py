"""What holds of something from a day until another: read, changed, joined. Nothing here knows what the facts mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

# The first day that a period can name. Whoever knows no beginning says this day, so that every day has an answer.
EARLIEST = date(1900, 1, 1)


class Source(StrEnum):
    """Who says so: the city pack, or staff."""

    PACK = "pack"
    STAFF = "staff"


class Passage(StrEnum):
    """How an institution's work came to another: it was merged into it, split into several, or taken over whole."""

    MERGED = "merged"
    SPLIT = "split"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True)
class Told:
    """Who said that something holds (``by`` is the actor's ``ref``), and why."""

    source: Source
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """What holds from a day until another one, which is no longer in it (None: until further notice)."""

    from_on: date
    until_on: date | None
    facts: Mapping[str, Any]
    told: Told = field(compare=False)

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


Timeline = tuple[Piece, ...]


def always(facts: Mapping[str, Any], told: Told) -> Timeline:
    """The same facts on every day."""
    return (Piece(EARLIEST, None, dict(facts), told),)


def at(timeline: Sequence[Piece], day: date) -> Piece:
    """What holds on a day; a timeline holds something on every day from ``EARLIEST`` on.

    Raises:
        LookupError: the day lies before.
    """
    for piece in timeline:
        if piece.covers(day):
            return piece
    raise LookupError(day)


def changed(
    timeline: Sequence[Piece], values: Mapping[str, Any], told: Told, *, on: date, until: date | None = None
) -> Timeline:
    """The timeline with other values from a day on.

    Each value holds ``until`` that day where one is given; else until the day on which the same fact changes again:
    a rename that is entered late does not undo a later one.
    """
    ends = {name: until or _next_change(timeline, name, on) for name in values}
    cuts = {on, *(end for end in ends.values() if end is not None)}

    def holds(name: str, day: date) -> bool:
        end = ends[name]
        return on <= day and (end is None or day < end)

    def of(piece: Piece, day: date) -> Piece:
        given = {name: v for name, v in values.items() if holds(name, day) and piece.facts[name] != v}
        return Piece(day, None, {**piece.facts, **given}, told if given else piece.told)

    return joined(of(at(timeline, day), day) for day in _days(timeline, cuts))


def taken_over(ours: Sequence[Piece], base: Sequence[Piece], theirs: Sequence[Piece], told: Told) -> Timeline:
    """What stands (``ours``) with what others changed since they last spoke: ``theirs`` against ``base``.

    A fact that we changed ourselves since stays as we have it.
    """

    def of(day: date) -> Piece:
        mine, said, says = at(ours, day), at(base, day).facts, at(theirs, day).facts
        given = {
            name: value for name, value in says.items() if value != said[name] and mine.facts.get(name) == said[name]
        }
        return Piece(day, None, {**mine.facts, **given}, told if given else mine.told)

    return joined(of(day) for day in _days(ours, {piece.from_on for piece in (*base, *theirs)}))


def joined(pieces: Iterable[Piece]) -> Timeline:
    """Pieces by their first days made one timeline: each ends where the next begins, neighbours alike are one."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: one.from_on):
        if found and found[-1].facts == piece.facts:
            continue
        if found:
            found[-1] = Piece(found[-1].from_on, piece.from_on, found[-1].facts, found[-1].told)
        found.append(Piece(piece.from_on, None, piece.facts, piece.told))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Difference:
    """A span over which facts are others than before: ``{fact: (before, after)}``."""

    from_on: date
    until_on: date | None
    facts: Mapping[str, tuple[Any, Any]]


def differences(before: Sequence[Piece], after: Sequence[Piece]) -> list[Difference]:
    """Where two timelines differ, in order of time; neighbouring days that differ alike are one span."""
    found: list[Difference] = []
    days = _days(before, {piece.from_on for piece in after})
    for day, end in zip(days, [*days[1:], None], strict=True):
        old, new = at(before, day).facts, at(after, day).facts
        facts = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
        if facts and found and found[-1].until_on == day and found[-1].facts == facts:
            found[-1] = Difference(found[-1].from_on, end, facts)
        elif facts:
            found.append(Difference(day, end, facts))
    return found


def within(timeline: Sequence[Piece], on: date, until: date | None) -> list[Piece]:
    """The pieces that hold on a day of a span."""
    return [
        piece
        for piece in timeline
        if (until is None or piece.from_on < until) and (piece.until_on is None or piece.until_on > on)
    ]


def leads_back(edges: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one comes from ``start`` to ``end`` along the edges; each leads to itself."""
    ways: dict[int, set[int]] = {}
    for one, other in edges:
        ways.setdefault(one, set()).add(other)
    seen, waiting = {start}, [start]
    while waiting:
        for other in ways.get(waiting.pop(), set()) - seen:
            seen.add(other)
            waiting.append(other)
    return end in seen


def _days(timeline: Iterable[Piece], more: Iterable[date]) -> list[date]:
    return sorted({piece.from_on for piece in timeline} | set(more))


def _next_change(timeline: Sequence[Piece], name: str, on: date) -> date | None:
    value = at(timeline, on).facts[name]
    return next((one.from_on for one in timeline if one.from_on > on and one.facts[name] != value), None)
