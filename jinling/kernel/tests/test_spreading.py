from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from jinling.kernel.spreading import instants, scaled, spread

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=40).filter(any)


def test_halves_go_upward() -> None:
    assert [scaled(n, 0.01) for n in (0, 1, 49, 50, 149, 150, 48691)] == [0, 0, 0, 1, 1, 2, 487]
    assert scaled(7, 1) == 7


@given(WEIGHTS, st.integers(0, 3), st.integers(0, 100_000))
def test_the_parts_are_the_whole_and_go_by_the_weights(weights: list[int], least: int, free: int) -> None:
    parts = spread(least * len(weights) + free, weights, least=least)
    assert sum(parts) == least * len(weights) + free
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - least - free * weight / sum(weights)) <= 1


def test_one_stands_in_the_middle_and_equal_days_differ_by_one() -> None:
    assert spread(1, [1] * 5) == [0, 0, 1, 0, 0]
    assert sorted(set(spread(100, [1] * 31))) == [3, 4]
    assert spread(0, []) == []


@pytest.mark.parametrize(("total", "weights", "least"), [(2, [1, 1, 1], 1), (1, [0, 0], 0), (1, [], 0)])
def test_what_does_not_fit_is_refused(total: int, weights: list[int], least: int) -> None:
    with pytest.raises(ValueError, match="cannot fill"):
        spread(total, weights, least=least)


@given(st.integers(0, 3000))
def test_instants_lie_in_the_open_hours_of_the_city(count: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    made = instants(date(2018, 5, 1), count, zone, opens=time(8), closes=time(17, 30))
    assert len(made) == count
    assert made == sorted(made)
    assert all(time(8) <= at.timetz().replace(tzinfo=None) < time(17, 30) for at in made)
    assert len(set(made)) == count
