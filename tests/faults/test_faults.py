"""The checks of a month find what was planted, where it was planted, and leave clean months alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from jinling.data.statistics.public import examine
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from tests.faults.judge import LENGTH, SEEDS, Judge, Verdict, lines, missed, recall, table
from tests.faults.months import sequence
from tests.faults.plant import KINDS
from tests.faults.scoring import LOWEST, MOST_HIDDEN, alarms

EACH = 1  # of a kind, in one of the five cities; `make drill` plants thirty in each of all, and asks of every kind


@pytest.fixture(scope="module")
def judge(django_db_setup: None, django_db_blocker: Any) -> Iterator[Judge]:
    """Whoever examines reads names by the city's directory: loaded once for all that is judged, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        directory.load_pack(by=system("tests"))
        yield Judge(examine, [sequence(SEEDS[0], LENGTH)])
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def verdicts(judge: Judge) -> list[Verdict]:
    return judge.verdicts(EACH)


def test_nine_of_ten_planted_faults_are_found_where_they_are(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == EACH * len(KINDS)
    assert recall(verdicts) >= LOWEST, f"{table(verdicts)}\n\n{lines(missed(verdicts))}"


def test_few_faults_are_such_that_nobody_could_find_them(verdicts: list[Verdict]) -> None:
    assert sum(bool(each.fault.hidden) for each in verdicts) <= MOST_HIDDEN * len(verdicts)


def test_clean_months_raise_no_error_and_few_warnings(judge: Judge) -> None:
    said = alarms(judge)
    assert said.months == LENGTH
    assert said.quiet, str(said)
