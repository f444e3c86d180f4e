"""What a city pack says of something in time, from its entry and from what it last said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jinling.foundation.directory.rules.timeline import EARLIEST, Piece, Source, Timeline, Told, always, at, joined

PACK = Told(Source.PACK)
Stored = Sequence[Mapping[str, Any]]
Span = tuple[date, date, Any]


def stated(entry: Mapping[str, Any], values: Mapping[str, Any], last: Stored | None, *, today: date) -> Timeline:
    """What an entry says: ``values`` are its own, which hold today; ``last`` is what the pack said when it was loaded.

    Of the facts that its ``history`` names it says everything, from the beginning. What it says otherwise than last
    time of the others begins today: earlier months keep what they were told. ``opened`` and ``closed`` are days from
    which it is open or no longer; with neither, ``active`` is read like every other value. Days before ``EARLIEST``
    count as that day.
    """
    spoken = _dated(entry, values, last, today)
    if not {"opened", "closed"} & set(entry):
        return spoken
    opened = _since(entry["opened"]) if entry.get("opened") else EARLIEST
    closed = _since(entry["closed"]) if entry.get("closed") else None
    days = {piece.from_on for piece in spoken} | {opened} | ({closed} if closed else set())
    return joined(
        Piece(
            day,
            None,
            {**at(spoken, day).facts, "active": opened <= day and (closed is None or day < closed)},
            PACK,
        )
        for day in sorted(days)
    )


def spans(history: Sequence[Mapping[str, Any]], fact: str) -> list[Span]:
    """What a fact was, in order of time: ``(first day, first day no longer, value)``.

    A span of which no beginning is told begins where the one before it ended, the first one with all days.
    """
    found: list[Span] = []
    for former in sorted((one for one in history if fact in one), key=lambda one: day_of(one["until"])):
        begin = _since(former["from"]) if former.get("from") else found[-1][1] if found else EARLIEST
        found.append((begin, _since(former["until"]), former[fact]))
    return found


def _dated(entry: Mapping[str, Any], values: Mapping[str, Any], last: Stored | None, today: date) -> Timeline:
    history = entry.get("history") or ()
    named = {fact: found for fact in values if (found := spans(history, fact))}
    said = _continued({fact: value for fact, value in values.items() if fact not in named}, values, last, today)
    days = {piece.from_on for piece in said} | {day for found in named.values() for span in found for day in span[:2]}

    def on(day: date, fact: str) -> Any:
        return next((value for begin, end, value in named[fact] if begin <= day < end), values[fact])

    return joined(
        Piece(day, None, {**at(said, day).facts, **{fact: on(day, fact) for fact in named}}, PACK)
        for day in sorted(days)
    )


def _continued(spoken: Mapping[str, Any], values: Mapping[str, Any], last: Stored | None, today: date) -> Timeline:
    """What was said last, and from today on what is ``spoken`` otherwise."""
    if not last:
        return always(values, PACK)
    said = read(last)
    if all(at(said, max(today, said[-1].from_on)).facts.get(name) == value for name, value in spoken.items()):
        return said
    days = {piece.from_on for piece in said if piece.from_on < today}
    return joined([*(Piece(day, None, at(said, day).facts, PACK) for day in days), Piece(today, None, values, PACK)])


def _since(value: Any) -> date:
    """A day from which something holds; what began before ``EARLIEST`` always was."""
    return max(day_of(value), EARLIEST)


def read(stored: Stored) -> Timeline:
    """A timeline as it is kept in a row."""
    pieces = ({**piece} for piece in stored)
    return joined(Piece(day_of(piece.pop("from")), None, piece, PACK) for piece in pieces)


def kept(timeline: Timeline) -> list[dict[str, Any]]:
    """A timeline as it is kept in a row."""
    return [{"from": str(piece.from_on), **piece.facts} for piece in timeline]


def day_of(value: Any) -> date:
    """A day as YAML or JSON write it."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))
