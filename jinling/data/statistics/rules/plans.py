"""What one replay is: which figures at which scale and seed, and how it stands to an earlier one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from jinling.data.statistics.rules.refusals import ReplayStepRefused
from jinling.kernel.contexts import SocketBroken
from jinling.kernel.figures import ReplayRequest
from jinling.kernel.states import States

# What was printed about a table changes no event: only what is replayed names a replay.
EVENTFUL = ("columns", "rows")
# A replay that stands is taken back whole before another takes its place.
RUN = States(
    {"finish": {"running": "done"}, "withdraw": {"running": "withdrawn", "done": "withdrawn"}}, ReplayStepRefused
)

Step = Literal["start", "resume", "nothing", "replace"]


class Drawing(Protocol):
    """What the order of replayers goes by."""

    events: str
    draws_on: tuple[str, ...]


D = TypeVar("D", bound=Drawing)


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value, in hex; decimals count as the numbers that they are."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=float)
    return hashlib.sha256(text.encode()).hexdigest()


def request_of(
    period: str, tables: Mapping[str, Mapping[str, Any]], *, scale: float, seed: int, bases: Sequence[str] = ()
) -> ReplayRequest:
    """What a replayer is asked for.

    Args:
        bases: digests of the replays on whose events this one draws: when they change, it does.
    """
    figures = [[name, *(tables[name].get(part) for part in EVENTFUL)] for name in sorted(tables)]
    named = [period, figures, repr(float(scale)), seed, *([sorted(bases)] if bases else [])]
    return ReplayRequest(period, {name: tables[name] for name in sorted(tables)}, scale, seed, digest(named))


@dataclass(frozen=True, slots=True)
class Earlier:
    """A replay that stands: the digest of its plan."""

    digest: str
    complete: bool


def step(earlier: Earlier | None, plan: str) -> Step:
    """What to do: start afresh, go on where it stopped, nothing, or take the earlier replay back first."""
    if earlier is None:
        return "start"
    if earlier.digest != plan:
        return "replace"
    return "nothing" if earlier.complete else "resume"


def in_order(replayers: Mapping[str, D]) -> dict[str, D]:
    """Replayers, each after those on whose events it draws, otherwise as they come.

    Raises:
        SocketBroken: two make events of one kind, one draws on a kind that nobody makes, or they draw in a circle.
    """
    makers: dict[str, str] = {}
    for name, replayer in replayers.items():
        if replayer.events in makers:
            raise SocketBroken(f"{makers[replayer.events]} and {name} both make {replayer.events}")
        makers[replayer.events] = name
    found: dict[str, D] = {}
    waiting = dict(replayers)
    while waiting:
        ready = next((n for n, one in waiting.items() if all(makers.get(k) in found for k in one.draws_on)), None)
        if ready is None:
            name, one = next(iter(waiting.items()))
            raise SocketBroken(
                f"{name} draws on {', '.join(one.draws_on)}: nobody makes it, or it draws on {one.events}"
            )
        found[ready] = waiting.pop(ready)
    return found
