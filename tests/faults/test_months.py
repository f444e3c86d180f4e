"""The clean months are believable and consistent, and their figures keep to the laws by which they are judged."""

from __future__ import annotations

import pytest

from tests.faults.hiding import FAR, cells, shares
from tests.faults.months import FIRST, Month, sequence
from tests.faults.scene import canonical, reasons, reference
from tests.faults.ties import broken, figures, number

LENGTH = 28


@pytest.fixture(scope="module")
def runs() -> list[list[Month]]:
    return [sequence(seed, LENGTH) for seed in range(100, 104)]


def test_the_same_seed_makes_the_same_months() -> None:
    assert sequence(3, 8) == sequence(3, 8)
    assert sequence(3, 8) != sequence(4, 8)


def test_months_have_the_form_and_the_level_of_the_reference(runs: list[list[Month]]) -> None:
    for run in runs:
        first = run[0].document
        assert first["period"] == FIRST
        for name, printed in reference().items():
            made = first["tables"][name]
            assert made.keys() == printed.keys()
            assert made["columns"] == printed["columns"]
            largest = max(range(len(made["columns"])), key=lambda at: sum(figures(printed, printed["columns"][at])))
            column = made["columns"][largest]
            if whole := sum(figures(printed, column)):
                assert 0.7 < sum(figures(made, column)) / whole < 1.4, name


def test_everything_that_a_month_prints_holds_together(runs: list[list[Month]]) -> None:
    for run in runs:
        documents = [month.document for month in run]
        for at, document in enumerate(documents):
            assert broken(document, documents[:at]) == set()


def test_a_clean_month_has_two_figures_beyond_three_spreads(runs: list[list[Month]]) -> None:
    """The laws are neither too wide, which would hide faults that can be found, nor too narrow."""
    far = total = 0
    for month in (month for run in runs for month in run):
        for name, table in month.document["tables"].items():
            printed = cells(table)
            for (row, column), value in printed.items():
                law, got = month.laws.get((name, row, column)), number(value)
                if law is not None and got is not None:
                    total += 1
                    far += law.surprise(float(got)) > FAR
            far += sum(each > FAR for each in shares(table, name, {row for row, _ in printed}, month))
    months = len(runs) * LENGTH
    assert total / months > 1000
    assert 0.5 <= far / months <= 3


def test_the_spring_festival_takes_its_days_wherever_it_falls(runs: list[list[Month]]) -> None:
    for run in runs:
        bookings = {
            month.document["period"]: month.document["tables"]["booking_by_hospital"]["printed_total"][-1]
            for month in run
        }
        assert bookings["2019-02"] < 0.9 * bookings["2019-03"]  # on the 5th of February
        assert bookings["2020-01"] < 0.95 * bookings["2020-03"]  # on the 25th of January


def test_institutions_come_and_go_and_reasons_with_them(runs: list[list[Month]]) -> None:
    for run in runs:
        names = [
            {canonical(row[1]) for row in month.document["tables"]["booking_by_hospital"]["rows"]} for month in run
        ]
        assert names[-1] - names[0]
        assert names[0] - names[-1]
        ends = [month.document["tables"]["collection_hospital"]["rows"] for month in (run[0], run[-1])]
        unanswered = [sum(row[1] == reasons()["not_reported"] for row in rows) for rows in ends]
        assert unanswered[1] < unanswered[0]
    rates = [
        rate
        for run in runs
        for month in run
        for rate in figures(month.document["tables"]["collection_hospital"], "discharge_rate")
    ]
    assert 100 < max(rates) < 140
