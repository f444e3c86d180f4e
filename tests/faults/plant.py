"""Faults planted in clean months, as they happen when figures are typed, copied and exported.

Places are drawn over all tables that can have the fault, the digits of a wrong figure as people hit them. A quarter of
those faults that lie in figures or rows happen before the sums are made, so that totals and running totals hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.faults import cells, rows
from tests.faults.hiding import hidden
from tests.faults.months import Month
from tests.faults.placing import Draft, Place, has_figures
from tests.faults.scene import Document

Planter = Callable[[Draft], Place]
SUMMED = 0.25
EARLIEST = 6  # half a year of earlier months is known

# What may happen before the sums are made, and what cannot.
BEFORE_SUMS: dict[str, Planter] = {
    "changed_digit": cells.typed(cells.changed),
    "transposed_digits": cells.typed(cells.transposed),
    "dropped_digit": cells.typed(cells.dropped),
    "added_digit": cells.typed(cells.added),
    "wrong_unit": cells.wrong_unit,
    "negative": cells.negative,
    "swapped_cells": cells.swapped_cells,
    "shifted_column": cells.shifted_column,
    "shifted_block": cells.shifted_block,
    "swapped_columns": cells.swapped_columns,
    "missing_row": rows.missing_row,
    "duplicate_row": rows.duplicate_row,
    "duplicate_by_alias": rows.duplicate_by_alias,
    "stale_row": rows.stale_row,
}
AFTER_SUMS: dict[str, Planter] = {
    "swapped_rows": rows.swapped_rows,
    "wrong_name": rows.wrong_name,
    "wrong_total": cells.wrong_total,
    "wrong_cumulative": cells.wrong_cumulative,
    "wrong_position": cells.wrong_position,
    "impossible": cells.impossible,
    "reason_for_number": cells.reason_for_number,
    "number_for_reason": cells.number_for_reason,
    "stale_table": rows.stale_table,
    "wrong_period": rows.wrong_period,
}
KINDS = BEFORE_SUMS | AFTER_SUMS


@dataclass(frozen=True)
class Fault:
    """A faulty month beside the clean one."""

    kind: str
    place: Place
    summed: bool  # totals were made from the faulty figures
    document: Document
    clean: Document
    before: Sequence[Document]
    hidden: str  # why nobody can find it; empty if one can


def faults(kind: str, count: int, sequences: Sequence[Sequence[Month]], seed: int = 0) -> Iterator[Fault]:
    """Instances of a kind, each in a month of its own drawing; what leaves the month as it was is drawn again."""
    rng = Random(f"{seed}/{kind}")
    while count:
        months = rng.choice(sequences)
        at = rng.randrange(EARLIEST, len(months))
        before = [month.document for month in months[:at]]
        draft = Draft(rng, months[at].document, before)
        place = KINDS[kind](draft)
        if draft.document == draft.clean:
            continue
        summed = kind in BEFORE_SUMS and rng.random() < SUMMED
        if summed and has_figures(place.table, draft.document["tables"][place.table]):
            draft.sum_again(place.table)
        if draft.document == draft.clean:
            continue
        reason = hidden(kind, draft.document, place.table, months[at], before)
        yield Fault(kind, place, summed, draft.document, draft.clean, before, reason)
        count -= 1
