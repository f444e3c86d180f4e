"""Replaying a month's printed figures as events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import connection, transaction
from django.utils import timezone

from jinling.data.statistics.models import ReplayProgress, ReplayRun
from jinling.data.statistics.queries.figures import groups_of
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.queries.replays import earlier, otherwise, replayers, standing, to_date
from jinling.data.statistics.rules import checks, cumulatives, plans, replayfiles, takings
from jinling.data.statistics.rules.cumulatives import totals_to_date
from jinling.data.statistics.rules.plans import RUN
from jinling.data.statistics.rules.refusals import ReplayRunning, ScaleRefused, TableNotReplayed
from jinling.data.statistics.rules.replayfiles import ReplayFile, exact
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.figures import ReplayChunk, Replayer, ReplayRequest

REPLAYED = "replayed_"  # how checks begin of what was made, not of what the file says
LOCK = 20180531  # advisory lock class: replays
LOCK_PATIENCE = 10.0  # seconds; a killed replay's server process may end a moment after it


@dataclass(frozen=True, slots=True)
class Progress:
    """Told while a replay runs. ``done`` and ``planned`` are events of this replayer, ``kind`` what happened."""

    kind: Literal["withdrawing", "withdrawn", "started", "resumed", "chunk", "failed", "nothing", "done"]
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
    """One replayer's part. ``asked``: by the caller, not because it draws on what is asked for."""

    name: str
    replayer: Replayer
    request: ReplayRequest
    asked: bool
    file_name: str
    run: ReplayRun | None
    step: plans.Step
    chunks: Sequence[ReplayChunk] = field(default_factory=list)
    differences: list[dict[str, object]] = field(default_factory=list)
    withdrawn: int = 0

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.request.tables)

    def plan(self) -> Sequence[ReplayChunk]:
        """What the replayer would do, asked in its own names for the city's tables."""
        return self.replayer.plan(takings.request_for(self.replayer, self.request, layout().tables))


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

    Each chunk is one transaction together with its progress row, so a replay that was killed goes on where it stopped
    and makes no event twice; so does one of which a chunk was refused, which is told. The same figures, scale and seed
    again do nothing; others first take the earlier replay of that month back. Tables of the month that stand already
    and print the same events are planned again together with those asked for, at the scale asked for now; replays that
    draw on these events are made again after them.

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
    with _alone(period):
        tasks, missing = _tasks(file, wanted, scale=scale, seed=seed, named=bool(tuple(only)))
        plan = layout()
        tables = {name: table for task in tasks for name, table in task.request.tables.items() if name in plan.tables}
        groups = groups_of(plan.tables, file.period.last)
        differences = [
            *checks.file_differences(plan.tables, tables, plan.checks, groups),
            *to_date(period, tables),
        ]
        for task in tasks:  # every plan is made before anything is written
            task.differences = [check.stored() for check in differences if check.table in task.tables]
            if task.step != "nothing":
                task.chunks = task.plan()
            if task.step == "resume" and task.run is not None and _cut_otherwise(task, task.run):
                task.step = "replace"  # planned by another version of the replayer: its chunks are not these
        with transaction.atomic():  # all that is replaced goes at once, and what takes its place has begun
            for task in reversed(tasks):  # what draws on events goes before them
                if task.step == "replace" and task.run is not None:
                    tell(Progress("withdrawing", task.name, tuple(task.run.tables)))
                    standing_tables = tuple(task.run.tables)
                    _replace(by, task, task.run)
                    tell(Progress("withdrawn", task.name, standing_tables, task.withdrawn))
        done = tuple(_carry_out(by, task, tell) for task in tasks if task.asked or task.step != "nothing")
        differences += _confirm(tasks)
        _tell_later(period)
    return Outcome(period, done, missing, tuple(differences))


def _cut_otherwise(task: _Task, run: ReplayRun) -> bool:
    planned = sum(chunk.events for chunk in task.chunks)
    return run.chunks != len(task.chunks) or (not task.replayer.draws_on and run.planned_events != planned)


def _confirm(tasks: Sequence[_Task]) -> list[checks.Check]:
    """Say where the bulletin prints whole tables otherwise than they were replayed just now."""
    found = []
    for task in tasks:
        if task.run is not None and task.step != "nothing" and task.request.scale == 1:
            own = otherwise(task.request.period, task.request.tables)
            task.run.differences = [*task.run.differences, *(check.stored() for check in own)]
            task.run.save(update_fields=["differences"])
            found += own
    return found


def _tell_later(period: str) -> None:
    """What stands in a month changes the totals to date of those after it, and so what is said of them."""
    for run in ReplayRun.objects.filter(period__gt=period).exclude(state=ReplayRun.State.WITHDRAWN):
        kept = [value for value in run.differences if value["code"] != cumulatives.CODE]
        said = [*kept, *(check.stored() for check in to_date(run.period, exact(run.figures)))]
        if run.differences != said:
            run.differences = said
            run.save(update_fields=["differences"])


def _tasks(
    file: ReplayFile, wanted: Sequence[str], *, scale: float, seed: int, named: bool
) -> tuple[list[_Task], tuple[str, ...]]:
    """What is to be done, each after what it draws on; and tables that nobody replays."""
    period, known = str(file.period), replayers()
    taken = {name: takings.taken_from(replayer, layout().tables) for name, replayer in known.items()}
    claimed = {table for tables in taken.values() for table in tables}
    missing = tuple(name for name in wanted if name not in claimed)
    if named and missing:
        raise TableNotReplayed(where=file.name, table=missing[0], tables=", ".join(sorted(claimed)) or "-")
    tasks: list[_Task] = []
    standing_digests: dict[str, str] = {}
    for name, replayer in known.items():
        run = standing(name, period)
        asked = {table: file.tables[table] for table in wanted if table in taken[name]}
        drawn = {task.replayer.events for task in tasks}.intersection(replayer.draws_on)
        if run is not None:
            standing_digests[replayer.events] = run.digest
        if not asked and not (run is not None and drawn):
            continue
        request = plans.request_of(
            period,
            {**exact(run.figures if run is not None else {}), **asked},
            scale=scale if asked or run is None else run.scale,
            seed=seed if asked or run is None else run.seed,
            bases=[standing_digests[kind] for kind in replayer.draws_on if kind in standing_digests],
        )
        standing_digests[replayer.events] = request.digest
        file_name = file.name if asked or run is None else run.file_name
        step = plans.step(earlier(run), request.digest)
        tasks.append(_Task(name, replayer, request, bool(asked), file_name, run, step))
    return tasks, missing


def _carry_out(by: Actor, task: _Task, tell: Callable[[Progress], None]) -> Replayed:
    if task.step == "nothing" and task.run is not None:
        _keep_differences(task.run, task.request, task.differences)
        events = _events(task.run)
        tell(Progress("nothing", task.name, task.tables, events, events))
        return Replayed(task.name, task.tables, "nothing", events, task.run.chunks)
    if task.step == "replace" or (task.step == "start" and task.replayer.draws_on):
        task.chunks = task.plan()  # what was taken back is gone, what it draws on is there
    if task.step == "start" or task.run is None:
        task.run = _begin(by, task)
    elif task.step == "replace":
        _planned(task.run, task.chunks)
    _run_chunks(task.run, task, task.tables, "resumed" if task.step == "resume" else "started", tell)
    events = _end(by, task.run, task.differences)
    tell(Progress("done", task.name, task.tables, events, task.run.planned_events))
    state: Literal["resumed", "replayed"] = "resumed" if task.step == "resume" else "replayed"
    return Replayed(task.name, task.tables, state, events, task.run.chunks, task.withdrawn)


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
        try:
            made = _run_chunk(run, number, chunk)
        except Exception:
            tell(Progress("failed", task.name, tables, done, run.planned_events, chunk.label))
            raise
        done += made
        tell(Progress("chunk", task.name, tables, done, run.planned_events, chunk.label))


@transaction.atomic
def _run_chunk(run: ReplayRun, number: int, chunk: ReplayChunk) -> int:
    # The row first: should another process do the same chunk, one of them waits and then fails.
    progress = ReplayProgress.objects.create(run=run, number=number, events=chunk.events)
    made = chunk.run()
    if made != chunk.events:
        progress.events = made
        progress.save(update_fields=["events"])
    return made


@transaction.atomic
def _begin(by: Actor, task: _Task) -> ReplayRun:
    request = task.request
    run = ReplayRun.objects.create(
        replayer=task.name,
        period=request.period,
        tables=sorted(request.tables),
        figures=_figures(request),
        digest=request.digest,
        file_name=task.file_name,
        scale=request.scale,
        seed=request.seed,
        chunks=len(task.chunks),
        planned_events=sum(chunk.events for chunk in task.chunks),
        differences=task.differences,
    )
    _record(by, run, "statistics.replay")
    return run


def _figures(request: ReplayRequest) -> Any:
    """What tables are planned and checked by."""
    kept = {
        name: {
            **{part: table[part] for part in ("columns", "rows", "printed_total") if part in table},
            **totals_to_date(table),
        }
        for name, table in request.tables.items()
    }
    return replayfiles.plain(kept)


def _planned(run: ReplayRun, chunks: Sequence[ReplayChunk]) -> None:
    run.chunks, run.planned_events = len(chunks), sum(chunk.events for chunk in chunks)
    run.save(update_fields=["chunks", "planned_events"])


@transaction.atomic
def _replace(by: Actor, task: _Task, run: ReplayRun) -> None:
    """Take the standing replay back and put the new one in its place, its figures kept whatever happens next."""
    task.withdrawn = task.replayer.withdraw(run.period)
    run.state, run.ended_at = RUN.after(run.state, "withdraw", where=run.replayer), timezone.now()
    run.save(update_fields=["state", "ended_at"])
    _record(by, run, "statistics.withdraw_replay", events=task.withdrawn)
    task.run = _begin(by, task)


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
    run.state, run.ended_at = RUN.after(run.state, "finish", where=run.replayer), timezone.now()
    run.save(update_fields=["differences", "state", "ended_at"])
    _record(by, run, "statistics.replay_done", events=events)
    return events


def _keep_differences(run: ReplayRun, request: ReplayRequest, differences: list[dict[str, object]]) -> None:
    """A file may print other totals over the same rows: no event changes, what is said of them does."""
    kept = [value for value in run.differences if str(value["code"]).startswith(REPLAYED)]
    said, figures = [*differences, *kept], _figures(request)
    if (run.differences, run.figures) != (said, figures):
        run.differences, run.figures = said, figures
        run.save(update_fields=["differences", "figures"])


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
