"""What the directory's verbs take and give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from jinling.foundation.directory.rules.timeline import Passage


class Step(StrEnum):
    """What can be done to an institution from a day on."""

    RENAME = "rename"
    MOVE = "move"
    REOWN = "reown"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    SPLIT = "split"
    SUCCEED = "succeed"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an institution (its ``code``), which can be looked at before it is made.

    ``on`` is the day from which it holds, ``until`` (of a correction) the day from which it no longer does.
    ``values`` are names, choices and codes: ``name``, ``name_en``, ``kind``, ``ownership``, ``level``, ``district``,
    ``part_of``, ``active``; None leaves the district or the whole. ``others`` are the codes of those that are merged
    into it, split off it or take over from it; ``closes`` says whether one that is split ends.
    """

    step: Step
    code: str
    on: date
    values: Mapping[str, Any] = field(default_factory=dict)
    until: date | None = None
    others: Sequence[str] = ()
    closes: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A span over which a fact of an institution becomes another one; districts and institutions by name."""

    code: str
    name: str
    from_on: date
    until_on: date | None
    fact: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SuccessionOn:
    """Who takes over from whom, by code and name."""

    predecessor: tuple[str, str]
    successor: tuple[str, str]
    kind: Passage
    on: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, and nothing of it done.

    ``past`` is the first day before today that is told otherwise than before: figures that are counted again change
    from its month on; what was released does not.
    """

    effects: tuple[Effect, ...]
    successions: tuple[SuccessionOn, ...]
    names: tuple[str, ...]
    past: date | None
