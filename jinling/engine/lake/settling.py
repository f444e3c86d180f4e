"""The comparisons of one submission with itself and with what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from jinling.engine.check.rules import ROW
from jinling.engine.duck import first, listed, literal, scalar
from jinling.engine.spec import DataSet

KEY_CONFLICT = "key_conflict"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: its place below the lake's root, its month, how many rows and bytes, rows by event day."""

    path: str
    period: str
    rows: int
    size: int
    days: tuple[tuple[date, int], ...] = ()


@dataclass
class Settled:
    """What is to change in the manifest for one submission.

    ``replaced`` maps the path of a current part to the part that takes its place, or None where no row is left.
    ``conflicts`` are row numbers of the new file whose keys contradict each other.
    """

    added: list[Part] = field(default_factory=list)
    replaced: dict[str, Part | None] = field(default_factory=dict)
    duplicates: int = 0
    known: int = 0
    corrections: int = 0
    conflicts: list[int] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Rows that stand in the new parts."""
        return sum(part.rows for part in self.added)


class Settling:
    """Keys are compared by hash first, and exactly only where hashes meet."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, data_set: DataSet, parts: list[Path], settled: Settled
    ) -> None:
        self._database, self._settled, self.parts = database, settled, parts
        self._new = f"read_parquet({listed(parts)}, filename=true)"
        self._key = ", ".join(f'"{name}"' for name in data_set.key)
        self._cells = ", ".join(f'"{name}"' for name in data_set.names)
        self._names = data_set.names
        database.execute("CREATE TEMP TABLE _dropped (file VARCHAR, r INT)")

    def inside_the_file(self) -> None:
        """Set aside repeated rows but the first, and all rows of a key whose cells differ."""
        run = self._database.execute
        rows, keys = first(run(f"SELECT count(*), count(DISTINCT hash({self._key})) FROM {self._new}"))
        if rows == keys:
            return
        run(
            f"CREATE TEMP TABLE _twice AS SELECT hash({self._key}) AS h FROM {self._new} GROUP BY 1 HAVING count(*) > 1"
        )
        run(
            f"CREATE TEMP TABLE _same AS SELECT filename AS file, {ROW} AS r, md5(({self._key_text()})) AS k, "
            f"md5({self._row_text()}) AS c FROM {self._new} SEMI JOIN _twice ON _twice.h = hash({self._key})"
        )
        run(
            "CREATE TEMP TABLE _judged AS SELECT file, r, count(*) OVER by_key AS many, "
            "(SELECT count(DISTINCT s.c) FROM _same s WHERE s.k = _same.k) AS kinds, "
            "row_number() OVER (PARTITION BY k ORDER BY r) AS nth FROM _same WINDOW by_key AS (PARTITION BY k)"
        )
        run("INSERT INTO _dropped SELECT file, r FROM _judged WHERE many > 1 AND (kinds > 1 OR nth > 1)")
        self._settled.conflicts = [
            r for (r,) in run("SELECT r FROM _judged WHERE many > 1 AND kinds > 1 ORDER BY r").fetchall()
        ]
        self._settled.duplicates = scalar(run("SELECT count(*) FROM _judged WHERE many > 1 AND kinds = 1 AND nth > 1"))

    def against_the_store(self, held: list[Path]) -> dict[Path, list[int]]:
        """Set aside rows that are stored already; return rows of stored parts that new ones replace."""
        if not held:
            return {}
        run = self._database.execute
        old = f"read_parquet({listed(held)}, filename=true)"
        run(f"CREATE TEMP TABLE _keys AS SELECT hash({self._key}) AS h FROM {self._new}")
        run(
            f"CREATE TEMP TABLE _old AS SELECT {self._marks()} FROM {old} "
            f" SEMI JOIN _keys ON _keys.h = hash({self._key})"
        )
        if not scalar(run("SELECT count(*) FROM _old")):
            return {}
        run(
            "CREATE TEMP TABLE _meet AS SELECT n.file, n.r, o.file AS old_file, o.r AS old_r, n.c = o.c AS same FROM "
            f"(SELECT {self._marks()} FROM {self._new} "
            f"ANTI JOIN _dropped d ON d.file = filename AND d.r = {ROW}) n JOIN _old o ON o.k = n.k"
        )
        run("INSERT INTO _dropped SELECT DISTINCT file, r FROM _meet WHERE same")
        self._settled.known = scalar(run("SELECT count(*) FROM _meet WHERE same"))
        gone: dict[Path, list[int]] = {}
        for file, rows in run(
            "SELECT old_file, list(old_r ORDER BY old_r) FROM _meet WHERE NOT same GROUP BY 1"
        ).fetchall():
            gone[Path(file)] = rows
        self._settled.corrections = sum(map(len, gone.values()))
        return gone

    def dropped_of(self, part: Path) -> int:
        """How many rows of a new part are set aside."""
        return (
            int(scalar(self._database.execute("SELECT count(*) FROM _dropped WHERE file = ?", [str(part)])))
            and self.parts.index(part) + 1
        )

    def without(self, place: int) -> str:
        """A condition that leaves out the rows set aside of the part at ``place`` (counted from 1; 0 is none)."""
        if not place:
            return ""
        return f"AND p.{ROW} NOT IN (SELECT r FROM _dropped WHERE file = {literal(self.parts[place - 1])})"

    def _marks(self) -> str:
        """File, row, and what tells one key and one row's cells from another."""
        return f"filename AS file, {ROW} AS r, md5({self._key_text()}) AS k, md5({self._row_text()}) AS c"

    def _key_text(self) -> str:
        return self._packed(self._key)

    def _row_text(self) -> str:
        return self._packed(self._cells)

    def _packed(self, names: str) -> str:
        # A row's cells as one text that no other row shares: JSON keeps their borders.
        return f"to_json(row({names}))::VARCHAR"
