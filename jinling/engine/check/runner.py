"""Segments through the checks, on DuckDB: accepted rows to Parquet, the rest named rule by rule.

Each segment is one query on one thread, two segments at a time on two cores. Plain segments go through ``columnar``;
others are one query that writes accepted rows with their row numbers: whatever number is missing was rejected. So no
row can fall between the two, and accepted rows, the many, are touched once. The rejected, the few, are then read
again and each broken rule is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock, local

import duckdb
import pyarrow.parquet

from jinling.engine.check import columnar
from jinling.engine.check.dialects import DuckDB
from jinling.engine.check.result import Checked, malformed_rows
from jinling.engine.check.rules import ROW, Plan, Receipt, compile_checks
from jinling.engine.duck import connect, cores, listed, literal, scalar
from jinling.engine.intake import rowwise
from jinling.engine.intake.headers import Header
from jinling.engine.intake.numbered import NumberedWriter
from jinling.engine.intake.reception import Received
from jinling.engine.intake.segments import Limits, Segment
from jinling.engine.spec import DataSet

Keep = Callable[[Iterable[tuple[int, list[str]]]], None]  # takes rejected rows, from any thread
MEMORY = "420MB"  # for one worker; two of them, Python and the segments stay below 2 GiB


@dataclass(frozen=True, slots=True)
class Bad:
    """Rejected rows of one segment that wait to be explained, as Parquet of texts; ``size`` is what they fill."""

    path: Path
    rows: int
    size: int


def check(
    received: Received,
    data_set: DataSet,
    receipt: Receipt,
    folder: Path,
    *,
    limits: Limits | None = None,
    workers: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Checked:
    """Run the checks over all segments.

    Args:
        folder: parts and rejected rows are written here; it must be empty.
        progress: called with the number of rows done.

    Raises:
        FileRefused: reading a segment row by row shows that the file as a whole cannot be read.
    """
    limits = limits or Limits()
    folder.mkdir(parents=True, exist_ok=True)
    plan = compile_checks(data_set, DuckDB(), receipt)
    held = local()
    open_connections: list[duckdb.DuckDBPyConnection] = []

    def connection() -> duckdb.DuckDBPyConnection:
        if not hasattr(held, "connection"):
            held.connection = connect(threads=1, memory=MEMORY, spill=folder / "spill")
            open_connections.append(held.connection)
        return held.connection

    total, lock = Checked(), Lock()
    bad: list[Bad] = []
    answers: dict[str, columnar.Answer] = {}
    try:
        with ThreadPoolExecutor(max_workers=workers or cores()) as pool:
            with NumberedWriter(folder, "rejects", limits.segment_bytes) as rejects:

                def keep(rows: Iterable[tuple[int, list[str]]]) -> None:
                    with lock:
                        for row, cells in rows:
                            rejects.row(row, cells)

                def worker() -> _Worker:
                    return _Worker(connection(), plan, received.header, folder, limits, keep, bad, answers)

                for done in pool.map(lambda segment: worker().segment(segment), received.segments):
                    total.add(done)
                    if progress:
                        progress(total.received)
            for done in pool.map(lambda segment: worker().numbered_rejects(segment), rejects.segments):
                total.add(done)
            shared = min(limits.segment_bytes, sum(one.size for one in bad) // (workers or cores()) + 1)
            for done in pool.map(lambda some: worker().bad_rejects(some), _gathered(bad, shared)):
                total.add(done)
    finally:
        for one in open_connections:
            one.close()
    if received.malformed:
        total.add(malformed_rows(received.malformed, data_set, folder, "received"))
    return total


def _gathered(bad: Sequence[Bad], most: int) -> Iterator[list[Bad]]:
    """Files to be explained together: planning the query costs more than running it, but they must fit into memory."""
    some: list[Bad] = []
    for one in sorted(bad, key=lambda one: one.path):
        if some and sum(each.size for each in some) + one.size > most:
            yield some
            some = []
        some.append(one)
    if some:
        yield some


class _Worker:
    """One segment at a time, on one connection."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        plan: Plan,
        header: Header,
        folder: Path,
        limits: Limits,
        keep: Keep,
        bad: list[Bad],
        answers: dict[str, columnar.Answer],
    ) -> None:
        self._database, self._plan, self._header = database, plan, header
        self._folder, self._limits, self._keep, self._bad, self._answers = folder, limits, keep, bad, answers

    def segment(self, segment: Segment) -> Checked:
        """Check one segment, row by row where the readers of whole columns stumble."""
        if segment.numbered:
            return self._numbered(segment)
        try:
            done = self._columnar(segment) or self._checked(segment.alone(self._folder))
            if done is not None:
                return done
        except duckdb.Error as error:
            # Anything a reader of columns trips over is read again row by row; a fault of ours must not look like that.
            if not isinstance(error, (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)):
                raise
        total = Checked()
        segments, malformed = rowwise.reread(segment, self._header, self._folder, self._limits)
        for one in segments:
            total.add(self._numbered(one))
            one.path.unlink()
        total.add(malformed_rows(malformed, self._plan.data_set, self._folder, segment.stem))
        return total

    def _columnar(self, segment: Segment) -> Checked | None:
        """A segment without quotation marks; None where its lines are not its rows after all."""
        if not segment.safe:
            return None
        part = self._folder / f"{segment.stem}.parquet"
        judged = columnar.judge(self._database, self._plan, segment, self._header, part, self._answers)
        if judged is None:
            return None
        rejected = 0
        if judged.bad is not None:
            rejected, path = judged.bad.num_rows, self._folder / f"{segment.stem}-bad.parquet"
            pyarrow.parquet.write_table(judged.bad, path, store_schema=False)
            self._bad.append(Bad(path, rejected, judged.bad.nbytes))
        accepted = segment.lines - rejected
        done = Checked(segment.lines, accepted, [part] if accepted else [], rejected_rows=rejected)
        if accepted:
            done.ascending[part] = judged.ascending
        return done

    def _numbered(self, segment: Segment) -> Checked:
        done = self._checked(segment)
        assert done is not None  # a numbered segment was written row by row
        return done

    def _checked(self, segment: Segment) -> Checked | None:
        """The segment's rows, or None where its lines turn out not to be its rows."""
        source = self.source(segment)
        part = self._folder / f"{segment.path.stem}.parquet"
        query = self._plan.accepted(source)
        accepted = scalar(self._database.execute(f"COPY ({query}) TO {literal(part)} (FORMAT parquet)"))
        if accepted == segment.lines:
            return Checked(received=accepted, accepted=accepted, parts=[part])
        if not segment.numbered:
            counted = scalar(self._database.execute(f"SELECT count(*) FROM {self.source(segment)}"))
            if counted != segment.lines:
                part.unlink()
                return None
        done = Checked(received=segment.lines, accepted=accepted, parts=[part] if accepted else [])
        rows = self._missing(segment, part)
        self._keep(rowwise.picked(segment, self._header, rows))
        done.rejected_rows = len(rows)
        if not accepted:
            part.unlink()
        return done

    def texts(self, segment: Segment) -> Path | None:
        """The segment as Parquet of texts, or None where its lines turn out not to be its rows."""
        to = self._folder / f"{segment.path.stem}-texts.parquet"
        try:
            rows = scalar(
                self._database.execute(f"COPY (SELECT * FROM {self.source(segment)}) TO {literal(to)} (FORMAT parquet)")
            )
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException):
            rows = -1
        if rows == segment.lines:
            return to
        to.unlink(missing_ok=True)
        return None

    def source(self, segment: Segment) -> str:
        """A table of SQL: ``_row`` and the text of every declared column."""
        names = [name or f"_skip{place}" for place, name in enumerate(self._header.names)]
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in ([ROW, *names] if segment.numbered else names))
        delimiter = "," if segment.numbered else self._header.delimiter.replace("\t", "\\t")
        ends = "\\r\\n" if segment.returns and not segment.numbered else "\\n"
        # A quotation mark may stand in free text; only a segment that has none is read without looking for them.
        reader = (
            f"read_csv({literal(segment.path)}, auto_detect=false, header=false, delim='{delimiter}', quote='\"', "
            f"escape='\"', strict_mode=true, null_padding=false, new_line='{ends}', "
            f"max_line_size={self._limits.line_bytes * 2}, "
            f"columns={{{columns}}})"
        )
        number = f'"{ROW}"::INT' if segment.numbered else f"(row_number() OVER () + {segment.first - 1})::INT"
        given = set(names)
        cells = ", ".join(
            f'"{name}"' if name in given else f'NULL::VARCHAR AS "{name}"' for name in self._plan.data_set.names
        )
        return f"(SELECT {number} AS {ROW}, {cells} FROM {reader})"

    def numbered_rejects(self, segment: Segment) -> Checked:
        """The rejected rows that were kept cell by cell, explained."""
        done = self._explained(self.source(segment), segment.stem, segment.lines)
        segment.path.unlink()
        return done

    def bad_rejects(self, some: Sequence[Bad]) -> Checked:
        """The rejected rows of some plain segments, explained together."""
        source = f"read_parquet({listed([each.path for each in some])})"
        done = self._explained(source, some[0].path.stem, sum(each.rows for each in some))
        for each in some:
            each.path.unlink()
        return done

    def _explained(self, source: str, stem: str, rows: int) -> Checked:
        """Rejected rows: kept as texts, and every broken rule named. ``source`` is a table of SQL."""
        names = ", ".join(f'"{name}"' for name in self._plan.data_set.names)
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE _rejects AS SELECT {ROW}, {names} FROM {source}")
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE _bad AS {self._plan.findings('_rejects')}")
        done = explain(self._database, self._plan, "_rejects", self._folder, stem, rows)
        done.rejected_rows = 0  # they were counted with their segment
        return done

    def _missing(self, segment: Segment, part: Path) -> list[int]:
        last = segment.first + segment.lines - 1
        numbers = (
            self.source(segment)
            if segment.numbered
            else f"(SELECT unnest(generate_series({segment.first}, {last}))::INT AS {ROW})"
        )
        found = self._database.execute(
            f"SELECT {ROW} FROM {numbers} ANTI JOIN read_parquet({literal(part)}) USING ({ROW}) ORDER BY 1"
        ).fetchall()
        return [row for (row,) in found]


def explain(
    database: duckdb.DuckDBPyConnection, plan: Plan, source: str, folder: Path, stem: str, expected: int
) -> Checked:
    """Keep the rejected rows of ``source`` as texts, and list every broken rule with the cell that broke it.

    The table ``_bad`` of the connection holds ``_row`` and ``failed`` of every rejected row.

    Raises:
        RuntimeError: not every rejected row is explained; then the two ways of judging a row differ.
    """
    rejected, findings = folder / f"{stem}-rejected.parquet", folder / f"{stem}-findings.parquet"
    run, names = database.execute, ", ".join(f'"{name}"' for name in plan.data_set.names)
    kept = scalar(
        run(
            f"COPY (SELECT {ROW}, NULL::VARCHAR AS _text, {names} FROM {source} ORDER BY {ROW}) "
            f"TO {literal(rejected)} (FORMAT parquet)"
        )
    )
    run("CREATE OR REPLACE TEMP TABLE _checks (place INT, rule VARCHAR, col VARCHAR)")
    database.executemany(
        "INSERT INTO _checks VALUES (?, ?, ?)", [(place, one.rule, one.column) for place, one in enumerate(plan.checks)]
    )
    values = " ".join(f'WHEN {place} THEN s."{check.column}"' for place, check in enumerate(plan.checks))
    run(
        f'COPY (SELECT b.{ROW}, c.rule, c.col AS "column", CASE b.place {values} END AS value '
        f"FROM (SELECT {ROW}, unnest(failed) AS place FROM _bad) b JOIN _checks c USING (place) "
        f"JOIN {source} s ON s.{ROW} = b.{ROW} ORDER BY b.{ROW}, b.place) TO {literal(findings)} (FORMAT parquet)"
    )
    counted = run(f'SELECT rule, "column", count(*) FROM read_parquet({literal(findings)}) GROUP BY ALL').fetchall()
    explained = scalar(run("SELECT count(*) FROM _bad"))
    if kept != expected or explained != expected:
        raise RuntimeError(f"{expected} rows were rejected, {kept} kept and {explained} explained")
    return Checked(
        rejected=[rejected],
        findings=[findings],
        rejected_rows=expected,
        rules=Counter({(rule, column): count for rule, column, count in counted}),
    )


def as_texts(
    received: Received, data_set: DataSet, folder: Path, *, limits: Limits | None = None
) -> tuple[list[Path], int, Checked]:
    """The rows of a received file as Parquet of texts with ``_row``, for an engine that judges them elsewhere.

    Returns:
        The files, how many rows they hold, and the rows that have no cells.
    """
    limits = limits or Limits()
    folder.mkdir(parents=True, exist_ok=True)
    plan = compile_checks(data_set, DuckDB(), Receipt(date.min))  # only the source is used
    files: list[Path] = []
    total, broken = 0, Checked()
    with connect(threads=cores(), memory=MEMORY, spill=folder / "spill") as database:
        worker = _Worker(database, plan, received.header, folder, limits, lambda rows: None, [], {})
        for segment in received.segments:
            rows = worker.texts(segment.alone(folder))
            if rows is not None:
                files.append(rows)
                total += segment.lines
                continue
            segments, malformed = rowwise.reread(segment, received.header, folder, limits)
            for one in segments:
                path = worker.texts(one)
                assert path is not None  # a numbered segment was written row by row
                files.append(path)
                total += one.lines
            broken.add(malformed_rows(malformed, data_set, folder, segment.stem))
    broken.add(malformed_rows(received.malformed, data_set, folder, "received"))
    return files, total, broken
