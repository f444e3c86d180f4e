"""Months with faults, and what is found in them; clean ones, in which no error is."""

from __future__ import annotations

import copy
import dataclasses
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jinling.data.statistics import public as statistics
from jinling.data.statistics.queries import plausibility
from jinling.data.statistics.queries.figures import indicators
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.rules.plausible.declared import misplaced
from jinling.data.statistics.rules.plausible.models import Outlook, Past
from jinling.data.statistics.rules.plausible.sheets import rounded
from jinling.data.statistics.rules.plausible.unlikely import slip_of
from jinling.data.statistics.tests.months import Months
from jinling.foundation.directory import public as directory

pytestmark = pytest.mark.django_db
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def months(paper_pack: Any) -> Callable[..., list[dict[str, Any]]]:
    """Believable months, made up."""
    reference = directory.current_pack().section("reference/2018-05")

    def made(seed: int, count: int, first: str = "2017-05") -> list[dict[str, Any]]:
        return list(Months(seed, reference, layout().tables, indicators(), first).run(count))

    return made


@pytest.fixture
def examined(months: Any) -> Callable[[Change], list[statistics.Finding]]:
    """What is found in a month changed by ``change(tables)``, and is not found in it unchanged; after twelve others."""
    run = months(3, 13)
    clean = {finding.place for finding in statistics.examine(run[-1], before=run[:-1])}

    def found(change: Change) -> list[statistics.Finding]:
        faulty = copy.deepcopy(run[-1])
        change(faulty["tables"])
        return [one for one in statistics.examine(faulty, before=run[:-1]) if one.place not in clean]

    return found


def rules(found: list[statistics.Finding]) -> set[tuple[str, str, str, str, str]]:
    return {(one.severity, one.rule, one.table, one.row, one.column) for one in found}


def row(tables: dict[str, Any], table: str, name: str) -> list[Any]:
    found: list[Any] = next(one for one in tables[table]["rows"] if name in one)
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_clean_months_have_no_errors_and_few_warnings(months: Any, seed: int) -> None:
    run = months(seed, 23)  # two holidays of spring, openings and closures
    warnings = 0
    for at in (1, 3, 9, 10, 21, 22):
        found = statistics.examine(run[at], before=run[:at])
        assert [one for one in found if one.severity == "error"] == []
        warnings += len(found)
    assert warnings <= 3 * 6


def test_a_month_without_earlier_ones_is_held_to_what_is_declared(months: Any) -> None:
    (first,) = months(5, 1)
    assert statistics.examine(first) == []
    row(first["tables"], "collection_hospital", "南京脑科医院")[5] = 45
    (found,) = statistics.examine(first)
    assert (found.severity, found.rule, found.expected, found.found) == ("error", "above_ceiling", 31, 45)
    assert (found.table, found.row, found.column) == ("collection_hospital", "南京脑科医院", "upload_days")
    assert found.text == "45 超过可能的最大值 31。"
    assert found.remedy


def impossible() -> Iterator[tuple[str, tuple[str, str, str], Change]]:
    def put(table: str, name: str, place: int, value: Any) -> Change:
        def change(tables: dict[str, Any]) -> None:
            row(tables, table, name)[place] = value

        return change

    brain = ("collection_hospital", "南京脑科医院")
    yield "above_other", (*brain, "tables_declared"), put(*brain, 1, 670)
    yield "above_ceiling", (*brain, "outpatient_rate"), put(*brain, 7, 775.72)
    yield "reason_not_here", (*brain, "records_loaded"), put(*brain, 4, "未反馈")
    yield "negative", (*brain, "records_loaded"), put(*brain, 4, -5)
    first = ("cards_issued", "南京鼓楼医院")
    yield "position", (*first, "no"), put(*first, 0, 99)


@pytest.mark.parametrize(("rule", "place", "change"), impossible())
def test_what_cannot_be_is_an_error(examined: Any, rule: str, place: Any, change: Change) -> None:
    assert ("error", rule, *place) in rules(examined(change))


def test_rows_out_of_order_both_of_them(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        rows = tables["reports_uploaded"]["rows"]
        rows[0], rows[5] = rows[5], rows[0]
        rows[0][0], rows[5][0] = 1, 6

    found = {(one.rule, one.row) for one in examined(change) if one.table == "reports_uploaded"}
    assert {("not_in_order", "南京市妇幼保健院"), ("not_in_order", "南京鼓楼医院")} <= found


def test_a_list_out_of_order_and_a_listed_row_that_is_missing(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        rows = tables["maternal"]["rows"]
        rows[0], rows[1] = rows[1], rows[0]
        del tables["kiosk"]["rows"][3]

    found = {(one.severity, one.rule, one.table, one.row) for one in examined(change)}
    assert ("error", "not_in_order", "maternal", "玄武区") in found
    assert ("warning", "row_missing", "kiosk", "南京军区南京总医院") in found


def test_totals_and_totals_to_date(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        tables["cards_issued"]["printed_total"] += 10
        tables["booking_by_hospital"]["cumulative"] += 1
        row(tables, "booking_by_hospital", "南京市儿童医院")[6] += 100

    found = rules(examined(change))
    assert ("error", "printed_total", "cards_issued", "", "cards") in found
    assert ("error", "cumulative", "booking_by_hospital", "", "cumulative") in found
    assert ("error", "printed_row_total", "booking_by_hospital", "南京市儿童医院", "total") in found


def test_a_year_s_total_begins_again(months: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    *before, month = months(3, 13)
    own = layout().tables["cards_issued"]
    assert own.cumulative is not None
    yearly = dataclasses.replace(own, cumulative=dataclasses.replace(own.cumulative, over="year", year_begins=5))
    plan = dataclasses.replace(layout(), tables={**layout().tables, "cards_issued": yearly})
    monkeypatch.setattr(plausibility, "layout", lambda: plan)
    monkeypatch.setattr(plausibility, "_kept", {})
    went_on = {finding.rule for finding in statistics.examine(month, before=before) if finding.table == "cards_issued"}
    month["tables"]["cards_issued"]["cumulative"] = sum(cells[-1] for cells in month["tables"]["cards_issued"]["rows"])
    began = {finding.rule for finding in statistics.examine(month, before=before) if finding.table == "cards_issued"}
    assert ("cumulative" in went_on, "cumulative" in began) == (True, False)


def test_a_digit_too_many_is_named_with_what_was_meant(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        cells = row(tables, "collection_hospital", "江苏省人民医院")
        cells[4] *= 10

    slip = next(one for one in examined(change) if one.rule == "slip" and one.column == "records_loaded")
    assert slip.fields["slip"] * 10 == slip.found


def test_a_column_in_another_unit(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        for cells in tables["collection_district"]["rows"]:
            cells[4] //= 10000

    assert ("warning", "column_unlikely", "collection_district", "", "records_loaded") in rules(examined(change))


def test_exchanged_cells_rows_and_columns(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        one, other = (row(tables, "collection_hospital", name) for name in ("南京市中医院", "江苏省肿瘤医院"))
        one[3:], other[3:] = other[3:], one[3:]
        for cells in tables["maternal"]["rows"]:
            cells[4], cells[5] = cells[5], cells[4]

    found = {(one.rule, one.table, one.row, one.column) for one in examined(change)}
    assert ("columns_exchanged", "maternal", "", "visit_1") in found
    assert {("rows_exchanged", "collection_hospital", name, "") for name in ("南京市中医院", "江苏省肿瘤医院")} <= found


def test_rows_that_slid_down(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        rows = tables["kiosk"]["rows"][:6]
        figures = [cells[1:] for cells in rows]
        for cells, slid in zip(rows, figures[-1:] + figures[:-1], strict=True):
            cells[1:] = slid

    found = {one.row for one in examined(change) if one.table == "kiosk"}
    assert len(found & {"江苏省中医院", "江苏省人民医院", "南京鼓楼医院", "南京市第一医院"}) >= 3


def test_figures_of_the_month_before(months: Any) -> None:
    run = months(3, 13)
    last, month = run[-2]["tables"], copy.deepcopy(run[-1])
    month["tables"]["reports_uploaded"] = copy.deepcopy(last["reports_uploaded"])
    cells = row(month["tables"], "booking_by_hospital", "南京鼓楼医院")
    cells[2:] = row(last, "booking_by_hospital", "南京鼓楼医院")[2:]
    found = rules(statistics.examine(month, before=run[:-1]))
    assert ("warning", "again_table", "reports_uploaded", "", "reports") in found
    assert ("warning", "again_row", "booking_by_hospital", "南京鼓楼医院", "") in found


def test_the_wrong_month(months: Any) -> None:
    run = months(4, 4)
    for period, wanted in ((run[1]["period"], "period_known"), ("2019-01", "period_gap")):
        found = statistics.examine({**run[-1], "period": period}, before=run[:-1])
        assert wanted in {one.rule for one in found}


def test_reasons_and_numbers_change_places(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        row(tables, "collection_hospital", "南京市胸科医院")[1] = "未反馈"
        row(tables, "collection_hospital", "江苏省肿瘤医院")[1] = 40

    found = {(one.rule, one.row) for one in examined(change)}
    assert {("number_before", "南京市胸科医院"), ("reason_before", "江苏省肿瘤医院")} <= found


def test_what_did_not_hold_before_is_no_error(months: Any) -> None:
    run = months(6, 3)
    for month in run:
        month["tables"]["hotline"]["rows"][2][1] += 7
        month["tables"]["hotline"].pop("printed_total")
    found = {(one.severity, one.rule) for one in statistics.examine(run[-1], before=run[:-1])}
    assert ("warning", "between") in found
    assert not {rule for severity, rule in found if severity == "error"}
    assert ("error", "between") in {(one.severity, one.rule) for one in statistics.examine(run[-1])}


# What nobody can find: each of these months is as valid as the one that it was made from.


def test_a_last_digit_with_its_total_is_as_valid(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        row(tables, "cards_issued", "南京鼓楼医院")[2] += 3
        tables["cards_issued"]["printed_total"] += 3
        tables["cards_issued"]["cumulative"] += 3

    assert examined(change) == []


def test_a_last_digit_of_what_is_in_no_total_is_as_valid(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        row(tables, "collection_hospital", "江苏省人民医院")[4] += 4

    assert examined(change) == []


def test_rows_of_one_figure_in_either_order_are_as_valid(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        rows = tables["reports_uploaded"]["rows"]
        nought = [at for at, cells in enumerate(rows) if cells[2] == 0]
        one, other = nought[:2]
        rows[one][1], rows[other][1] = rows[other][1], rows[one][1]

    assert examined(change) == []


def test_a_figure_held_that_is_one_more_is_as_valid(examined: Any) -> None:
    def change(tables: dict[str, Any]) -> None:
        row(tables, "kiosk", "南京市儿童医院")[1] += 1
        tables["kiosk"]["printed_total"][0] += 1

    assert examined(change) == []


# The parts.


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [([1, 2, 2, 3], []), ([2, 1, 3], [0, 1]), ([1, 5, 3, 4, 2, 6], [1, 4]), ([1, 2, 9, 3, 4], [2]), ([], [])],
)
def test_what_breaks_an_order(keys: list[int], wanted: list[int]) -> None:
    assert set(wanted) <= set(misplaced(keys))
    assert bool(misplaced(keys)) is bool(wanted)


def test_a_holiday_of_all_rows_is_nothing_unlikely() -> None:
    draw = random.Random(1)
    months = [{str(at): round(1000 * (at + 1) * draw.gauss(1, 0.05)) for at in range(9)} for _ in range(8)]
    now = {name: value * 0.6 for name, value in months[-1].items()}
    outlook = Outlook.of(Past.of("count", months), now)
    assert max(abs(outlook.far(name, value)) for name, value in now.items()) < 3
    assert abs(outlook.far("3", now["3"] * 3)) > 5


@pytest.mark.parametrize(("found", "meant"), [(12000, 1200), (1545, 1455), (7500, 1500), (150, 1500), (15000000, 1500)])
def test_a_slip_of_the_hand_is_recognized(found: int, meant: int) -> None:
    assert slip_of(found, lambda other: abs(other - meant) / 10) == meant


def test_a_total_in_large_units_is_read() -> None:
    assert [str(part) for part in rounded("27.1亿") or ()] == ["27.1", "1"]
    assert rounded("many") is None
