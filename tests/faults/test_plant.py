"""Planted faults are faults: each changes the month, lies where it is said, and is hidden only by its argument."""

from __future__ import annotations

import pytest

from tests.faults.hiding import HIDDEN, changes
from tests.faults.judge import LENGTH, SEEDS
from tests.faults.months import Month, sequence
from tests.faults.plant import BEFORE_SUMS, KINDS, Fault, faults
from tests.faults.scoring import MOST_HIDDEN
from tests.faults.ties import broken

EACH = 12


@pytest.fixture(scope="module")
def sequences() -> list[list[Month]]:
    return [sequence(seed, LENGTH) for seed in list(SEEDS)[:3]]


@pytest.fixture(scope="module")
def planted(sequences: list[list[Month]]) -> list[Fault]:
    return [fault for kind in KINDS for fault in faults(kind, EACH, sequences)]


def test_each_kind_is_planted_in_a_copy_that_differs(planted: list[Fault]) -> None:
    assert len(KINDS) >= 12
    for fault in planted:
        assert fault.document != fault.clean
        assert broken(fault.clean, fault.before) == set()


def test_the_same_seed_plants_the_same(sequences: list[list[Month]]) -> None:
    once, again = ([fault.document for fault in faults("changed_digit", 5, sequences)] for _ in range(2))
    assert once == again
    assert once != [fault.document for fault in faults("changed_digit", 5, sequences, seed=1)]


def test_nothing_differs_outside_the_named_table_rows_and_columns(planted: list[Fault]) -> None:
    for fault in planted:
        if not fault.place.table:
            continue
        for name, table in fault.document["tables"].items():
            if name != fault.place.table:
                assert table == fault.clean["tables"][name]
            elif fault.place.rows:
                differs = changes(fault.clean["tables"][name], table)
                moved = {"no"} if table["columns"][0] == "no" else set()  # other rows close up
                assert all(row in fault.place.rows or column in moved for row, column in differs), fault.kind


def test_places_lie_in_all_tables(planted: list[Fault]) -> None:
    assert {fault.place.table for fault in planted} >= set(planted[0].clean["tables"])


def test_some_faults_happen_before_the_sums_are_made(planted: list[Fault]) -> None:
    assert {fault.kind for fault in planted if fault.summed} <= set(BEFORE_SUMS)
    assert any(fault.summed and not broken(fault.document, fault.before) for fault in planted)


def test_few_are_hidden_and_each_by_a_listed_argument(planted: list[Fault]) -> None:
    hidden = [fault for fault in planted if fault.hidden]
    assert {fault.hidden for fault in hidden} <= set(HIDDEN)
    assert len(hidden) <= MOST_HIDDEN * len(planted)
    assert all(broken(fault.document, fault.before) == set() for fault in hidden)
