"""The checks of a month find what was planted, where it was planted, and leave clean months alone."""

from __future__ import annotations

import pytest

from jinling.data.statistics.public import examine
from tests.faults.judge import Judge, Verdict, by_kind, lines, missed, recall, table
from tests.faults.plant import KINDS
from tests.faults.scoring import LOWEST, LOWEST_KIND, MOST_HIDDEN, alarms

EACH = 10  # of a kind; `python -m tests.faults` plants thirty


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(examine)


@pytest.fixture(scope="module")
def verdicts(judge: Judge) -> list[Verdict]:
    return judge.verdicts(EACH)


def test_nine_of_ten_planted_faults_are_found_where_they_are(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == EACH * len(KINDS)
    assert recall(verdicts) >= LOWEST, f"{table(verdicts)}\n\n{lines(missed(verdicts))}"


def test_every_kind_of_fault_is_found(verdicts: list[Verdict]) -> None:
    low = {kind: recall(those) for kind, those in by_kind(verdicts).items() if recall(those) < LOWEST_KIND}
    assert low == {}, lines(missed(verdicts))


def test_few_faults_are_such_that_nobody_could_find_them(verdicts: list[Verdict]) -> None:
    assert sum(bool(each.fault.hidden) for each in verdicts) <= MOST_HIDDEN * len(verdicts)


def test_clean_months_raise_no_error_and_few_warnings(judge: Judge) -> None:
    said = alarms(judge)
    assert said.months == 120
    assert said.quiet, str(said)
