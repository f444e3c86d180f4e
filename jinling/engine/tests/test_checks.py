"""The compiled checks against the slow reference, and every rule once by hand."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from jinling.engine.check.dialects import DuckDB, Spark
from jinling.engine.check.rules import MENDS, compile_checks
from jinling.engine.tests.reference import judge
from jinling.engine.tests.samples import CITIZEN, EVERYTHING, GOOD, RECEIPT, as_csv, mostly_good, read, rows, run


def through(table: list[dict[str, str]]) -> tuple[set[int], dict[int, set[tuple[str, str]]]]:
    """Accepted places and broken rules by place, as the engine sees a CSV file of the rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "rows.csv"
        path.write_bytes(as_csv(table, quoting=csv.QUOTE_ALL))
        _, done = run(path, folder)
        accepted = [row for (row,) in read(done.parts, "_row")]
        broken: dict[int, set[tuple[str, str]]] = {}
        for row, rule, column in read(done.findings, '_row, rule, "column"'):
            broken.setdefault(row, set()).add((rule, column))
        assert done.received == len(accepted) + done.rejected_rows == len(table)
        assert len(broken) == done.rejected_rows
    lines = sorted([*accepted, *broken])
    places = {line: place for place, line in enumerate(lines)}
    return {places[row] for row in accepted}, {places[row]: rules for row, rules in broken.items()}


def expected(table: list[dict[str, str]]) -> tuple[set[int], dict[int, set[tuple[str, str]]]]:
    said = [judge(EVERYTHING, RECEIPT, {name: cell or None for name, cell in row.items()}) for row in table]
    return {place for place, one in enumerate(said) if not one}, {place: one for place, one in enumerate(said) if one}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows)
def test_the_query_agrees_with_the_reference_on_wild_rows(table):
    assert through(table) == expected(table)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mostly_good)
def test_the_query_agrees_with_the_reference_on_rows_with_one_or_two_faults(table):
    assert through(table) == expected(table)


def rules_of(**cells: str) -> set[str]:
    return {rule.partition("(")[0] for rule, _ in through([{**GOOD, **cells}])[1].get(0, set())}


@pytest.mark.parametrize(
    "cells,rule",
    [
        ({"NAME": ""}, "required"),
        ({"NAME": "  "}, "required"),
        ({"NAME": "长长长长长"}, "length"),
        ({"POST": "21000a"}, "pattern"),
        ({"SEX": "3"}, "values"),
        ({"CITIZEN": CITIZEN[:-1] + "1"}, "check_digit"),
        ({"CITIZEN": "3.20106E+17"}, "damaged"),
        ({"ID": "1.2E+11"}, "damaged"),
        ({"BORN": "20180230"}, "format"),
        ({"BORN": "20180601"}, "date_range"),
        ({"AGE": "151"}, "range"),
        ({"AGE": "12.5"}, "format"),
        ({"ORG": "999"}, "institution"),
        ({"LEFT": "20180501T082959"}, "order"),
        ({"HIGH": "80", "LOW": "80"}, "greater"),
        ({"LOW": "9", "AGE": "8"}, "at_most"),
        ({"AMOUNT": "10", "PART": "10.06"}, "within"),
        ({"PRICE": "2.50", "COUNT": "2", "AMOUNT": "5.06"}, "product"),
        ({"CODE": "a"}, "together"),
        ({"SEX": "9"}, "required_when"),
        ({"CODE": "a", "WORD": "b", "OTHER": "a"}, "differ"),
        ({"CITIZEN": CITIZEN, "BORN": "19491230"}, "id_birth"),
        ({"CITIZEN": CITIZEN, "SEX": "1"}, "id_sex"),
        ({"KIND": "01", "DOC": "123"}, "identity"),
    ],
)
def test_each_rule_catches_what_it_is_for(cells, rule):
    assert rule in rules_of(**cells)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"CITIZEN": CITIZEN, "BORN": "19491231", "SEX": "2"},
        {"NEXT": "20300101"},
        {"BORN": "2018-05-01"},
        {"LEFT": "2018-05-01 08:30:00"},
        {"KIND": "02", "DOC": "123"},
        {"PRICE": "2.50", "COUNT": "2", "AMOUNT": "5.05"},
        {"SEX": "9", "NOTE": "x"},
        {"NAME": "𠮷𠮷𠮷𠮷"},
        {"AMOUNT": "-10", "PART": "-10"},
        {"NOTE": "=cmd|' /C calc'!A0"},
    ],
)
def test_good_rows_pass(cells):
    assert rules_of(**cells) == set()


def test_every_rule_says_how_to_mend_it():
    for check in compile_checks(EVERYTHING, DuckDB(), RECEIPT).checks:
        assert check.mend
    assert all(MENDS.values())


def test_both_dialects_hold_the_same_checks():
    one, other = (compile_checks(EVERYTHING, dialect, RECEIPT).checks for dialect in (DuckDB(), Spark()))
    assert [(check.rule, check.column) for check in one] == [(check.rule, check.column) for check in other]


def test_a_name_that_is_no_column_name_never_reaches_a_query():
    with pytest.raises(ValueError):
        DuckDB().identifier('x" FROM secrets --')
