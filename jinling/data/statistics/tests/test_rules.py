from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.rules import cells, checks, plans, replayfiles, tables
from jinling.data.statistics.rules.layout import Column, CrossCheck, Side, TableLayout, Wording
from jinling.data.statistics.rules.plans import RUN
from jinling.data.statistics.rules.refusals import ReplayStepRefused
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.figures import NOT_THERE, Figure, Indicator, Member

# A machine that is busy with other things must not turn a test red.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
REASONS = {"not_reported": "未反馈"}
COUNTS = st.integers(0, 10**6)
ROWS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=8)
PARTS = ("online", "phone", "desk", "third")
CALLS = {"ph": Wording("电话预约", "Phone"), "other": Wording("other", "other")}


NAMED = Wording("x", "x")
BOOKING = TableLayout(
    "booking",
    NAMED,
    (
        Column("no", NAMED, "position"),
        Column("hospital", NAMED, "name"),
        *(Column(code, NAMED) for code in PARTS),
        Column("whole", NAMED, parts=PARTS),
    ),
    rows="hospital",
    total=True,
)


def booking_rows(rows: list[tuple[int, int, int, int]]) -> list[list[Any]]:
    return [[n, f"h{n}", *row, sum(row)] for n, row in enumerate(rows, start=1)]


def table(*columns: Column, rows: Any = (), total: Any = None) -> Table:
    return Table(TableLayout("t", NAMED, columns, rows="hospital"), rows, total=total)


@pytest.mark.parametrize(
    ("cell", "holds", "printed"),
    [
        (Figure(7), "count", 7),
        (Figure(None, "not_reported"), "count", "未反馈"),
        ("not_reported", "count", "未反馈"),
        ("未反馈", "count", "未反馈"),
        (Wording("甲", "a"), "name", "甲"),
        ("not_reported", "text", "not_reported"),
        (Decimal("2675349"), "amount", "2675349.00"),
        (Decimal("13.61"), "rate", 13.61),
        (Decimal(12), "count", 12),
        (None, "count", None),
    ],
)
def test_cells_print_numbers_or_reasons(cell: Any, holds: Any, printed: Any) -> None:
    assert cells.printed(cell, holds, REASONS) == printed


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
    no, name, a, b = (
        Column("no", NAMED, "position"),
        Column("who", NAMED, "name"),
        Column("a", NAMED),
        Column("b", NAMED),
    )
    many = table(no, name, a, b, rows=[[1, "x", 2, 3]], total=["", "", 2, 3])
    one = table(no, name, b, rows=[[1, "x", 2]], total=[None, "", 2])
    none = table(name, rows=[["y"]])
    assert [tables.printed_total(each, {}) for each in (many, one, none)] == [[2, 3], 2, None]


INDICATOR = Indicator("x.sent", "Sent", "", "", ("hospital", "way", "kind"), lambda span: {})
SENT = {("a", "post", "x"): 1, ("a", "post", "y"): 2, ("a", "hand", "x"): 4, ("b", "hand", "y"): 8}


@pytest.mark.parametrize(
    ("at", "figures"),
    [
        ({}, {"a": 7, "b": 8}),
        ({"way": "post"}, {"a": 3}),
        ({"way": "hand", "kind": "x"}, {"a": 4}),
        ({"kind": "none"}, {}),
    ],
)
def test_what_is_not_fixed_is_summed(at: dict[str, str], figures: dict[str, int]) -> None:
    assert tables.pick(INDICATOR, SENT, Column("c", NAMED, at=at), "hospital") == figures


def test_a_reason_adds_nothing_to_what_is_summed() -> None:
    counts = {("a", "post", "x"): Figure(None, "silent"), ("a", "hand", "x"): 3, ("b", "hand", "x"): Figure(None, "z")}
    assert tables.pick(INDICATOR, counts, Column("c", NAMED), "hospital") == {"a": 3, "b": Figure(None, "z")}


MEMBERS = [
    Member(key, key.upper(), key, key, {"side": side}, frozenset({"chosen"} if key in "bd" else ()))
    for key, side in (("a", "east"), ("b", "west"), ("c", "east"), ("d", "east"))
]


@pytest.mark.parametrize(
    ("which", "listed", "counted", "rows"),
    [
        ("counted", [], ["d", "a", "b"], "abd"),
        ("counted", ["d"], ["a", "d"], "da"),  # what is listed first, then as the city orders
        ("listed", ["c", "a"], ["d"], "ca"),
        ("chosen", [], ["a"], "bd"),
    ],
)
def test_which_rows_a_table_has(which: str, listed: list[str], counted: list[str], rows: str) -> None:
    layout = TableLayout("t", NAMED, (Column("who", NAMED, "name"),), rows="hospital", which=which)
    assert "".join(one.key for one in tables.choose(layout, MEMBERS, listed, counted)) == rows


@pytest.mark.parametrize(
    ("which", "counted", "rows"), [("listed", "a", "ab"), ("listed", "e", "abe"), ("counted", "e", "e")]
)
def test_one_that_was_not_there_has_a_row_only_with_figures(which: str, counted: str, rows: str) -> None:
    layout = TableLayout("t", NAMED, (Column("who", NAMED, "name"),), rows="hospital", which=which)
    members = [*MEMBERS, Member("e", "E", "e", "e", {}, frozenset({NOT_THERE}))]
    assert "".join(one.key for one in tables.choose(layout, members, ["a", "b", "e"], counted)) == rows


def test_rows_stand_group_by_group_where_a_column_shows_the_group() -> None:
    words = {"west": NAMED, "east": NAMED}
    side = Column("side", NAMED, "word", group="side", words=words)
    layout = TableLayout("t", NAMED, (side, Column("who", NAMED, "name")), rows="hospital")
    assert "".join(one.key for one in tables.choose(layout, MEMBERS, ["c"], "abcd")) == "bcad"


def test_a_figure_of_nobody_is_a_mistake() -> None:
    layout = TableLayout("t", NAMED, (Column("who", NAMED, "name"),), rows="hospital")
    with pytest.raises(KeyError, match="z"):
        tables.choose(layout, MEMBERS, [], ["z"])


def test_texts_of_an_indicator_read_in_english_too() -> None:
    words = {"一周": "one week", "前{n}天": "first {n} days"}
    assert [tables.in_english(text, words) for text in ("一周", "前4天", "八")] == ["one week", "first 4 days", "八"]


@unhurried
@given(ROWS)
def test_right_sums_hold(rows: list[tuple[int, int, int, int]]) -> None:
    printed = booking_rows(rows)
    total = ["", "", *(sum(row[place] for row in printed) for place in range(2, 7))]
    found = checks.sums(BOOKING, printed, total)
    assert [(check.code, check.ok) for check in found] == [("total_of_rows", True), ("row_totals", True)]
    assert found[0].expected == found[0].counted == total[2:]


@unhurried
@given(ROWS, st.integers(0, 4), st.integers(1, 9))
def test_a_wrong_total_is_seen(rows: list[tuple[int, int, int, int]], place: int, by: int) -> None:
    printed = booking_rows(rows)
    total = ["", "", *(sum(row[column] for row in printed) for column in range(2, 7))]
    total[2 + place] += by
    check = checks.sums(BOOKING, printed, total)[0]
    assert not check.ok
    assert check.expected[place] == check.counted[place] + by


@unhurried
@given(ROWS, st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_row_is_seen_even_where_errors_cancel_out(
    rows: list[tuple[int, int, int, int]], place: int, by: int
) -> None:
    printed = booking_rows([*rows, (1, 2, 3, 400)])
    printed[place % len(rows)][6] += by
    printed[-1][6] -= by
    check = checks.sums(BOOKING, printed, None)[0]
    assert (check.code, check.ok, check.expected) == ("row_totals", False, check.counted)


def test_reasons_add_nothing_to_sums() -> None:
    rows = [["a", "未反馈"], ["b", 3], ["c", Figure(None, "not_reported")], ["d", None]]
    layout = TableLayout("t", NAMED, (Column("who", NAMED, "name"), Column("cards", NAMED)), rows="hospital")
    assert checks.sums(layout, rows, ["", 3])[0].ok


def test_printed_totals_that_differ_name_the_column() -> None:
    source = {"rows": [[1, "a", 1, 2, 3, 4, 10], [2, "b", 0, 0, 0, 5, 6]], "printed_total": [1, 2, 3, 9, 17]}
    found = checks.printed_differences(BOOKING, source)
    assert [(c.code, c.fields, c.expected, c.counted) for c in found] == [
        ("printed_total", {"column": "whole"}, 17, 16),
        ("printed_row_total", {"row": "b"}, 6, 5),
    ]


ROUTES = TableLayout("routes", NAMED, (Column("who", NAMED, "name"), Column("sent", NAMED)), rows="route")
KINDS = {"app": "online", "site": "online", "bank": "third", "kite": "none"}


def _within(kind: str, holds: Any = "at_most") -> CrossCheck:
    return CrossCheck(
        "within", Side("routes", "sent", {"kind": kind}), Side("booking", PARTS[0]), holds, Wording("甲", kind)
    )


def test_two_tables_are_compared_where_both_are_there() -> None:
    layouts = {"booking": BOOKING, "routes": ROUTES}
    rows = {"booking": [[1, "a", 10, 0, 0, 3, 13]], "routes": [["app", 6], ["site", 4], ["bank", 14], ["kite", "-"]]}
    asked = [_within("online"), _within("third"), _within("online", "equal"), _within("third", "equal"), _within("x")]

    def found(tables_there: Any) -> list[Any]:
        made = checks.between(asked, layouts, tables_there, lambda table, name: {"kind": KINDS[name]})
        return [(c.table, c.wording.en if c.wording else "", c.ok, c.expected, c.counted) for c in made]

    assert found(rows) == [
        ("routes", "online", True, 10, 10),
        ("routes", "third", False, 10, 14),
        ("routes", "online", True, 10, 10),
        ("routes", "third", False, 10, 14),
    ]
    assert found({"booking": rows["booking"]}) == found({"routes": rows["routes"]}) == []


def test_what_does_not_hold_in_a_file_is_told_and_one_row_can_be_meant() -> None:
    layouts = {"booking": BOOKING, "calls": TableLayout("calls", NAMED, ROUTES.columns, rows="call", listed=CALLS)}
    check = CrossCheck(
        "phone", Side("calls", "sent", row="ph"), Side("booking", PARTS[1]), "equal", Wording("电话", "x")
    )
    tables_there: dict[str, Any] = {
        "booking": {"rows": [[1, "a", 0, 9, 0, 0, 9]]},
        "calls": {"rows": [["电话预约", 8], ["other", 9]]},
    }
    found = checks.file_differences(layouts, tables_there, [check], lambda table, name: {})
    assert [(c.code, c.table, c.expected, c.counted) for c in found] == [("printed_phone", "calls", 9, 8)]
    tables_there["calls"]["rows"][0] = ["ph", 9]
    assert checks.file_differences(layouts, tables_there, [check], lambda table, name: {}) == []


def test_checks_survive_being_kept() -> None:
    check = checks.Check("printed_total", "t", False, [1, 2], [1, 3], {"column": "a"})
    worded = checks.Check("printed_x", "t", False, 1, 2, wording=Wording("甲", "a"))
    assert checks.from_stored([check.stored(), worded.stored()]) == [check, worded]


TABLES = {
    "a": {"columns": ["x"], "rows": [[1]], "printed_total": 1},
    "b": {"columns": ["x"], "rows": [[2]]},
}


def test_a_plan_is_named_by_its_figures_scale_and_seed() -> None:
    def plan(tables: Any = TABLES, scale: float = 1.0, seed: int = 1, names: Any = ("a",), bases: Any = ()) -> str:
        chosen = {name: tables[name] for name in names}
        return plans.request_of("2018-05", chosen, scale=scale, seed=seed, bases=bases).digest

    other = {**TABLES, "a": {"columns": ["x"], "rows": [[3]]}}
    retotalled = {**TABLES, "a": {**TABLES["a"], "printed_total": 9}}
    different = [plan(), plan(other), plan(scale=0.5), plan(seed=2), plan(names="ab"), plan(names="b"), plan(bases="z")]
    assert len(set(different)) == 7
    assert plan() == plan(retotalled) == plan(scale=1)
    assert plan(names="ab") == plan(names="ba")
    assert plan(bases=("x", "y")) == plan(bases=("y", "x"))
    decimals = {"a": {"columns": ["x"], "rows": [[Decimal("13.610")]]}}
    assert plan(decimals) == plan(replayfiles.exact(replayfiles.plain(decimals)))


def _replayers(**given: tuple[str, tuple[str, ...]]) -> Any:
    return {name: SimpleNamespace(events=events, draws_on=draws_on) for name, (events, draws_on) in given.items()}


def test_what_draws_on_events_comes_after_who_makes_them() -> None:
    found = plans.in_order(_replayers(a=("x", ("z",)), b=("y", ()), c=("z", ("y",)), d=("w", ())))
    assert list(found) == ["b", "c", "a", "d"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"a": ("x", ()), "b": ("x", ())}, "a and b both make x"),
        ({"a": ("x", ("y",))}, "a draws on y: nobody makes it"),
        ({"a": ("x", ("y",)), "b": ("y", ("x",))}, "a draws on y"),
    ],
)
def test_replayers_that_cannot_be_put_in_order_are_a_mistake(given: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plans.in_order(_replayers(**given))


@pytest.mark.parametrize(
    ("earlier", "step"),
    [
        (None, "start"),
        (plans.Earlier("same", complete=True), "nothing"),
        (plans.Earlier("same", complete=False), "resume"),
        (plans.Earlier("other", complete=True), "replace"),
        (plans.Earlier("other", complete=False), "replace"),
    ],
)
def test_what_an_earlier_replay_means(earlier: plans.Earlier | None, step: str) -> None:
    assert plans.step(earlier, "same") == step


def test_the_states_of_replays_are_those_of_their_table():
    assert set(ReplayRun.State.values) == set(RUN.all()) and RUN.final() == (ReplayRun.State.WITHDRAWN,)
    with pytest.raises(ReplayStepRefused):
        RUN.after(ReplayRun.State.WITHDRAWN, "finish")
