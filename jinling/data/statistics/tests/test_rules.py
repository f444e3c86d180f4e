from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.data.statistics.rules import cells, checks, plans
from jinling.kernel.sockets import Figure, TableResult

# A machine that is busy with other things must not turn a test red.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
REASONS = {"not_reported": "未反馈"}
COUNTS = st.integers(0, 10**6)
ROWS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=8)
BOOKING = ["no", "organization", "online_12320", "phone", "in_clinic", "third_party", "total"]


def booking_rows(rows: list[tuple[int, int, int, int]]) -> list[list[Any]]:
    return [[n, f"h{n}", *row, sum(row)] for n, row in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("no", "position"),
        ("organization", "text"),
        ("outpatient_rate", "rate"),
        ("payment_amount", "amount"),
        ("total", "count"),
        ("public_release", "text"),
        ("visit_1", "count"),
    ],
)
def test_columns_say_what_they_hold(column: str, kind: str) -> None:
    assert cells.kind_of(column) == kind


@pytest.mark.parametrize(
    ("cell", "column", "printed"),
    [
        (Figure(7), "cards", 7),
        (Figure(None, "not_reported"), "cards", "未反馈"),
        ("not_reported", "cards", "未反馈"),
        ("未反馈", "cards", "未反馈"),
        ("not_reported", "organization", "not_reported"),
        (Decimal("2675349"), "payment_amount", "2675349.00"),
        (Decimal("13.61"), "outpatient_rate", 13.61),
        (Decimal(12), "cards", 12),
        (None, "tables_required", None),
    ],
)
def test_cells_print_numbers_or_reasons(cell: Any, column: str, printed: Any) -> None:
    assert cells.printed(cell, column, REASONS) == printed


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (3, 3),
        (True, None),
        ("未反馈", None),
        ("2675349.00", Decimal("2675349.00")),
        (13.61, Decimal("13.61")),
        (Figure(5), 5),
        (Figure(None, "x"), None),
        ("", None),
        ("٣", None),
        (None, None),
    ],
)
def test_what_counts_as_a_number(cell: Any, number: Any) -> None:
    assert cells.number(cell) == number


def test_totals_print_as_a_list_a_number_or_nothing() -> None:
    many = TableResult(["no", "organization", "a", "b"], [[1, "x", 2, 3]], ["", "", 2, 3])
    one = TableResult(["no", "route", "bookings"], [[1, "x", 2]], [None, "", 2])
    none = TableResult(["category", "organization"], [["x", "y"]])
    assert [cells.printed_total(table) for table in (many, one, none)] == [[2, 3], 2, None]
    assert list(cells.document(many, {})) == ["columns", "rows", "total", "cumulative"]


@unhurried
@given(ROWS)
def test_right_sums_hold(rows: list[tuple[int, int, int, int]]) -> None:
    table = booking_rows(rows)
    total = ["", "", *(sum(row[place] for row in table) for place in range(2, 7))]
    found = checks.sums("t", BOOKING, table, total)
    assert [(check.code, check.ok) for check in found] == [("total_of_rows", True), ("row_totals", True)]
    assert found[0].expected == found[0].counted == total[2:]


@unhurried
@given(ROWS, st.integers(0, 4), st.integers(1, 9))
def test_a_wrong_total_is_seen(rows: list[tuple[int, int, int, int]], place: int, by: int) -> None:
    table = booking_rows(rows)
    total = ["", "", *(sum(row[column] for row in table) for column in range(2, 7))]
    total[2 + place] += by
    check = checks.sums("t", BOOKING, table, total)[0]
    assert not check.ok
    assert check.expected[place] == check.counted[place] + by


@unhurried
@given(ROWS, st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_row_is_seen_even_where_errors_cancel_out(
    rows: list[tuple[int, int, int, int]], place: int, by: int
) -> None:
    table = booking_rows([*rows, (1, 2, 3, 400)])
    table[place % len(rows)][6] += by
    table[-1][6] -= by
    check = checks.sums("t", BOOKING, table, None)[0]
    assert (check.code, check.ok, check.expected) == ("row_totals", False, check.counted)


def test_reasons_add_nothing_to_sums() -> None:
    table = [["a", "未反馈"], ["b", 3], ["c", Figure(None, "not_reported")], ["d", None]]
    assert checks.sums("t", ["organization", "cards"], table, ["", 3])[0].ok


def test_printed_totals_that_differ_name_the_column() -> None:
    source = {
        "columns": BOOKING,
        "rows": [[1, "a", 1, 2, 3, 4, 10], [2, "b", 0, 0, 0, 5, 6]],
        "printed_total": [1, 2, 3, 9, 17],
    }
    found = checks.printed_differences("booking_by_hospital", source)
    assert [(c.code, c.fields, c.expected, c.counted) for c in found] == [
        ("printed_total", {"column": "total"}, 17, 16),
        ("printed_row_total", {"row": "b"}, 6, 5),
    ]


def test_routes_may_be_fewer_than_their_kind_never_more() -> None:
    kinds = {"app": "online_12320", "site": "online_12320", "bank": "third_party"}
    tables = {
        "booking_by_hospital": {"columns": BOOKING, "rows": [[1, "a", 10, 0, 0, 3, 13]]},
        "booking_by_route": {
            "columns": ["no", "route", "bookings"],
            "rows": [[1, "app", 6], [2, "site", 4], [3, "bank", 4]],
        },
    }
    found = checks.route_checks(tables, kinds, code="printed_routes")
    assert [(c.fields["kind"], c.ok, c.expected, c.counted) for c in found] == [
        ("online_12320", True, 10, 10),
        ("third_party", False, 3, 4),
    ]
    assert [c.code for c in checks.file_differences(tables, kinds)] == ["printed_routes"]


def test_the_hotline_and_the_telephone_column_must_agree() -> None:
    tables = {
        "booking_by_hospital": {"columns": BOOKING, "rows": [[1, "a", 0, 9, 0, 0, 9]]},
        "hotline": {"columns": ["kind", "count"], "rows": [["phone_booking", 8]]},
    }
    assert [(c.code, c.expected, c.counted) for c in checks.file_differences(tables, {})] == [("printed_phone", 9, 8)]


def test_checks_survive_being_kept() -> None:
    check = checks.Check("printed_total", "t", False, [1, 2], [1, 3], {"column": "a"})
    assert checks.from_stored([check.stored()]) == [check]


TABLES = {
    "a": {"columns": ["x"], "rows": [[1]], "printed_total": 1},
    "b": {"columns": ["x"], "rows": [[2]]},
}


def test_a_plan_is_named_by_its_figures_scale_and_seed() -> None:
    def plan(tables: Any = TABLES, scale: float = 1.0, seed: int = 1, names: Any = ("a",)) -> str:
        return plans.request_of("2018-05", tables, names, scale=scale, seed=seed).digest

    other = {**TABLES, "a": {"columns": ["x"], "rows": [[3]]}}
    retotalled = {**TABLES, "a": {**TABLES["a"], "printed_total": 9}}
    assert len({plan(), plan(other), plan(scale=0.5), plan(seed=2), plan(names=("a", "b")), plan(names=("b",))}) == 6
    assert plan() == plan(retotalled) == plan(names=["a", "a"]) == plan(scale=1)


def test_asking_for_more_of_the_same_source_adds_to_what_stands() -> None:
    source = plans.source_digest("2018-05", TABLES, scale=1, seed=1)
    stands = plans.Earlier("d", source, ("a",), complete=True)
    assert plans.tables_to_replay(stands, ["b"], source) == ("a", "b")
    assert plans.tables_to_replay(stands, ["b"], "another") == ("b",)
    assert plans.tables_to_replay(None, ["b"], source) == ("b",)


@pytest.mark.parametrize(
    ("earlier", "step"),
    [
        (None, "start"),
        (plans.Earlier("same", "s", (), complete=True), "nothing"),
        (plans.Earlier("same", "s", (), complete=False), "resume"),
        (plans.Earlier("other", "s", (), complete=True), "replace"),
        (plans.Earlier("other", "s", (), complete=False), "replace"),
    ],
)
def test_what_an_earlier_replay_means(earlier: plans.Earlier | None, step: str) -> None:
    assert plans.step(earlier, "same") == step
