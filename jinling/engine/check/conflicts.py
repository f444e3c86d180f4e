"""Rows that are sound one by one and contradict each other: rejected after the checks, with their own cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from jinling.engine.check.result import Checked, write_rejected
from jinling.engine.check.rules import ROW
from jinling.engine.duck import connect, literal
from jinling.engine.intake import rowwise
from jinling.engine.intake.headers import Header
from jinling.engine.intake.numbered import NumberedWriter
from jinling.engine.intake.reception import Received
from jinling.engine.intake.segments import Limits, Segment
from jinling.engine.spec import DataSet


def reject(
    received: Received, data_set: DataSet, rows: Sequence[int], rule: str, folder: Path, *, limits: Limits | None = None
) -> Checked:
    """Rows that passed their own checks and are rejected all the same (their keys contradict each other).

    The finding stands at the last column of the business key and shows its value.
    """
    limits, wanted = limits or Limits(), sorted(rows)
    place = {name: at for at, name in enumerate(received.header.names) if name}
    column = data_set.key[-1]
    findings: list[tuple[int, str, str, str]] = []
    with NumberedWriter(folder, "conflicts", 1 << 40) as writer:
        for segment in received.segments:
            for row, cells in _found(segment, received.header, wanted, folder, limits):
                given = [cells[place[name]] if name in place else "" for name in data_set.names]
                writer.row(row, given)
                findings.append((row, rule, column, given[data_set.names.index(column)]))
    if len(findings) != len(wanted):
        raise RuntimeError(f"{len(wanted)} rows contradict each other, {len(findings)} were found again")
    if not findings:
        return Checked()
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in (ROW, *data_set.names))
    names = ", ".join(f'"{name}"' for name in data_set.names)
    with connect(spill=folder) as database:
        done = write_rejected(database, data_set, folder, "conflicts", findings)
        source = (
            f"read_csv({literal(writer.segments[0].path)}, auto_detect=false, header=false, delim=',', quote='\"', "
            f"escape='\"', new_line='\\n', max_line_size={limits.line_bytes * 2}, columns={{{columns}}})"
        )
        database.execute(
            f'COPY (SELECT "{ROW}"::INT AS {ROW}, NULL::VARCHAR AS _text, {names} FROM {source} ORDER BY 1) '
            f"TO {literal(done.rejected[0])} (FORMAT parquet)"
        )
    writer.segments[0].path.unlink()
    done.received = 0  # they were counted when they came in
    return done


def _found(
    segment: Segment, header: Header, wanted: Sequence[int], folder: Path, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    if segment.numbered:
        yield from rowwise.picked(segment, header, wanted)
        return
    here = [row for row in wanted if segment.first <= row < segment.first + segment.lines]
    if not here:
        return
    if segment.safe:
        yield from rowwise.picked(segment, header, here)
        return
    segments, _ = rowwise.reread(segment, header, folder, limits)
    for one in segments:
        yield from rowwise.picked(one, header, here)
        one.path.unlink()
