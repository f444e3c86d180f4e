"""Verbs of statistics: replay a month's printed figures as events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from django.db import connection, transaction
from django.utils import timezone

from jinling.data.statistics.models import ReplayProgress, ReplayRun
from jinling.data.statistics.queries.figures import groups_of
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.queries.replays import earlier, replayers, standing
from jinling.data.statistics.rules import checks, plans
from jinling.data.statistics.rules.refusals import ReplayRunning, ScaleRefused, TableNotReplayed
from jinling.data.statistics.rules.replayfiles import ReplayFile
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import ReplayChunk, Replayer, ReplayRequest

LOCK = 20180531  # advisory lock class: replays
LOCK_PATIENCE = 10.0  # seconds; a killed replay's server process may end a moment after it


@dataclass(frozen=True, slots=True)
class Progress:
    """Told while a replay runs. ``done`` and ``planned`` are events of this replayer, ``kind`` what happened."""

    kind: Literal["withdrawing", "withdrawn", "started", "resumed", "chunk", "nothing", "done"]
    replayer: str
    tables: tuple[str, ...]
    done: int = 0
    planned: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one replayer did. ``state`` is replayed, resumed or nothing (it stood already); ``events`` stand now."""

    replayer: str
    tables: tuple[str, ...]
    state: Literal["replayed", "resumed", "nothing"]
    events: int
    chunks: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A replay's end: what each replayer did, tables nobody replays, and what cannot hold in the file."""

    period: str
    replayed: tuple[Replayed, ...]
    not_replayed: tuple[str, ...]
    differences: tuple[checks.Check, ...]


@dataclass(slots=True)
class _Task:
    name: str
    replayer: Replayer
    request: ReplayRequest
    source: str
    chunks: Sequence[ReplayChunk] = field(default_factory=list)


def replay(
    *,
    by: Actor,
    file: ReplayFile,
    scale: float = 1.0,
    seed: int = 201805,
    only: Iterable[str] = (),
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Outcome:
    """Turn a file's figures into events, through the verbs of the contexts that own them.

    Each chunk is one transaction together with its progress row, so a replay that was killed goes on
    where it stopped and makes no event twice. The same figures, scale and seed again do nothing;
    others first take the earlier replay of that month back.

    Args:
        file: figures that were read whole.
        scale: share of each figure, above 0 and at most 1.
        seed: the same seed gives the same events.
        only: the tables wanted; all of the file by default.
        tell: called as the replay goes on.

    Raises:
        ScaleRefused: no such share.
        TableNotReplayed: a table asked for by name that no context replays.
        ReplayRunning: another replay of the month is at work.
        Refused: whatever a replayer or its verbs refuse; chunks done before stand.
    """
    if not 0 < scale <= 1:
        raise ScaleRefused(scale=scale)
    wanted, period = tuple(only) or tuple(file.tables), str(file.period)
    tasks, missing = _tasks(file, wanted, scale=scale, seed=seed, named=bool(tuple(only)))
    plan = layout()
    asked = {name: file.tables[name] for task in tasks for name in task.request.tables}
    differences = tuple(checks.file_differences(plan.tables, asked, plan.checks, groups_of(plan.tables)))
    with _alone(period):
        for task in tasks:  # every plan is made before anything is written
            if _step(task) != "nothing":
                task.chunks = task.replayer.plan(task.request)
        done = tuple(_carry_out(by, task, file, differences, tell) for task in tasks)
    return Outcome(period, done, missing, differences)


def _tasks(
    file: ReplayFile, wanted: Sequence[str], *, scale: float, seed: int, named: bool
) -> tuple[list[_Task], tuple[str, ...]]:
    period, known = str(file.period), replayers()
    claimed = {table for replayer in known.values() for table in replayer.tables}
    missing = tuple(name for name in wanted if name not in claimed)
    if named and missing:
        raise TableNotReplayed(where=file.name, table=missing[0], tables=", ".join(sorted(claimed)) or "-")
    tasks = []
    source_of = plans.source_digest(period, file.tables, scale=scale, seed=seed)
    for name, replayer in known.items():
        asked = [table for table in wanted if table in replayer.tables]
        if asked:
            tables = plans.tables_to_replay(earlier(standing(name, period)), asked, source_of)
            request = plans.request_of(period, file.tables, tables, scale=scale, seed=seed)
            tasks.append(_Task(name, replayer, request, source_of))
    return tasks, missing


def _step(task: _Task) -> Literal["start", "resume", "nothing", "replace"]:
    return plans.step(earlier(standing(task.name, task.request.period)), task.request.digest)


def _carry_out(
    by: Actor, task: _Task, file: ReplayFile, differences: Sequence[checks.Check], tell: Callable[[Progress], None]
) -> Replayed:
    tables = tuple(task.request.tables)
    own = [check.stored() for check in differences if check.table in tables]
    run, step, withdrawn = standing(task.name, task.request.period), _step(task), 0
    if step == "nothing" and run is not None:
        _keep_differences(run, own)
        events = _events(run)
        tell(Progress("nothing", task.name, tables, events, events))
        return Replayed(task.name, tables, "nothing", events, run.chunks)
    if step == "resume" and run is not None and run.chunks != len(task.chunks):
        step = "replace"  # planned by another version of the replayer: its chunks are not these
    if step == "replace" and run is not None:
        tell(Progress("withdrawing", task.name, tuple(run.tables)))
        withdrawn = _withdraw(by, task, run)
        tell(Progress("withdrawn", task.name, tuple(run.tables), withdrawn))
        task.chunks = task.replayer.plan(task.request)
    if step != "resume" or run is None:
        run = _begin(by, task, file, own)
    _run_chunks(run, task, tables, "resumed" if step == "resume" else "started", tell)
    events = _end(by, run, own)
    tell(Progress("done", task.name, tables, events, run.planned_events))
    return Replayed(task.name, tables, "resumed" if step == "resume" else "replayed", events, run.chunks, withdrawn)


def _run_chunks(
    run: ReplayRun,
    task: _Task,
    tables: tuple[str, ...],
    kind: Literal["started", "resumed"],
    tell: Callable[[Progress], None],
) -> None:
    stand = dict(run.progress.values_list("number", "events"))
    done = sum(stand.values())
    tell(Progress(kind, task.name, tables, done, run.planned_events))
    for number, chunk in enumerate(task.chunks):
        if number in stand:
            continue
        with transaction.atomic():
            # The row first: should another process do the same chunk, one of them waits and then fails.
            progress = ReplayProgress.objects.create(run=run, number=number, events=chunk.events)
            made = chunk.run()
            if made != chunk.events:
                progress.events = made
                progress.save(update_fields=["events"])
        done += made
        tell(Progress("chunk", task.name, tables, done, run.planned_events, chunk.label))


@transaction.atomic
def _begin(by: Actor, task: _Task, file: ReplayFile, differences: list[dict[str, object]]) -> ReplayRun:
    request = task.request
    run = ReplayRun.objects.create(
        replayer=task.name,
        period=request.period,
        tables=sorted(request.tables),
        source=task.source,
        digest=request.digest,
        file_name=file.name,
        scale=request.scale,
        seed=request.seed,
        chunks=len(task.chunks),
        planned_events=sum(chunk.events for chunk in task.chunks),
        differences=differences,
    )
    _record(by, run, "statistics.replay")
    return run


@transaction.atomic
def _withdraw(by: Actor, task: _Task, run: ReplayRun) -> int:
    count = task.replayer.withdraw(run.period)
    run.state, run.ended_at = ReplayRun.State.WITHDRAWN, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    _record(by, run, "statistics.withdraw_replay", events=count)
    return count


@transaction.atomic
def _end(by: Actor, run: ReplayRun, differences: list[dict[str, object]]) -> int:
    events = _events(run)
    if events != run.planned_events:
        tables = ", ".join(run.tables)
        differences = [
            *differences,
            checks.Check(
                "replayed_events", run.tables[0], False, run.planned_events, events, {"tables": tables}
            ).stored(),
        ]
    run.differences = differences
    run.state, run.ended_at = ReplayRun.State.DONE, timezone.now()
    run.save(update_fields=["differences", "state", "ended_at"])
    _record(by, run, "statistics.replay_done", events=events)
    return events


def _keep_differences(run: ReplayRun, differences: list[dict[str, object]]) -> None:
    """A file may print other totals over the same rows: no event changes, what is said of them does."""
    kept = [value for value in run.differences if value["code"] == "replayed_events"]
    if run.differences != [*differences, *kept]:
        run.differences = [*differences, *kept]
        run.save(update_fields=["differences"])


def _events(run: ReplayRun) -> int:
    return sum(run.progress.values_list("events", flat=True))


def _record(by: Actor, run: ReplayRun, action: str, **detail: int) -> None:
    audit.record(
        by=by,
        action=action,
        target=f"ReplayRun/{run.pk}",
        detail={
            "period": run.period,
            "tables": run.tables,
            "scale": run.scale,
            "seed": run.seed,
            "digest": run.digest,
            **detail,
        },
    )


@contextmanager
def _alone(period: str) -> Iterator[None]:
    """Holds the month for one replay; the database lets go of it when the process dies."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while not _lock("SELECT pg_try_advisory_lock(%s, hashtext(%s))", period):
        if time.monotonic() >= deadline:
            raise ReplayRunning(where=period, period=period)
        time.sleep(0.2)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            _lock("SELECT pg_advisory_unlock(%s, hashtext(%s))", period)


def _lock(sql: str, period: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [LOCK, period])
        return bool(cursor.fetchone()[0])
