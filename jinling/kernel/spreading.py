"""How one printed figure becomes single events: scaled, split over days or places, set at instants.

Everything follows from the figures alone, so that a plan can be made again and gives the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction

# Where from, where to, how many, what each costs.
Edge = tuple[int, int, int, int]


def scaled(figure: int, scale: float) -> int:
    """A figure's share, halves upward, exact whatever the scale: 0.29 of 50 is 14.5, which floats do not know."""
    share = _exact(scale)
    return (2 * figure * share.numerator + share.denominator) // (2 * share.denominator)


def shares(figures: Sequence[int], scale: float, *, total: int | None = None) -> list[int]:
    """The shares of figures that are summed: each rounded up or down, so that they add up to the scaled sum.

    Those of the largest remainders are rounded up; of equal ones, those that stand first.

    Args:
        total: what they add up to instead, where another table says it: between all rounded down and all rounded up.
    """
    share = _exact(scale)
    parts = [divmod(figure * share.numerator, share.denominator) for figure in figures]
    missing = (scaled(sum(figures), scale) if total is None else total) - sum(whole for whole, _rest in parts)
    upward = set(sorted(range(len(parts)), key=lambda place: -parts[place][1])[:missing])
    return [whole + (place in upward) for place, (whole, _rest) in enumerate(parts)]


def margins_kept(
    table: Sequence[Sequence[int]],
    scale: float,
    *,
    columns: Sequence[int] | None = None,
    unprinted: Sequence[int] = (),
) -> list[list[int]]:
    """The shares of a table of which the sums of rows and of columns are printed (controlled rounding).

    All cells together are the scaled sum. Each cell, each row's sum and each column's is its share rounded up or down;
    which, is chosen so that the sums of columns lie as near as can be, then those of rows, then the cells. What is
    whole stays as it is, nought nought.

    Args:
        columns: what the columns add up to instead, where another table says it; a row may then be one more or less.
        unprinted: rows of which nobody prints the sum; those of the others are then looked at before the columns.
    """
    share, wide = _exact(scale), len(table[0]) if table else 0
    found = [[cell * share.numerator // share.denominator for cell in row] for row in table]
    # What matters more costs more than everything that matters less together.
    step = 4 * (len(table) + 1) * (wide + 1) * share.denominator
    rows_cost, columns_cost, printed_cost, must = step, step**2, step**3, step**5
    source, sink, first = 0, 1, 2 + len(table)
    edges: list[Edge] = []
    cell_of: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            rest = cell * share.numerator % share.denominator
            if rest:
                cell_of[len(edges)] = number, place
                edges.append((first + place, 2 + number, 1, share.denominator - 2 * rest))
        cost = rows_cost if not unprinted else 0 if number in unprinted else printed_cost
        edges += _sum(2 + number, sink, sum(row), sum(found[number]), share, cost, must)
        if columns is not None:
            edges.append((2 + number, sink, wide, must))
    for place in range(wide):
        floor = sum(row[place] for row in found)
        if columns is None:
            whole = sum(row[place] for row in table)
            edges += _sum(source, first + place, whole, floor, share, columns_cost, must)
        else:
            edges.append((source, first + place, columns[place] - floor, 0))
    everything = scaled(sum(map(sum, table)), scale) if columns is None else sum(columns)
    for taken in _cheapest(first + wide, edges, source, sink, everything - sum(map(sum, found))):
        if taken in cell_of:
            number, place = cell_of[taken]
            found[number][place] += 1
    return found


def spread(total: int, weights: Sequence[int], *, least: int = 0) -> list[int]:
    """``total`` in whole parts that go by the weights, none smaller than ``least``; what is over falls evenly.

    Raises:
        ValueError: the total cannot give every part the least.
    """
    free, whole = total - least * len(weights), sum(weights)
    if free < 0 or (free and not whole):
        raise ValueError(f"{total} cannot fill {len(weights)} places")
    parts, sofar, given = [], 0, 0
    for weight in weights:
        sofar += weight
        upto = (2 * free * sofar + whole) // (2 * whole) if whole else 0
        parts.append(least + upto - given)
        given = upto
    return parts


def instants(on: date, count: int, zone: tzinfo, *, opens: time, closes: time) -> list[datetime]:
    """``count`` instants of a day, in order and as far apart as its open hours allow."""
    first = datetime.combine(on, opens, tzinfo=zone)
    seconds = int((datetime.combine(on, closes, tzinfo=zone) - first).total_seconds())
    return [first + timedelta(seconds=seconds * index // count) for index in range(count)]


def _exact(scale: float) -> Fraction:
    """A scale as it was written."""
    return Fraction(str(scale))


def _sum(start: int, end: int, whole: int, given: int, share: Fraction, cost: int, must: int) -> Iterator[Edge]:
    """A sum of which ``given`` is there already: it must come to its share rounded down, and may be rounded up."""
    floor, rest = divmod(whole * share.numerator, share.denominator)
    yield start, end, floor - given, -must
    if rest:
        yield start, end, 1, cost * (share.denominator - 2 * rest)


def _cheapest(nodes: int, edges: Sequence[Edge], source: int, sink: int, amount: int) -> Iterator[int]:
    """The edges that a flow of so many units takes at least cost, a place once for each unit; no circles in the edges.

    One unit after another takes the cheapest way that is left, and may take back what an earlier one took.
    """
    left = [capacity for edge in edges for capacity in (edge[2], 0)]
    ways: list[list[int]] = [[] for _ in range(nodes)]
    for place, (start, end, _capacity, _cost) in enumerate(edges):
        ways[start].append(2 * place)
        ways[end].append(2 * place + 1)

    def ahead(arc: int) -> tuple[int, int]:
        start, end, _capacity, cost = edges[arc // 2]
        return (start, -cost) if arc % 2 else (end, cost)

    for _unit in range(amount):
        costs: dict[int, int] = {source: 0}
        came: dict[int, int] = {}
        waiting = deque([source])
        while waiting:
            here = waiting.popleft()
            for arc in ways[here]:
                there, cost = ahead(arc)
                if left[arc] and (there not in costs or costs[here] + cost < costs[there]):
                    costs[there], came[there] = costs[here] + cost, arc
                    waiting.append(there)
        here = sink
        while here != source:
            arc = came[here]
            left[arc] -= 1
            left[arc ^ 1] += 1
            here = ahead(arc ^ 1)[0]
    for place, (_start, _end, capacity, _cost) in enumerate(edges):
        yield from [place] * (capacity - left[2 * place])
