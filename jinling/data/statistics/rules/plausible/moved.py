"""Figures that stand in another's place: rows, columns and cells that fit the past of others better than their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from jinling.data.statistics.rules.plausible.declared import plain
from jinling.data.statistics.rules.plausible.findings import WARNING, Finding
from jinling.data.statistics.rules.plausible.models import Outlook
from jinling.data.statistics.rules.plausible.unlikely import Columns

CAP = 25.0  # the most that one figure tells: five deviations, squared
OWN = 6.0  # below this a row fits its own past well enough
GAIN, EACH = 18.0, 2.0  # how much better figures must fit elsewhere, and for each figure more
BLOCK = 22.0
OFFSETS = (-1, 1, -2, 2)
NEVER = 40  # figures of which one was never below the other, so that it says something when many are


def moved(tables: Mapping[str, Columns]) -> Iterator[Finding]:
    """Everything that seems to stand in another's place."""
    for name, columns in tables.items():
        told: set[str] = set()
        for finding in (*_rows(name, columns), *_blocks(name, columns)):
            if finding.row not in told:
                told.add(finding.row)
                yield finding
        for place, outlook in columns.plain.items():
            yield from _cells(name, columns, place, outlook)
        yield from _columns(name, columns)


def _cost(columns: Columns, row: str, other: str) -> float:
    """How badly a row's figures fit the past of a row."""
    found = 0.0
    for place, outlook in columns.plain.items():
        value = outlook.now.get(row)
        if value is not None and outlook.past.known(other) and not columns.sheet.layout.columns[place].parts:
            found += min(outlook.far(other, value) ** 2, CAP)
    return found


def _figures(columns: Columns) -> int:
    return sum(1 for place in columns.plain if not columns.sheet.layout.columns[place].parts)


def _known(columns: Columns) -> list[str]:
    names = (name for name in columns.sheet.names)
    return [name for name in names if any(outlook.past.known(name) for outlook in columns.plain.values())]


def _rows(table: str, columns: Columns) -> Iterator[Finding]:
    """Two rows whose figures were exchanged."""
    names = _known(columns)
    own = {name: _cost(columns, name, name) for name in names}
    enough = GAIN + EACH * _figures(columns)
    for one in (name for name in names if own[name] >= OWN):
        best, partner = enough, ""
        for other in names:
            if other == one or own[one] + own[other] < enough:
                continue
            gain = own[one] + own[other] - _cost(columns, one, other)
            if gain >= best:
                gain -= _cost(columns, other, one)
                if gain >= best:
                    best, partner = gain, other
        if partner:
            yield _exchanged(table, columns, one, partner)
            yield _exchanged(table, columns, partner, one)


def _blocks(table: str, columns: Columns) -> Iterator[Finding]:
    """Rows one after another whose figures stand a row or two too high or too low."""
    names = list(columns.sheet.names)
    known = set(_known(columns))
    for offset in OFFSETS:
        gains = []
        for at, name in enumerate(names):
            to = at + offset
            there = names[to] if 0 <= to < len(names) else ""
            fits = name in known and there in known
            gains.append(_cost(columns, name, name) - _cost(columns, name, there) - 1.0 if fits else -3.0)
        total, first, last = _best(gains)
        if total >= BLOCK and last - first >= 2:
            for at in range(first, last + 1):
                yield _exchanged(table, columns, names[at], names[at + offset])


def _best(gains: Sequence[float]) -> tuple[float, int, int]:
    """The run of the largest sum: the sum, and where it begins and ends."""
    best, span, total, start = 0.0, (0, -1), 0.0, 0
    for at, gain in enumerate(gains):
        if total <= 0:
            total, start = 0.0, at
        total += gain
        if total > best:
            best, span = total, (start, at)
    return best, *span


def _exchanged(table: str, columns: Columns, one: str, other: str) -> Finding:
    printed = columns.sheet.printed
    return Finding(
        WARNING, "rows_exchanged", table, printed[one], expected=printed[other], fields={"other": printed[other]}
    )


def _cells(table: str, columns: Columns, place: int, outlook: Outlook) -> Iterator[Finding]:
    """Two figures of a column that were exchanged."""
    far = {name: outlook.far(name, value) for name, value in outlook.now.items() if outlook.past.known(name)}
    odd = [name for name, off in far.items() if abs(off) >= 2.0]
    for one, other in combinations(odd, 2):
        now = outlook.now
        before = min(far[one] ** 2, CAP) + min(far[other] ** 2, CAP)
        after = outlook.far(one, now[other]) ** 2 + outlook.far(other, now[one]) ** 2
        if before - after >= GAIN + EACH:
            column = columns.sheet.layout.columns[place]
            for here, there in ((one, other), (other, one)):
                fields = {"other": columns.sheet.printed[there]}
                at = (table, columns.sheet.printed[here], column.code)
                yield Finding(
                    WARNING, "cells_exchanged", *at, round(outlook.expected(here), 2),
                    plain(columns.sheet.number(here, place)), fields=fields,
                )  # fmt: skip


def _columns(table: str, columns: Columns) -> Iterator[Finding]:
    """Two columns that were exchanged."""
    layout = columns.sheet.layout
    for one, other in combinations(columns.plain, 2):
        if layout.columns[one].holds == layout.columns[other].holds and (
            _fit_crosswise(columns.plain[one], columns.plain[other]) or _below(columns.plain[one], columns.plain[other])
        ):
            for here, there in ((one, other), (other, one)):
                code, fields = layout.columns[here].code, {"other": layout.columns[there].code}
                yield Finding(WARNING, "columns_exchanged", table, "", code, layout.columns[there].code, fields=fields)


def _fit_crosswise(one: Outlook, other: Outlook) -> bool:
    # What is exchanged scatters: that makes it no likelier.
    one, other = replace(one, spread=1.0), replace(other, spread=1.0)
    crossed = [replace(Outlook.of(a.past, b.now), spread=1.0) for a, b in ((one, other), (other, one))]
    gains = []
    for name in one.now:
        if name in other.now and one.past.known(name) and other.past.known(name) and one.now[name] != other.now[name]:
            own = min(one.far(name, one.now[name]) ** 2, CAP) + min(other.far(name, other.now[name]) ** 2, CAP)
            cross = crossed[0].far(name, other.now[name]) ** 2 + crossed[1].far(name, one.now[name]) ** 2
            gains.append(own - min(cross, 2 * CAP))
    better = sum(1 for gain in gains if gain > 2.0)
    # What both columns do alike is taken from themselves: exchanged ones must fit without so large a step, too.
    steps = _step(one) + _step(other) - _step(crossed[0]) - _step(crossed[1])
    return better >= 3 and better >= 0.5 * len(gains) and sum(gains) + steps >= BLOCK + len(gains)


def _step(outlook: Outlook) -> float:
    return min((outlook.step / 0.15) ** 2, CAP)


def _below(one: Outlook, other: Outlook) -> bool:
    """Whether the one was never below the other, or never above, and most of it is now."""
    signs = [0, 0]
    for first, second in zip(one.past.months, other.past.months, strict=True):
        for name, value in first.items():
            if name in second and value != second[name]:
                signs[value > second[name]] += 1
    now = [
        one.now[name] > other.now[name] for name in one.now if name in other.now and one.now[name] != other.now[name]
    ]
    if sum(signs) < NEVER or min(signs) > 0.01 * sum(signs) or len(now) < 3:
        return False
    return sum(1 for above in now if above != (signs[1] > signs[0])) >= 0.6 * len(now)
