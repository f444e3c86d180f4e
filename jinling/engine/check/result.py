"""What became of a file's rows, and rows that are rejected without having cells."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from jinling.engine.check.rules import ROW
from jinling.engine.duck import connect, literal
from jinling.engine.intake.segments import Malformed
from jinling.engine.spec import DataSet


@dataclass
class Checked:
    """What became of the rows. Accepted parts are typed Parquet with ``_row``; rejected ones keep their texts.

    ``rules`` counts findings by (rule, column); a row may have several. ``ascending`` names, for some parts, the key
    columns that strictly ascend within, with their first and last cell.
    """

    received: int = 0
    accepted: int = 0
    parts: list[Path] = field(default_factory=list)
    rejected: list[Path] = field(default_factory=list)
    findings: list[Path] = field(default_factory=list)
    rejected_rows: int = 0
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    ascending: dict[Path, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def add(self, more: Checked) -> None:
        """Take in what became of other rows of the same file."""
        self.received += more.received
        self.accepted += more.accepted
        self.parts += more.parts
        self.rejected += more.rejected
        self.findings += more.findings
        self.rejected_rows += more.rejected_rows
        self.rules.update(more.rules)
        self.ascending.update(more.ascending)

    @property
    def in_order(self) -> bool:
        """Whether one key column strictly ascends through all parts; then no two rows share a key."""
        held = [self.ascending.get(part, {}) for part in self.parts]
        return any(
            all(before[name][1] < after[name][0] for before, after in itertools.pairwise(held))
            for name in (set.intersection(*map(set, held)) if held else ())
        )


def malformed_rows(malformed: Sequence[Malformed], data_set: DataSet, folder: Path, stem: str) -> Checked:
    """Rows without cells, as rejected rows: the whole text stands in for them."""
    if not malformed:
        return Checked()
    with connect() as database:
        rows = [(one.row, one.rule, "", one.text) for one in malformed]
        return write_rejected(
            database,
            data_set,
            folder,
            f"{stem}-malformed",
            rows,
        )


def write_rejected(
    database: duckdb.DuckDBPyConnection,
    data_set: DataSet,
    folder: Path,
    stem: str,
    findings: Sequence[tuple[int, str, str, str]],
) -> Checked:
    """Rows known by number alone and what is wrong with each, as the files that a segment's rejected rows have."""
    names = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in data_set.names)
    database.execute("CREATE OR REPLACE TEMP TABLE _given (row INT, rule VARCHAR, col VARCHAR, value VARCHAR)")
    for batch in _batched(findings, 5000):
        database.executemany("INSERT INTO _given VALUES (?, ?, ?, ?)", batch)
    rejected, found = folder / f"{stem}-rejected.parquet", folder / f"{stem}-findings.parquet"
    database.execute(
        f"COPY (SELECT row AS {ROW}, value AS _text, {names} FROM _given ORDER BY row) "
        f"TO {literal(rejected)} (FORMAT parquet)"
    )
    database.execute(
        f'COPY (SELECT row AS {ROW}, rule, col AS "column", value FROM _given ORDER BY row) '
        f"TO {literal(found)} (FORMAT parquet)"
    )
    counts = Counter((rule, column) for _, rule, column, _ in findings)
    return Checked(
        received=len(findings), rejected=[rejected], findings=[found], rejected_rows=len(findings), rules=counts
    )


def _batched(rows: Sequence[tuple[int, str, str, str]], size: int) -> Iterator[list[tuple[int, str, str, str]]]:
    walk = iter(rows)
    while batch := list(itertools.islice(walk, size)):
        yield batch
