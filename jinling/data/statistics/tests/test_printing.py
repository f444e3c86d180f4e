"""How a bulletin is printed: as a page that stands alone, Markdown, on the terminal, as CSV; and kept whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import stored
from jinling.data.statistics.tests.conftest import bookings, routes
from jinling.kernel.figures import Dimension, Member

pytestmark = pytest.mark.django_db
Offer = Callable[..., None]
CORE = ("columns", "rows", "total", "cumulative")
ROWS = bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400), ("南京市儿童医院", 16869, 8678, 0, 39111))


@pytest.fixture(autouse=True)
def fresh(nothing_kept: None) -> None:
    """No test sees a bulletin that another counted."""


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
        "jinling.data.statistics.queries.counting.dimensions",
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


def test_rates_keep_both_decimals(offer: Offer, collection: Any) -> None:
    offer({**collection, "collection.outpatient_rate": {("南京鼓楼医院",): 21.7, ("南京市第一医院",): 0}})
    made = statistics.bulletin("2018-05", only=["collection_hospital"])
    for text in (printing.markdown(printing.printable(made)), printing.standalone(printing.printable(made))):
        assert "21.70" in text
        assert "0.00" in text


def test_what_is_kept_reads_back_whole(whole: statistics.Bulletin) -> None:
    kept = json.loads(json.dumps(stored.plain(whole)))
    back = stored.bulletin_of(kept)
    assert statistics.document(back) == statistics.document(whole)
    assert stored.plain(back) == stored.plain(whole)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert printing.printable(back) == printing.printable(whole)
    assert printing.records(back) == printing.records(whole)


def test_csv_has_a_line_for_each_figure_with_code_and_status(whole: statistics.Bulletin) -> None:
    text = printing.records(whole)
    assert text.startswith("\ufeffperiod,standing,version,as_of,table,row,row_code,row_name,")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert all(len(line) == 16 for line in lines)
    first = lines[0]
    assert (first["row_code"], first["row_name"], first["value"]) == ("32010100", "南京鼓楼医院", "37300")
    assert (first["status"], first["unit"], first["indicator"]) == ("figure", "人次", "scheduling.bookings")
    reasons = {line["status"]: line for line in lines if line["status_name"]}
    assert set(reasons) == {"database_opened", "not_reported", "returns_missing", "not_deployed"}
    assert reasons["database_opened"]["value"] == ""
    rate = [line for line in lines if line["column"] == "outpatient_rate" and line["value"]]
    assert [line["value"] for line in rate] == ["15.56", "72.84"]
    total = [line for line in lines if line["status"] == "total" and line["table"] == "booking_by_hospital"]
    assert [line["value"] for line in total] == ["54169", "58095", "11609", "91511", "215384"]
    assert next(line["value"] for line in lines if line["status"] == "to_date") == "11716131"
