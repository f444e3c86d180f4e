"""What a city pack says of something in time, from its entry and from what it last said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jinling.foundation.directory.rules.timeline import EARLIEST, Piece, Source, Timeline, Told, always, at, joined

PACK = Told(Source.PACK)
Stored = Sequence[Mapping[str, Any]]


def stated(entry: Mapping[str, Any], values: Mapping[str, Any], last: Stored | None, *, today: date) -> Timeline:
    """What an entry says: ``values`` are its own, which hold today; ``last`` is what the pack said when it was loaded.

    With a ``history`` the entry says everything, from the beginning. Without one, what it says otherwise than last
    time begins today: earlier months keep what they were told. Days before ``EARLIEST`` count as that day. ``opened``
    and ``closed`` are days from which it is open or no longer; with neither, ``active`` is read like every other value.
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


def _dated(entry: Mapping[str, Any], values: Mapping[str, Any], last: Stored | None, today: date) -> Timeline:
    if entry.get("history"):
        found = always(values, PACK)
        for former in entry["history"]:
            begin = _since(former["from"]) if former.get("from") else EARLIEST
            end = _since(former["until"])
            given = {name: former[name] for name in values if name in former}
            days = {piece.from_on for piece in found} | {begin, end}
            found = joined(
                Piece(day, None, {**at(found, day).facts, **(given if begin <= day < end else {})}, PACK)
                for day in sorted(days)
            )
        return found
    if not last:
        return always(values, PACK)
    said = read(last)
    days = {piece.from_on for piece in said if piece.from_on < today}
    if all(at(said, max(today, said[-1].from_on)).facts.get(name) == value for name, value in values.items()):
        return said
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
