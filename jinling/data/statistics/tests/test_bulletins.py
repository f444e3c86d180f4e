from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import translation

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries import layout, replays as statistics_replays
from jinling.data.statistics.queries.coverage import Coverage
from jinling.data.statistics.rules import (
    refusals as statistics_refusals_rules,
    replayfiles as statistics_replayfiles_rules,
)
from jinling.data.statistics.rules.refusals import IndicatorUnknown
from jinling.data.statistics.tests.conftest import ClinicClosed, Ledger, bookings, routes
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.figures import Indicator
from jinling.kernel.periods import NotAMonth, Period, PeriodUnreadable

pytestmark = pytest.mark.django_db
Offer = Callable[..., None]
CORE = ("columns", "rows", "total", "cumulative")
ROWS = bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400), ("南京市儿童医院", 16869, 8678, 0, 39111))


@pytest.fixture(autouse=True)
def fresh(nothing_kept: None) -> None:
    """No test sees a bulletin that another counted."""


def core(table: dict[str, Any]) -> dict[str, Any]:
    """What the reference figures print of a table."""
    return {key: table[key] for key in CORE}


def test_the_document_has_the_reference_form(offer: Offer, release: Any) -> None:
    offer({**release, **routes(("健康南京客户端", 32841)), **ROWS})
    only = ["schedule_release", "booking_by_route", "booking_by_hospital"]
    document = statistics.document(statistics.bulletin("2018-05", only=only))
    assert list(document) == [
        *("period", "title", "publisher", "as_of", "standing", "release", "complete", "tables", "checks"),
    ]
    assert document["period"] == "2018-05"
    # In the order in which the city prints them.
    assert list(document["tables"]) == ["booking_by_hospital", "booking_by_route", "schedule_release"]
    table = document["tables"]["booking_by_hospital"]
    assert (table["title"], table["codes"]) == ("各医疗机构预约挂号情况", ["32010100", "NJ0002"])
    assert table["fields"][2] == {
        "code": "online_12320",
        "heading": "12320 在线",
        "holds": "count",
        "indicator": "scheduling.bookings",
        "unit": "人次",
        "numbers": [2, 2],
    }
    assert (table["missing"], table["scale"], table["not_counted"]) == ([], None, None)
    assert table["rows"] == [
        [1, "南京鼓楼医院", 37300, 49417, 11609, 52400, 150726],
        [2, "南京市儿童医院", 16869, 8678, 0, 39111, 64658],
    ]
    assert table["total"] == [54169, 58095, 11609, 91511, 215384]
    assert table["cumulative"] == 11500747 + 215384
    by_route = document["tables"]["booking_by_route"]
    assert by_route["total"] == 32841
    # The rows are the routes that the city prints, in its order, with and without bookings; it may have more by now.
    printed = directory.current_pack().section("reference/2018-05")["tables"]["booking_by_route"]["rows"]
    names = [row[1] for row in printed]
    assert [row[1] for row in by_route["rows"] if row[1] in names] == names
    assert [row[2] for row in by_route["rows"]] == [32841] + [0] * (len(by_route["rows"]) - 1)
    assert core(document["tables"]["schedule_release"]) == {
        "columns": ["category", "organization", "public_release", "community_priority_release"],
        "rows": [["市属医院", "南京鼓楼医院", "一周", "第二周"], ["市属医院", "南京脑科医院", "一周", "第二周前4天"]],
        "total": None,
        "cumulative": None,
    }
    assert {tuple(check) for check in document["checks"]} == {("code", "table", "ok", "expected", "counted", "text")}
    assert [(c["code"], c["table"], c["ok"]) for c in document["checks"]] == [
        ("total_of_rows", "booking_by_hospital", True),
        ("row_totals", "booking_by_hospital", True),
        ("total_of_rows", "booking_by_route", True),
        ("routes_within_kind", "booking_by_route", True),
        ("routes_within_kind", "booking_by_route", True),
    ]


def test_every_table_of_the_city_is_printed_and_what_nobody_counts_says_so(offer: Offer) -> None:
    offer()
    made = statistics.bulletin("2018-05")
    assert [part.layout.name for part in made.parts] == list(layout.layout().tables)
    uncounted = {part.layout.name for part in made.parts if part.missing == "no_counter"}
    assert uncounted == {name for name, table in layout.layout().tables.items() if not table.indicators}
    document = statistics.document(made)
    assert document["complete"] is (not uncounted)
    for name in uncounted:
        table = document["tables"][name]
        assert table["not_counted"] == "no_counter"
        assert {one["reason"] for one in table["missing"]} == ({"no_counter"} if table["rows"] else set())
        figures = [place for place, field in enumerate(table["fields"]) if field["holds"] in ("count", "amount")]
        assert {row[place] for row in table["rows"] for place in figures} <= {"尚无统计来源"}
        total = table["total"] if isinstance(table["total"], list) else [table["total"]]
        assert set(total) <= {"尚无统计来源", None}


def test_rows_stand_by_their_column_then_as_the_city_orders_them(offer: Offer) -> None:
    named = [entry["name"] for entry in directory.current_pack().section("organizations")]
    offer({"cards.issued": {(named[5],): 2, (named[3],): 2, (named[9],): 7, (named[4],): 0}})
    rows = statistics.document(statistics.bulletin("2018-05"))["tables"]["cards_issued"]["rows"]
    assert rows == [[1, named[9], 7], [2, named[3], 2], [3, named[5], 2], [4, named[4], 0]]


def test_a_kind_of_channel_without_a_column_breaks_the_row_s_sum(offer: Offer) -> None:
    bookings_of = {**ROWS["scheduling.bookings"], ("南京鼓楼医院", "carrier_pigeon"): 2}
    offer({"scheduling.bookings": bookings_of})
    found = {c["code"]: c for c in statistics.document(statistics.bulletin("2018-05"))["checks"]}
    assert found["total_of_rows"]["ok"] is True
    assert (found["row_totals"]["ok"], found["row_totals"]["expected"]) == (False, 215386)
    assert found["row_totals"]["counted"] == 215384


def test_what_nobody_counts_is_refused(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    offer()
    plan = layout.layout()
    table = plan.tables["cards_issued"]
    columns = tuple(dataclasses.replace(c, indicator=c.indicator and "cards.isued") for c in table.columns)
    other = dataclasses.replace(
        plan, tables={**plan.tables, "cards_issued": dataclasses.replace(table, columns=columns)}
    )
    monkeypatch.setattr("jinling.data.statistics.queries.bulletins.layout", lambda: other)
    with pytest.raises(IndicatorUnknown) as refused:
        statistics.bulletin("2018-05")
    assert (refused.value.fields["indicator"], refused.value.where) == ("cards.isued", "bulletin.yaml, cards_issued")
    assert "cards.issued" in refused.value.fields["indicators"]


def test_two_indicators_of_one_code_are_a_mistake(offer: Offer) -> None:
    offer({}, Indicator("cards.issued", "Cards", "", "", ("organization",), lambda span: {}))
    with pytest.raises(ValueError, match=r"indicator cards\.issued is declared"):
        statistics.bulletin("2018-05")


def test_a_replay_s_differences_are_checks_of_its_month(
    offer: Offer, ledger: Ledger, by: Actor, paper_pack: Any
) -> None:
    offer(ROWS)
    document = copy.deepcopy(paper_pack.section("reference/2018-05"))
    document["tables"] = {"booking_by_hospital": document["tables"]["booking_by_hospital"]}
    document["tables"]["booking_by_hospital"]["printed_total"][4] = 342106
    file = statistics_replays.read_document(document, name="may.json")
    statistics.replay(by=by, file=file)
    failed = [c for c in statistics.document(statistics.bulletin("2018-05"))["checks"] if not c["ok"]]
    assert [(c["code"], c["expected"], c["counted"]) for c in failed] == [
        ("printed_total", 342106, 342105),
        ("replayed_cells", 3, None),  # the ledger makes no bookings: the rows of the fixture stand, others do not
    ]
    assert "合计" in failed[0]["text"]
    assert "南京市妇幼保健院" in failed[1]["text"]
    assert all(c["ok"] for c in statistics.document(statistics.bulletin("2018-06"))["checks"])


def test_replays_are_told_of_in_one_order_whatever_order_their_tables_are_asked_in() -> None:
    runs = [ReplayRun(pk=pk, tables=[f"t{pk}"]) for pk in (3, 1, 2)]
    covered = Coverage(layout.layout(), {"2018-05": {f"t{run.pk}": run for run in runs}}, {})
    for asked in (["t1", "t2", "t3"], ["t3", "t1", "t2"]):
        assert [run.pk for run in covered.of(Period("2018-05"), asked)] == [1, 2, 3]


def test_routes_beyond_their_kind_do_not_hold(offer: Offer) -> None:
    offer({**ROWS, **routes(("健康南京客户端", 54170), ("趣医网", 1))})
    found = [c for c in statistics.bulletin("2018-05").checks if c.code == "routes_within_kind"]
    assert [(c.expected, c.counted, c.ok) for c in found] == [(54169, 54170, False), (91511, 1, True)]
    assert "“12320 在线”" in printing.check_document(found[0])["text"]
    with translation.override("en"):
        assert "12320 online" in printing.check_document(found[0])["text"]


def test_replayed_figures_say_so(offer: Offer, ledger: Ledger, by: Actor) -> None:
    offer(routes(("健康南京客户端", 1)))
    tables = directory.current_pack().section("reference/2018-05")["tables"]
    file = statistics_replayfiles_rules.ReplayFile(
        "may.json", Period("2018-05"), {"booking_by_route": tables["booking_by_route"]}
    )
    ledger.fail_after = 1
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file, scale=0.01)
    begun = printing.printable(statistics.bulletin("2018-05"))
    assert "1 % 回放" in begun.origin
    assert "回放尚未完成" in begun.origin
    ledger.fail_after = None
    statistics.replay(by=by, file=file, scale=0.01)
    done = printing.printable(statistics.bulletin("2018-05"))
    assert "回放尚未完成" not in done.origin
    for text in (
        printing.standalone(done),
        printing.markdown(done),
        printing.terminal_text(done, width=120, colour=False),
    ):
        assert "1 % 回放" in text
    assert printing.printable(statistics.bulletin("2018-05", only=["schedule_release"])).origin == ""
    assert printing.printable(statistics.bulletin("2018-06")).origin == ""


def test_only_the_tables_asked_for(offer: Offer, release: Any) -> None:
    offer({**release, **ROWS})
    assert [part.layout.name for part in statistics.bulletin("2018-05", only=["schedule_release"]).parts] == [
        "schedule_release"
    ]
    with pytest.raises(statistics_refusals_rules.TableUnknown) as refused:
        statistics.bulletin("2018-05", only=["schedule_relase", "booking_by_hospital"])
    assert refused.value.fields["tables"] == "schedule_release"


@pytest.mark.parametrize("period", ["2018", "2018-05-01"])
def test_the_bulletin_goes_by_the_month(offer: Offer, period: str) -> None:
    offer()
    with pytest.raises(NotAMonth):
        statistics.bulletin(period)


def test_periods_that_are_none(offer: Offer) -> None:
    offer()
    with pytest.raises(PeriodUnreadable):
        statistics.bulletin("2018-13")


def test_the_future_is_refused_and_the_running_month_is_to_date(offer: Offer) -> None:
    offer(ROWS)
    with time_machine.travel("2018-05-31T15:59:59Z", tick=False):
        with pytest.raises(statistics_refusals_rules.PeriodInFuture) as refused:
            statistics.bulletin("2018-06")
        assert refused.value.fields["today"] == "2018-05"
        running = statistics.bulletin("2018-05")
        assert not running.closed
        assert "；本月尚未结束" in printing.markdown(printing.printable(running))
    with time_machine.travel("2018-05-31T16:00:00Z", tick=False):
        assert statistics.bulletin("2018-06").period == Period("2018-06")
        assert statistics.bulletin("2018-05").closed


def replayed(ledger: Ledger, by: Actor, period: str, table: str = "booking_by_hospital") -> None:
    """Replay a table of the reference month as if it were of another month."""
    tables = directory.current_pack().section("reference/2018-05")["tables"]
    file = statistics_replayfiles_rules.ReplayFile("x.json", Period(period), {table: tables[table]})
    statistics.replay(by=by, file=file, scale=0.01)


def test_totals_to_date_are_unknown_before_the_opening_balance(offer: Offer, ledger: Ledger, by: Actor) -> None:
    offer(ROWS)
    replayed(ledger, by, "2018-04")
    table = statistics.document(statistics.bulletin("2018-04"))["tables"]["booking_by_hospital"]
    assert (table["cumulative"], table["cumulative_months"], table["scale"]) == (None, None, 0.01)


def test_a_month_that_nobody_counted_has_no_bulletin(offer: Offer) -> None:
    offer(ROWS)
    for period in ("2018-04", "1999-01"):
        with pytest.raises(statistics_refusals_rules.MonthNotCounted) as refused:
            statistics.bulletin(period)
        assert refused.value.fields["months"].startswith("2018-05, 2018-06")


def test_a_year_s_total_begins_with_the_city_s_year(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    offer({"cards.issued": {("南京鼓楼医院",): 5}})
    plan = layout.layout()
    table = plan.tables["cards_issued"]
    assert table.cumulative is not None
    total = dataclasses.replace(table.cumulative, over="year", opening=0, year_begins=4)
    yearly = dataclasses.replace(table, cumulative=total)
    other = dataclasses.replace(plan, tables={**plan.tables, "cards_issued": yearly})
    for place in ("bulletins", "coverage"):
        monkeypatch.setattr(f"jinling.data.statistics.queries.{place}.layout", lambda: other)

    def to_date(period: str) -> Any:
        return statistics.document(statistics.bulletin(period))["tables"]["cards_issued"]["cumulative"]

    assert (to_date("2019-03"), to_date("2019-04"), to_date("2020-02")) == (12 * 5, 5, 11 * 5)


def test_the_months_offered(offer: Offer, ledger: Ledger, by: Actor, paper_pack: Any) -> None:
    replayed(ledger, by, "2017-03")
    with time_machine.travel("2018-07-23T08:00:00Z", tick=False):
        assert [str(month) for month in Coverage.now().months()] == ["2018-07", "2018-06", "2018-05", "2017-03"]


def test_figures_beyond_what_they_can_be_are_told_of_with_their_place(offer: Offer, collection: Any) -> None:
    drum, first = ("南京鼓楼医院",), ("南京市第一医院",)
    offer(
        {
            **collection,
            "collection.upload_days": {drum: 45, first: 31},
            "collection.tables_declared": {first: 670},
            "collection.tables_required": {first: 85},
        }
    )
    made = statistics.bulletin("2018-05", only=["collection_hospital"])
    failed = [printing.check_document(check) for check in made.checks if not check.ok]
    told = {(one["code"], one["expected"], one["counted"], one["text"]) for one in failed}
    assert ("above_ceiling", 31, 45, "南京鼓楼医院的上传天数超过可能的最大值。") in told
    assert ("above_other", 85, 670, "南京市第一医院的声明上传表大于规定上传表。") in told
    assert "南京市第一医院" not in {one["text"].split("的")[0] for one in failed if one["code"] == "above_ceiling"}
