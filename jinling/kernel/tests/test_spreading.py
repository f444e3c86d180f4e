from __future__ import annotations

from datetime import date, time
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from jinling.kernel.spreading import instants, margins_kept, scaled, shares, spread

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=40).filter(any)
SCALES = st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.29, 0.5, 0.99, 1.0])


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


def near(value: int, exact: Fraction) -> bool:
    return floor(exact) <= value <= ceil(exact)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30), SCALES)
def test_scaled_figures_add_up_to_the_scaled_sum(figures: list[int], scale: float) -> None:
    made = shares(figures, scale)
    assert sum(made) == scaled(sum(figures), scale)
    assert all(near(share, figure * Fraction(str(scale))) for share, figure in zip(made, figures, strict=True))


def test_the_largest_remainders_are_rounded_up() -> None:
    assert shares([149, 151, 160, 40], 0.01) == [1, 2, 2, 0]
    assert shares([50, 50, 50], 0.01) == [1, 1, 0]
    assert shares([50, 50, 50], 0.01, total=1) == [1, 0, 0]
    assert scaled(50, 0.29) == 15
    assert shares([], 0.5) == []


TABLES = st.integers(1, 5).flatmap(
    lambda wide: st.lists(
        st.lists(st.one_of(st.just(0), st.integers(0, 300)), min_size=wide, max_size=wide), min_size=1, max_size=12
    )
)


@given(TABLES, SCALES)
def test_rows_columns_and_the_whole_are_kept(table: list[list[int]], scale: float) -> None:
    made, share = margins_kept(table, scale), Fraction(str(scale))
    assert sum(map(sum, made)) == scaled(sum(map(sum, table)), scale)
    for one, whole in (
        *zip(made, table, strict=True),
        *zip(zip(*made, strict=True), zip(*table, strict=True), strict=True),
    ):
        assert near(sum(one), sum(whole) * share)
        assert all(near(cell, figure * share) for cell, figure in zip(one, whole, strict=True))


@given(TABLES, SCALES, st.data())
def test_columns_that_another_table_says_are_kept(table: list[list[int]], scale: float, data: st.DataObject) -> None:
    share = Fraction(str(scale))
    exact = [sum(column) * share for column in zip(*table, strict=True)]
    columns = [floor(one) + data.draw(st.integers(0, ceil(one) - floor(one))) for one in exact]
    made = margins_kept(table, scale, columns=columns)
    assert [sum(column) for column in zip(*made, strict=True)] == columns
    for row, figures in zip(made, table, strict=True):
        assert all(near(cell, figure * share) for cell, figure in zip(row, figures, strict=True))


def test_columns_lie_as_near_as_can_be() -> None:
    table = [[37300, 49417, 11609, 52400], [16869, 8678, 0, 39111], [4700, 9929, 0, 3304], [0, 15915, 0, 0]]
    made = margins_kept(table, 0.01)
    assert [sum(column) for column in zip(*made, strict=True)] == [589, 839, 116, 948]
    assert [sum(row) for row in made] == [1507, 647, 179, 159]
    assert made[3] == [0, 159, 0, 0]
    assert margins_kept(table, 1.0) == table
    assert margins_kept([], 0.1) == []


def test_rows_that_nobody_prints_give_way() -> None:
    assert margins_kept([[60, 0], [0, 80]], 0.01) == [[0, 0], [0, 1]]
    assert margins_kept([[60, 0], [0, 80]], 0.01, unprinted=[1]) == [[1, 0], [0, 0]]
