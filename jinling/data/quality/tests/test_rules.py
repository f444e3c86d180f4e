"""Rates, outliers, the waterfall and splitting, without a database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jinling.data.quality.rules import (
    Rate,
    ReturnsUnreadable,
    costliest,
    days_of,
    outlier,
    returned_for,
    stages,
    trend,
    upload_rate,
    whole_number,
)


@pytest.mark.parametrize(
    "sent,returned,rate",
    [
        (230534, 316481, Rate(72.84)),
        (9336, 9262, Rate(100.79)),
        (5129, 5243, Rate(97.82)),  # 97.8257
        (0, 1000, Rate(0.0)),
        (5, None, Rate(None, "returns_missing")),
        (0, 0, Rate(None, "returns_missing")),
        (2819, 10, Rate(None, "returns_too_few")),
        (10, 0, Rate(None, "returns_too_few")),
    ],
)
def test_rates_are_shown_as_they_are_or_with_a_reason(sent, returned, rate):
    assert upload_rate(sent, returned) == rate
    assert rate.above == (rate.value is not None and rate.value > 100)


@given(st.integers(0, 400_000), st.integers(0, 300_000))
def test_a_return_can_be_found_for_a_printed_rate(sent, hundredths):
    rate = Decimal(hundredths) / 100
    returned = returned_for(sent, rate)
    assert returned > 0
    exact = 100 * sent / rate if rate else 0
    found = Decimal(str(upload_rate(sent, returned, True).value))
    if rate == 0 or (sent and exact * exact > 10_000 * sent):  # small counts cannot stand for every rate
        assert found == rate
    near = (upload_rate(sent, other, True).value for other in range(max(returned - 3, 1), returned + 4))
    assert abs(found - rate) <= min(abs(Decimal(str(one)) - rate) for one in near)


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_every_rate_that_whole_numbers_give_is_found_again(sent, returned):
    printed = upload_rate(sent, returned, True).value
    assert upload_rate(sent, returned_for(sent, Decimal(str(printed))), True).value == printed


def test_whether_a_return_is_comparable_may_be_said():
    assert upload_rate(100, 10, True) == Rate(1000.0)
    assert upload_rate(100, 100, False) == upload_rate(0, 0, False) == Rate(None, "returns_too_few")
    assert upload_rate(5, None, True) == Rate(None, "returns_missing")
    assert upload_rate(5, 0, True) == Rate(None, "returns_too_few")


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 40)), st.integers(0, 31))
def test_every_table_is_sent_and_so_is_something_on_every_day(rows_of, days):
    found = days_of(rows_of, days)
    sent_on = {day for places in found.values() for day in places}
    assert len(sent_on) == (min(days, sum(rows_of.values())) if rows_of else 0)
    for code, places in found.items():
        assert 1 <= len(set(places)) == len(places) <= rows_of[code]
        assert all(0 <= day < days for day in places)


@pytest.mark.parametrize(
    "value,history,unusual",
    [
        (100, [100, 101, 99, 100], False),
        (500, [100, 101, 99, 100], True),
        (0, [1000, 1010, 990], True),
        (5, [1, 2], False),
        (100, [100, 100, 100], False),
        (200, [100, 100, 100], True),
    ],
)
def test_outliers_are_judged_by_their_own_history(value, history, unusual):
    assert (outlier(value, history) is not None) == unusual


def test_trend_is_change_in_percent():
    assert trend([100, 150]) == 50.0
    assert trend([100]) is None
    assert trend([0, 5]) is None


def test_the_waterfall_names_what_was_lost_at_each_step():
    steps = stages(required=85, declared=60, uploaded=50, received=1000, accepted=900, returned=400, sent=300)
    assert [(step.name, step.count, step.lost) for step in steps] == [
        ("required", 85, 0),
        ("declared", 60, 25),
        ("uploaded", 50, 10),
        ("received", 1000, 0),
        ("valid", 900, 100),
        ("returned", 400, 0),
        ("compared", 300, 100),
    ]
    assert len(stages(required=85, declared=0, uploaded=3, received=1, accepted=1, returned=None, sent=1)) == 5


def test_the_costliest_entry_is_named():
    loss = costliest("rule", {"b": 3, "a": 3, "c": 1})
    assert loss is not None and (loss.kind, loss.name, loss.rows) == ("rule", "a", 3)
    assert costliest("rule", {}) is None
    assert costliest("rule", {"a": 0}) is None


@pytest.mark.parametrize("cell,value", [("1,234", 1234), (12.0, 12), ("", None), (None, None), (" 7 ", 7)])
def test_whole_numbers_are_read(cell, value):
    assert whole_number(cell, "x") == value


@pytest.mark.parametrize("cell", ["-1", "1.5", "abc", "１２", "9" * 13])
def test_other_cells_are_refused(cell):
    with pytest.raises(ReturnsUnreadable):
        whole_number(cell, "file.csv, row 3")
