"""The lake: Parquet files by data set, period and institution, and what happens to them when new rows come.

A part is written once and never changed. New rows with the key of an earlier row replace it: the part that held
the earlier row is written anew without it, and the manifest (kept elsewhere, in one transaction) names the new
part instead. The old part stays readable for as long as it is kept. Any engine reads a part: plain Parquet, typed
columns in the catalogue's order, and ``_row``, the line of the received file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb

from jinling.engine.check.rules import ROW
from jinling.engine.duck import connect, cores, listed, literal, scalar
from jinling.engine.lake.object_store import Objects
from jinling.engine.lake.settling import Part, Settled, Settling
from jinling.engine.spec import DataSet

STORE_MEMORY = "1000MB"


class Lake:
    """A folder of parts. With ``objects`` the parts live in an object store, and the folder holds copies of them."""

    def __init__(self, root: Path, objects: Objects | None = None) -> None:
        self.root, self._objects = root, objects

    def keep(self, path: Path) -> None:
        """Make a new part last: on the disk, or in the object store. Only then may a manifest name it.

        Raises:
            StoreAway: the object store did not take it.
        """
        _sync(path)
        self.publish(path)

    def publish(self, path: Path) -> None:
        """Put a part into the object store, if there is one; for rows that can be made again, the disk may wait.

        Raises:
            StoreAway: the object store did not take it.
        """
        if self._objects is not None:
            self._objects.put(path, path.relative_to(self.root).as_posix())

    def local(self, paths: Iterable[str]) -> list[Path]:
        """Some parts as files here, fetched where they are not.

        Raises:
            StoreAway: one cannot be had.
        """
        here = [self.root / path for path in paths]
        if self._objects is not None:
            for path in here:
                if not path.exists():
                    self._objects.get(path.relative_to(self.root).as_posix(), path)
        return here

    def remove(self, paths: Iterable[str]) -> None:
        """Remove parts for good; no manifest may name them any more."""
        for path in paths:
            (self.root / path).unlink(missing_ok=True)
            if self._objects is not None:
                self._objects.remove(path)

    def address(self, path: str) -> str:
        """Where any engine finds a part: an absolute path, or ``s3://…``."""
        return str((self.root / path).absolute()) if self._objects is None else f"{self._objects.address}/{path}"

    def settle(
        self,
        parts: Sequence[Path],
        data_set: DataSet,
        *,
        institution: str,
        submission: str,
        current: Sequence[str],
        in_order: bool = False,
    ) -> Settled:
        """Compare checked parts with themselves and with what is stored, and write what the manifest shall name.

        Rows with equal cells and one key count once (``duplicates`` inside the file, ``known`` against the store);
        rows that share a key and differ inside one file contradict each other and none is taken; a row whose key is
        stored with other cells is a correction. Nothing that is current is touched.

        Args:
            parts: accepted rows as the checks wrote them.
            institution: who sends; a segment of the path.
            submission: names the files; a second try writes the same names anew.
            current: paths (below the root) of the current parts of this data set and institution.
            in_order: the checks saw a key column that strictly ascends through the file: no key comes twice in it.
        """
        settled = Settled()
        if not parts:
            return settled
        scratch = self.root / "_scratch" / submission
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        database = connect(threads=cores(), memory=STORE_MEMORY, spill=scratch / "spill")
        try:
            work = Settling(database, data_set, list(parts), settled)
            if not in_order:
                work.inside_the_file()
            replaced = work.against_the_store(self.local(current))
            for path, rows in replaced.items():
                old = str(path.relative_to(self.root))
                settled.replaced[old] = self._without(database, path, rows, data_set, submission)
            settled.added = list(self._write(database, work, data_set, institution, submission))
        finally:
            database.close()
            shutil.rmtree(scratch, ignore_errors=True)
        return settled

    def _write(
        self, database: duckdb.DuckDBPyConnection, work: Settling, data_set: DataSet, institution: str, submission: str
    ) -> Iterator[Part]:
        """New parts under their final names, one for each month and checked part; whole files are moved, not copied.

        The disk takes its time to promise that a part will last: meanwhile the next ones are written.
        """
        event = f'"{data_set.event_date}"'
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            kept: list[tuple[Part, Future[None]]] = []
            for place, part in enumerate(work.parts):
                days = self._days(database, part, data_set)
                dropped = work.dropped_of(part)
                months = sorted({f"{day:%Y-%m}" for day, _rows in days})
                for month in months:
                    to = self._place(data_set.code, month, institution, f"{submission}-{place:04}.parquet")
                    if len(months) == 1 and not dropped:
                        os.replace(part, to)
                    else:
                        database.execute(
                            f"COPY (SELECT p.* FROM read_parquet({literal(part)}) p "
                            f"WHERE strftime({event}, '%Y-%m') = '{month}' {work.without(dropped)}) "
                            f"TO {literal(to)} (FORMAT parquet)"
                        )
                        days = self._days(database, to, data_set)
                    if days:
                        kept.append((self._told(to, days), pool.submit(self.keep, to)))
                    else:
                        to.unlink()
            for described, lasting in kept:
                lasting.result()
                yield described

    def _without(
        self, database: duckdb.DuckDBPyConnection, path: Path, rows: list[int], data_set: DataSet, submission: str
    ) -> Part | None:
        """A current part written anew without some rows; None where none is left."""
        to = path.with_name(f"{path.stem}~{submission}.parquet")
        database.execute("CREATE OR REPLACE TEMP TABLE _gone AS SELECT unnest(?::INT[]) AS r", [rows])
        left = scalar(
            database.execute(
                f"COPY (SELECT p.* FROM read_parquet({literal(path)}) p ANTI JOIN _gone ON _gone.r = p.{ROW}) "
                f"TO {literal(to)} (FORMAT parquet)"
            )
        )
        if not left:
            to.unlink()
            return None
        self.keep(to)
        return self._described(database, to, data_set)

    def describe(self, path: Path, data_set: DataSet) -> Part:
        """Rows, bytes, month and days of a part on disk."""
        with connect() as database:
            return self._described(database, path, data_set)

    def _described(self, database: duckdb.DuckDBPyConnection, path: Path, data_set: DataSet) -> Part:
        return self._told(path, self._days(database, path, data_set))

    def _days(self, database: duckdb.DuckDBPyConnection, path: Path, data_set: DataSet) -> list[tuple[date, int]]:
        """Rows of a part by event day."""
        event = f'CAST("{data_set.event_date}" AS DATE)'
        return database.execute(
            f"SELECT {event}, count(*) FROM read_parquet({literal(path)}) GROUP BY 1 ORDER BY 1"
        ).fetchall()

    def _told(self, path: Path, days: list[tuple[date, int]]) -> Part:
        period = f"{days[0][0]:%Y-%m}" if days else ""
        rows = sum(count for _day, count in days)
        return Part(str(path.relative_to(self.root)), period, rows, path.stat().st_size, tuple(days))

    def _place(self, code: str, period: str, institution: str, name: str) -> Path:
        folder = self.root / code / f"period={period}" / f"institution={institution}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def sweep(self, named: Iterable[str], *, submission: str) -> int:
        """Remove files of a submission that no manifest names (left by a crash); returns how many."""
        found = [
            *self.root.glob(f"*/period=*/institution=*/{submission}-*.parquet"),
            *self.root.glob(f"*/period=*/institution=*/*~{submission}.parquet"),
        ]
        gone = {path.relative_to(self.root).as_posix() for path in found} - set(named)
        self.remove(gone)
        return len(gone)

    def count(self, paths: Sequence[str]) -> int:
        """Rows in some parts, read from the files themselves."""
        if not paths:
            return 0
        with connect() as database:
            files = listed(self.local(paths))
            return int(scalar(database.execute(f"SELECT count(*) FROM read_parquet({files})")))

    def rows(self, paths: Sequence[str], columns: Sequence[str]) -> list[tuple[object, ...]]:
        """Cells of some columns of some parts, ordered by file and row."""
        if not paths:
            return []
        names = ", ".join(f'"{name}"' for name in columns)
        with connect() as database:
            files = listed(self.local(paths))
            return database.execute(
                f"SELECT {names} FROM read_parquet({files}, filename=true) ORDER BY filename, {ROW}"
            ).fetchall()

    def waiting(self, rejected: Sequence[Path], stored: Sequence[Path], data_set: DataSet) -> int:
        """How many rejected rows have a business key that is not stored yet; rows without a key wait for ever."""
        if not rejected:
            return 0
        here = f"read_parquet({listed(list(rejected))})"
        with connect(threads=cores(), memory=STORE_MEMORY, spill=self.root / "_scratch") as database:
            if not stored:
                return int(scalar(database.execute(f"SELECT count(*) FROM {here}")))
            same = " AND ".join(
                f"{self._written('s', data_set, name)} = {self._written('r', data_set, name, text=True)}"
                for name in data_set.key
            )
            return int(
                scalar(
                    database.execute(
                        f"SELECT count(*) FROM {here} r ANTI JOIN read_parquet({listed(list(stored))}) s ON {same}"
                    )
                )
            )

    def _written(self, table: str, data_set: DataSet, name: str, *, text: bool = False) -> str:
        """A key's cell as text that two ways of writing one day share."""
        kind, cell = data_set.by_name[name].format.kind, f'{table}."{name}"'
        if kind == "day":
            return f"replace({cell}, '-', '')" if text else f"strftime({cell}, '%Y%m%d')"
        if kind == "instant":
            return f"regexp_replace({cell}, '[^0-9]', '', 'g')" if text else f"strftime({cell}, '%Y%m%d%H%M%S')"
        return cell if kind == "text" else (f"TRY_CAST({cell} AS DECIMAL(38,6))" if text else f"{cell}::DECIMAL(38,6)")

    def unlinked(
        self, parts: Sequence[str], columns: Sequence[str], targets: Sequence[str], on: Sequence[str]
    ) -> tuple[int, int]:
        """How many rows name something by ``columns``, and how many of them name nothing in the targets' ``on``."""
        if not parts:
            return 0, 0
        here = listed(self.local(parts))
        given = " AND ".join(f'p."{name}" IS NOT NULL' for name in columns)
        with connect(threads=cores(), memory=STORE_MEMORY, spill=self.root / "_scratch") as database:
            total = int(scalar(database.execute(f"SELECT count(*) FROM read_parquet({here}) p WHERE {given}")))
            if not targets:
                return total, total
            there = listed(self.local(targets))
            same = " AND ".join(f't."{b}"::VARCHAR = p."{a}"::VARCHAR' for a, b in zip(columns, on, strict=True))
            lost = int(
                scalar(
                    database.execute(
                        f"SELECT count(*) FROM read_parquet({here}) p ANTI JOIN read_parquet({there}) t "
                        f"ON {same} WHERE {given}"
                    )
                )
            )
        return total, lost


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
