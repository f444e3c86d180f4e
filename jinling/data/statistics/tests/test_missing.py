"""Not counted is not 0: why a figure is missing, and what that makes of totals."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import layout
from jinling.data.statistics.rules import tables
from jinling.data.statistics.rules.layout import Column, TableLayout, Wording
from jinling.data.statistics.tests.conftest import Ledger, bookings
from jinling.data.statistics.tests.test_bulletins import replayed
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.figures import Figure, Indicator, Member

pytestmark = pytest.mark.django_db
Offer = Callable[..., None]


@pytest.fixture(autouse=True)
def fresh(nothing_kept: None) -> None:
    """No test sees a bulletin that another counted."""


def test_missing_values_print_their_reason(offer: Offer, collection: Any) -> None:
    offer(collection)
    table = statistics.document(statistics.bulletin("2018-05"))["tables"]["collection_hospital"]
    rows = {row[0]: row[1:] for row in table["rows"]}
    assert rows["南京鼓楼医院"][:2] == ["开库采集", None]
    assert rows["南京市第一医院"][0] == "未反馈"
    assert rows["南京市第一医院"][-2:] == ["未部署", "未部署"]
    assert rows["南京鼓楼医院"][8] == 100.79
    listed = directory.current_pack().section("reference/2018-05")["tables"]["collection_hospital"]["rows"]
    assert len(rows) == len(listed)  # whoever is listed has a row, whatever was sent
    assert rows["南京市妇幼保健院"] == [
        "未反馈",
        0,
        0,
        0,
        0,
        0,
        "未获取卫统数据",
        0,
        "未获取卫统数据",
        "未部署",
        "未部署",
    ]
    assert table["cumulative"] == 2613916074 + 9708949 + 4573720


def test_what_was_not_replayed_is_not_nought(offer: Offer, ledger: Ledger, by: Actor, collection: Any) -> None:
    both = bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400), ("南京市儿童医院", 16869, 8678, 0, 39111))
    offer({**both, **collection})
    replayed(ledger, by, "2018-04")
    document = statistics.document(statistics.bulletin("2018-04"))
    assert document["complete"] is False
    hospital = document["tables"]["collection_hospital"]
    assert hospital["not_counted"] == "not_replayed"
    assert {cell for row in hospital["rows"] for cell in row[1:]} == {"未回放"}
    assert (hospital["cumulative"], document["tables"]["cards_issued"]["rows"]) == (None, [])
    text = printing.markdown(printing.printable(statistics.bulletin("2018-04")))
    assert "| 未回放 |" in text
    assert document["tables"]["booking_by_hospital"]["total"] == [54169, 58095, 11609, 91511, 215384]


def test_a_month_before_a_source_lived_is_not_counted_and_the_first_says_since_when(
    offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400)))
    from jinling.data.statistics.queries import coverage

    real = coverage.indicators()
    later = dataclasses.replace(real["cards.issued"], begins=lambda: date(2018, 7, 16))
    monkeypatch.setattr(coverage, "indicators", lambda: {**real, "cards.issued": later})
    june = statistics.document(statistics.bulletin("2018-06"))["tables"]["cards_issued"]
    assert (june["rows"], june["total"], june["not_counted"]) == ([], "尚未启用", "before_start")
    july = statistics.document(statistics.bulletin("2018-07"))["tables"]["cards_issued"]
    assert july["not_counted"] is None
    assert july["cumulative_months"] == [1, 3]
    assert "发卡量：自2018年7月16日起统计，不是整月。" in july["notes"]
    assert "累计数只含 3 个月中的 1 个月，其余未统计。" in july["notes"]


def test_a_total_over_some_of_the_rows_says_so(offer: Offer, collection: Any) -> None:
    offer(collection)
    made = statistics.bulletin("2018-05", only=["collection_district"])
    table = statistics.document(made)["tables"]["collection_district"]
    declared = next(field for field in table["fields"] if field["code"] == "tables_declared")
    assert declared["numbers"] == [0, 12]
    assert table["missing"][0] == {"row": 0, "column": "tables_declared", "reason": "not_reported"}


def test_a_total_over_nothing_but_reasons_is_one() -> None:
    one, indicator = Wording("a", "a"), Indicator("x.sent", "", "", "", ("organization",), lambda span: {})
    columns = (Column("organization", one, "name"), Column("sent", one, "count", indicator="x.sent"))
    plan = TableLayout("t", one, columns, "organization", total=True)
    rows = [Member(key, str(key), str(key), str(key)) for key in (1, 2, 3)]

    def total(*cells: Any) -> Any:
        figures = {"sent": dict(enumerate(cells, start=1))}
        made = tables.build(plan, rows[: len(cells)], figures, {"x.sent": indicator}, {})
        return made.total[1] if made.total else None

    silent, opened = Figure(None, "not_reported"), Figure(None, "database_opened")
    assert total(silent, silent) == silent
    assert total(silent, opened) == silent
    assert (total(silent, 0), total(silent, opened, 3), total()) == (0, 3, 0)


def test_what_each_figure_counts_goes_with_it_printed_or_not(offer: Offer, collection: Any, release: Any) -> None:
    offer({**collection, **release})
    made = statistics.bulletin("2018-05", only=["collection_hospital", "schedule_release"])
    for name, table in statistics.document(made)["tables"].items():
        shown = {one["indicator"]: one["unit"] for one in table["fields"] if one["indicator"]}
        assert shown.keys() == {one["indicator"] for one in table["definitions"]}, name
        assert None not in shown.values(), name
    printed = {table.name: [one.name for one in table.definitions] for table in printing.printable(made).tables}
    plan = layout.layout().tables
    assert {name: len(names) for name, names in printed.items()} == {
        name: len(plan[name].definitions or ()) for name in printed
    }


def test_files_that_are_still_taken_in_leave_no_number(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    offer({"cards.issued": {("南京鼓楼医院",): 5, ("南京市儿童医院",): 4}})
    from jinling.data.statistics.queries import counting

    real = counting.indicators()
    late = dataclasses.replace(real["cards.issued"], late=lambda span: {"南京鼓楼医院", "南京市第一医院"})
    monkeypatch.setattr(
        "jinling.data.statistics.queries.bulletins.Counting",
        lambda covered, period, sums: counting.Counting(covered, period, sums, {**real, "cards.issued": late}),
    )
    document = statistics.document(statistics.bulletin("2018-05", only=["cards_issued"]))
    table = document["tables"]["cards_issued"]
    assert (document["complete"], table["cumulative_months"]) == (False, [0, 1])
    assert [row[1:] for row in table["rows"]] == [
        ["南京市儿童医院", 4],
        ["南京鼓楼医院", "数据尚在接收"],
        ["南京市第一医院", "数据尚在接收"],
    ]
    assert (table["total"], table["fields"][2]["numbers"]) == (4, [1, 3])
    assert "◦" in printing.markdown(printing.printable(statistics.bulletin("2018-05")))
