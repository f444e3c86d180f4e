"""What one replay is: which tables at which scale and seed, and how it stands to an earlier one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jinling.kernel.sockets import ReplayRequest

# What was printed about a table changes no event: only what is replayed names a replay.
EVENTFUL = ("columns", "rows")


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value, in hex."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def source_digest(period: str, tables: Mapping[str, Mapping[str, Any]], *, scale: float, seed: int) -> str:
    """Names a file's figures together with scale and seed, whichever tables are asked for."""
    return digest([period, _figures(tables, tables), repr(float(scale)), seed])


def request_of(
    period: str, tables: Mapping[str, Mapping[str, Any]], names: Iterable[str], *, scale: float, seed: int
) -> ReplayRequest:
    """What a replayer is asked for: some of a file's tables, in the file's order."""
    wanted = frozenset(names)
    chosen = {name: table for name, table in tables.items() if name in wanted}
    return ReplayRequest(
        period, chosen, scale, seed, digest([period, _figures(tables, chosen), repr(float(scale)), seed])
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """A replay that stands: the digest of its plan, of its source, and its tables."""

    digest: str
    source: str
    tables: tuple[str, ...]
    complete: bool


def tables_to_replay(earlier: Earlier | None, asked: Iterable[str], source: str) -> tuple[str, ...]:
    """The tables of the new plan.

    A replayer's tables of a month are one plan, because tables count the same events. Asking for
    more tables of the same source therefore adds to what stands; another source replaces it.
    """
    names = set(asked)
    if earlier is not None and earlier.source == source:
        names |= set(earlier.tables)
    return tuple(sorted(names))


def step(earlier: Earlier | None, plan: str) -> Literal["start", "resume", "nothing", "replace"]:
    """What to do: start afresh, go on where it stopped, nothing, or take the earlier replay back first."""
    if earlier is None:
        return "start"
    if earlier.digest != plan:
        return "replace"
    return "nothing" if earlier.complete else "resume"


def _figures(tables: Mapping[str, Mapping[str, Any]], chosen: Iterable[str]) -> list[Any]:
    return [[name, *(tables[name].get(part) for part in EVENTFUL)] for name in sorted(chosen)]
