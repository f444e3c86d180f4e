"""Rejected rows as they are kept: the hospital's own texts, and beside each row what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinling.engine.check.rules import MENDS, ROW
from jinling.engine.duck import connect, listed
from jinling.engine.spec import DataSet


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: the column it stands at ("" for the whole row), the value, and how to mend it (a msgid)."""

    rule: str
    column: str
    value: str | None
    mend: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not accepted. ``text`` is the whole row where it has no cells."""

    row: int
    cells: dict[str, str | None]
    text: str | None
    findings: tuple[Finding, ...]


def rejected_rows(folder: Path, data_set: DataSet, *, after: int = -1, limit: int = 1000) -> Iterator[RejectedRow]:
    """Rejected rows of a submission in file order, those behind line ``after``, at most ``limit``."""
    rows, findings = sorted(folder.glob("rejected-*.parquet")), sorted(folder.glob("findings-*.parquet"))
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in data_set.names)
    with connect(memory="600MB", spill=folder / "spill") as database:
        found = database.execute(
            f"SELECT {ROW}, _text, {names} FROM read_parquet({listed(rows)}) WHERE {ROW} > ? ORDER BY {ROW} LIMIT ?",
            [after, limit],
        ).fetchall()
        if not found:
            return
        said: dict[int, list[Finding]] = {}
        for row, rule, column, value in database.execute(
            f'SELECT {ROW}, rule, "column", value FROM read_parquet({listed(findings)}) WHERE {ROW} BETWEEN ? AND ? '
            f'ORDER BY {ROW}, rule, "column"',
            [found[0][0], found[-1][0]],
        ).fetchall():
            said.setdefault(row, []).append(Finding(rule, column, value, MENDS.get(rule.partition("(")[0], "")))
    for row, text, *cells in found:
        yield RejectedRow(row, dict(zip(data_set.names, cells, strict=True)), text, tuple(said.get(row, ())))
