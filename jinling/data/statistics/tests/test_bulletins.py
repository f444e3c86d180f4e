from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.utils import translation

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import layout, replays as statistics_replays
from jinling.data.statistics.queries.bulletins import kept_bulletin
from jinling.data.statistics.rules import (
    refusals as statistics_refusals_rules,
    replayfiles as statistics_replayfiles_rules,
)
from jinling.data.statistics.rules.refusals import IndicatorUnknown
from jinling.data.statistics.tests.conftest import ClinicClosed, Ledger, bookings, routes
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.figures import Dimension, Indicator, Member
from jinling.kernel.periods import NotAMonth, Period, PeriodUnreadable

pytestmark = pytest.mark.django_db
Offer = Callable[..., None]
ROWS = bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400), ("南京市儿童医院", 16869, 8678, 0, 39111))


@pytest.fixture(autouse=True)
def fresh(nothing_kept: None) -> None:
    """No test sees a bulletin that another counted."""


def test_the_document_has_the_reference_form(offer: Offer, release: Any) -> None:
    offer({**release, **routes(("健康南京客户端", 32841)), **ROWS})
    only = ["schedule_release", "booking_by_route", "booking_by_hospital"]
    document = statistics.document(statistics.bulletin("2018-05", only=only))
    assert list(document) == ["period", "tables", "checks"]
    assert document["period"] == "2018-05"
    # In the order in which the city prints them.
    assert list(document["tables"]) == ["booking_by_hospital", "booking_by_route", "schedule_release"]
    table = document["tables"]["booking_by_hospital"]
    assert list(table) == ["columns", "rows", "total", "cumulative"]
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
    assert document["tables"]["schedule_release"] == {
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


def test_the_city_s_tables_are_those_that_show_an_indicator(offer: Offer) -> None:
    offer()
    found = [table.layout.name for table in statistics.bulletin("2018-05").parts]
    counted = [
        name for name, table in layout.layout().tables.items() if any(column.indicator for column in table.columns)
    ]
    assert found == counted
    then = directory.current_pack().section("reference/2018-05")["tables"]  # the city may print more by now
    assert [name for name in found if name in then] == [
        "booking_by_hospital",
        "cards_issued",
        "booking_by_route",
        "schedule_release",
        "collection_district",
        "collection_hospital",
    ]


def test_rows_stand_by_their_column_then_as_the_city_orders_them(offer: Offer) -> None:
    named = [entry["name"] for entry in directory.current_pack().section("organizations")]
    offer({"cards.issued": {(named[5],): 2, (named[3],): 2, (named[9],): 7, (named[4],): 0}})
    rows = statistics.document(statistics.bulletin("2018-05"))["tables"]["cards_issued"]["rows"]
    assert rows == [[1, named[9], 7], [2, named[3], 2], [3, named[5], 2], [4, named[4], 0]]


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
    assert [(c["code"], c["expected"], c["counted"]) for c in failed] == [("printed_total", 342106, 342105)]
    assert "合计" in failed[0]["text"]
    assert all(c["ok"] for c in statistics.document(statistics.bulletin("2018-04"))["checks"])
    assert all(c["ok"] for c in statistics.document(statistics.bulletin("2018-06"))["checks"])


def test_routes_beyond_their_kind_do_not_hold(offer: Offer) -> None:
    offer({**ROWS, **routes(("健康南京客户端", 54170), ("趣医网", 1))})
    found = [c for c in statistics.bulletin("2018-05").checks if c.code == "routes_within_kind"]
    assert [(c.expected, c.counted, c.ok) for c in found] == [(54169, 54170, False), (91511, 1, True)]
    assert "“12320 在线”" in statistics.check_text(found[0], Period("2018-05"))
    with translation.override("en"):
        assert "12320 online" in statistics.check_text(found[0], Period("2018-05"))


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


def test_totals_to_date_are_unknown_before_the_opening_balance(offer: Offer) -> None:
    offer(ROWS)
    assert statistics.document(statistics.bulletin("2018-04"))["tables"]["booking_by_hospital"]["cumulative"] is None


def test_a_kept_bulletin_is_counted_once_until_a_replay_moves(
    offer: Offer, ledger: Ledger, by: Actor, paper_pack: Any
) -> None:
    offer(ROWS)
    first = kept_bulletin("2018-05")
    offer(bookings(("南京鼓楼医院", 1, 1, 1, 1)))
    assert kept_bulletin("2018-05") == first
    document = {**paper_pack.section("reference/2018-05")}
    document["tables"] = {"booking_by_hospital": document["tables"]["booking_by_hospital"]}
    statistics.replay(by=by, file=statistics_replays.read_document(document, name="may.json"), scale=0.01)
    assert statistics.document(kept_bulletin("2018-05"))["tables"]["booking_by_hospital"]["total"] == [1, 1, 1, 1, 4]


class _Balance(HTMLParser):
    """Every element that is opened is closed; and what the document loads."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src",) or (tag == "link" and name == "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def whole(offer: Offer, release: Any, collection: Any) -> statistics.Bulletin:
    offer({**ROWS, **routes(("健康南京客户端", 32841)), **release, **collection})
    only = ["booking_by_hospital", "booking_by_route", "schedule_release", "collection_hospital"]
    return statistics.bulletin("2018-05", only=only)


def test_the_printable_file_stands_alone(whole: statistics.Bulletin) -> None:
    text = printing.standalone(printing.printable(whole))
    parser = _Balance()
    parser.feed(text)
    assert parser.open == []
    assert not parser.tags & {"script", "link", "img", "iframe"}
    assert parser.loads == []
    assert "@page" in text
    for expected in (
        "南京市卫生信息中心月度通报",
        "2018年5月",
        "150,726",
        "累计预约",
        "11,716,131",
        "开库采集",
        "※",
        "口径",
        "统计时间",
        "相符",
    ):
        assert expected in text


def test_the_file_in_english(whole: statistics.Bulletin) -> None:
    with translation.override("en"):
        text = printing.standalone(printing.printable(whole))
        plain = printing.markdown(printing.printable(whole))
    for expected in (
        "Nanjing Drum Tower Hospital",
        "Bookings by hospital",
        "May 2018",
        "Healthy Nanjing app",
        "first 4 days of the second week",
        "collected from the opened database",
        "Numbers booked within the",
    ):
        assert expected in text
        assert expected in plain
    body = text.split("<body", 1)[1]
    assert not [character for character in body if "\u4e00" <= character <= "\u9fff"]


def test_markdown_is_a_table_for_every_table(whole: statistics.Bulletin) -> None:
    text = printing.markdown(printing.printable(whole))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert "| 1 | 南京鼓楼医院 | 37,300 | 49,417 | 11,609 | 52,400 | 150,726 |" in rows
    assert "|  | **合计** | **54,169** | **58,095** | **11,609** | **91,511** | **215,384** |" in rows
    assert text.count("\n## ") == 5
    assert "- ✓ " in text


def test_what_a_name_holds_breaks_no_markup(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    nasty = "<script>a|b</script>[x](y)"
    offer(bookings((nasty, 1, 0, 0, 0)))
    monkeypatch.setattr(
        "jinling.data.statistics.queries.figures.dimensions",
        lambda: {"organization": Dimension("organization", lambda on: [Member(nasty, "X1", nasty, nasty)])},
    )
    printable = printing.printable(statistics.bulletin("2018-05", only=["booking_by_hospital"]))
    assert "<script>" not in printing.standalone(printable)
    line = next(line for line in printing.markdown(printable).splitlines() if "a\\|b" in line)
    assert line.replace("\\|", "").count("|") == 8
    assert nasty in printing.terminal_text(printable, width=200, colour=False)


@pytest.mark.parametrize("width", [60, 100, 200])
def test_the_terminal_cuts_no_number_off(whole: statistics.Bulletin, width: int) -> None:
    text = printing.terminal_text(printing.printable(whole), width=width, colour=False)
    assert "…" not in text
    if width > 60:
        assert "150,726" in text
        assert "各医疗机构预约挂号情况" in text


def test_the_months_listed(ledger: Ledger, by: Actor, paper_pack: Any) -> None:
    document = {**paper_pack.section("reference/2018-05")}
    document["tables"] = {"booking_by_route": document["tables"]["booking_by_route"]}
    statistics.replay(by=by, file=statistics_replays.read_document(document, name="may.json"))
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        listed = [str(period) for period in statistics.periods()]
    assert listed == [*(f"2026-{n:02}" for n in range(11, 0, -1)), "2025-12", "2018-05"]
