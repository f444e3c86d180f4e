from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.queries.figures import groups_of
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.rules import refusals as statistics_refusals_rules, replayfiles
from jinling.data.statistics.rules.checks import file_differences
from jinling.data.statistics.rules.layout import Column, TableLayout, Wording
from jinling.foundation.directory import public as directory

pytestmark = pytest.mark.django_db
# A machine that is busy with other things must not turn a test red.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def reference(paper_pack: Any) -> dict[str, Any]:
    return copy.deepcopy(paper_pack.section("reference/2018-05"))


def lines(document: Any) -> list[str]:
    with pytest.raises(statistics.ReplayFileRefused) as refused:
        statistics_replays.read_document(document, name="may.json")
    assert refused.value.fields["count"] == len(refused.value.fields["problems"])
    return printing.problem_lines(refused.value.fields["problems"])


def test_the_reference_month_is_read_whole(reference: dict[str, Any]) -> None:
    file = statistics_replays.read_document(reference, name="2018-05.json")
    assert str(file.period) == "2018-05"
    assert list(file.tables) == list(reference["tables"])
    assert file.tables["booking_by_hospital"] == reference["tables"]["booking_by_hospital"]


def test_institutions_stand_under_their_canonical_names(pack: Any) -> None:
    file = statistics_replays.read_document(pack.section("reference/2018-05"), name="2018-05.json")
    named = {row[1] for row in file.tables["schedule_release"]["rows"]}
    assert "南京医科大学第二附属医院" in named
    assert "南京医科大学附属第二医院" not in named
    assert named <= set(directory.organizations().values_list("name", flat=True))


def test_the_reference_disagrees_with_itself_where_its_sums_do(reference: dict[str, Any]) -> None:
    file = statistics_replays.read_document(reference, name="2018-05.json")
    plan = layout()
    found = file_differences(plan.tables, file.tables, plan.checks, groups_of(plan.tables, file.period.last))
    assert {(c.code, c.table) for c in found} == {("printed_total", "hotline"), ("printed_total", "maternal")}
    hotline = next(c for c in found if c.table == "hotline")
    assert (hotline.expected, hotline.counted) == (138786, 139598)


def edited(reference: dict[str, Any], table: str, row: int, place: int, value: Any) -> dict[str, Any]:
    reference["tables"][table]["rows"][row][place] = value
    return reference


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (-1, "是负数"),
        (1.5, "不是整数"),
        ("12", "应为数字"),
        (True, "应为数字"),
        (None, "应为数字"),
        ([], "应为数字"),
        (10**12, "超过"),
        ("没有的原因", "应为数字"),
    ],
)
def test_a_figure_must_be_a_number_or_a_reason(reference: dict[str, Any], value: Any, says: str) -> None:
    document = json.loads(json.dumps(edited(reference, "booking_by_hospital", 2, 3, value)), parse_float=float)
    found = lines(replayfiles.parse(json.dumps(document)))
    assert len(found) == 1
    assert found[0].startswith("tables.booking_by_hospital row 3, column phone: ")
    assert says in found[0]


def test_a_known_reason_may_stand_for_a_number(reference: dict[str, Any]) -> None:
    file = statistics_replays.read_document(edited(reference, "cards_issued", 1, 2, "未反馈"), name="may.json")
    assert file.tables["cards_issued"]["rows"][1][2] == "未反馈"


def test_a_row_that_the_bulletin_does_not_have_is_refused(reference: dict[str, Any]) -> None:
    found = lines(edited(reference, "collection_hospital", 0, 0, "南京市高淳人民医院"))
    assert found == [
        "tables.collection_hospital row 1: 这张表里没有“南京市高淳人民医院”一行。 "
        "删去这一行，或在城市包里把该名称列入此表。"
    ]
    assert len(lines(edited(reference, "booking_by_route", 2, 1, "12320 热线电话"))) == 2


def test_a_group_is_what_the_institution_belongs_to(reference: dict[str, Any]) -> None:
    found = lines(edited(reference, "schedule_release", 0, 0, "省属医院"))
    assert found == [
        "tables.schedule_release row 1, column category: 南京鼓楼医院属于“市属医院”。 改正这个词，或改正机构名录。"
    ]


@pytest.mark.parametrize("value", [-1, "many", [1], "27.1.2", True, "亿", "-3"])
def test_a_total_to_date_is_a_number(reference: dict[str, Any], value: Any) -> None:
    reference["tables"]["cards_issued"]["cumulative"] = value
    (found,) = lines(reference)
    assert found.startswith("tables.cards_issued.cumulative: ")


def test_an_unknown_institution_is_told_with_the_nearest_names(reference: dict[str, Any]) -> None:
    found = lines(edited(reference, "booking_by_hospital", 0, 1, "南京鼓楼医園"))
    assert len(found) == 1
    assert "南京鼓楼医園" in found[0]
    assert "南京鼓楼医院" in found[0]


def test_an_institution_may_stand_once_however_it_is_written(reference: dict[str, Any]) -> None:
    reference["tables"]["cards_issued"]["rows"].append([22, "南京市六合区人民医院", 5])
    found = lines(reference)
    assert found == ["tables.cards_issued row 22: 南京市六合区人民医院 已在第 3 行出现。 两行保留其一。"]


def test_unknown_tables_columns_routes_and_windows(reference: dict[str, Any]) -> None:
    tables = reference["tables"]
    tables["booking_by_hospitl"] = {"columns": [], "rows": []}
    tables["cards_issued"]["columns"][2] = "card"
    tables["reports_uploaded"]["printed_totals"] = 5
    tables["booking_by_route"]["rows"][0][1] = "健康南京"
    tables["schedule_release"]["rows"][0][2] = "三周"
    tables["maternal"]["rows"][0][0] = "玄武"
    tables["kiosk"]["rows"][0].pop()
    tables["hotline"]["printed_total"] = "many"
    found = "\n".join(lines(reference))
    for where in (
        "tables.booking_by_hospitl:",
        "tables.cards_issued.columns:",
        "tables.reports_uploaded.printed_totals:",
        "tables.booking_by_route row 1, column route:",
        "tables.schedule_release row 1, column public_release:",
        "tables.maternal row 1, column district:",
        "tables.kiosk row 1:",
        "tables.hotline.printed_total:",
    ):
        assert where in found
    assert "booking_by_hospital" in found
    assert len(found.splitlines()) == 8


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"city": "苏州"}, "city"),
        ({"period": "2018-5"}, "period"),
        ({"period": "2018"}, "period"),
        ({"period": 201805}, "period"),
        ({"tables": {}}, "tables"),
        ({"tables": []}, "tables"),
        ({"tables": {"cards_issued": []}}, "tables.cards_issued"),
        ({"tables": {"cards_issued": {"columns": ["no", "organization", "cards"]}}}, "tables.cards_issued.rows"),
    ],
)
def test_the_frame_must_be_right(reference: dict[str, Any], change: dict[str, Any], where: str) -> None:
    found = lines({**reference, **change})
    assert len(found) == 1
    assert found[0].startswith(f"{where}: ")


def test_a_month_that_has_not_begun_is_refused(reference: dict[str, Any]) -> None:
    with time_machine.travel("2018-04-30T15:59:00Z", tick=False):
        assert lines(reference) == ["period: 2018-05 还没有到。 请改用已经开始的月份。"]
    with time_machine.travel("2018-04-30T16:00:00Z", tick=False):
        assert str(statistics_replays.read_document(reference, name="x").period) == "2018-05"


@pytest.mark.parametrize("document", [None, [], 5, "x", {}])
def test_anything_else_is_refused_too(paper_pack: Any, document: Any) -> None:
    assert lines(document)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "JSON"),
        (b'{"tables": {}, "tables": {}}', "tables"),
        (b'{"city": NaN}', "NaN"),
        (b"", "JSON"),
        (b'{"period": "2018-05\\u0000"}', "\\x00"),
        (b'{"tables": {"\\ud800": []}}', "\\ud800"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_broken_json_is_refused(paper_pack: Any, tmp_path: Path, content: bytes, says: str) -> None:
    place = tmp_path / "may.json"
    place.write_bytes(content)
    with pytest.raises(statistics.ReplayFileRefused) as refused:
        statistics.read_file(place)
    assert says in printing.problem_lines(refused.value.fields["problems"])[0]


def test_files_that_cannot_be_read(paper_pack: Any, tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"city": "\xe9"}')
    for name in ("missing.json", "latin.json", ".", "x\0y"):
        with pytest.raises(statistics_refusals_rules.FileUnreadable):
            statistics.read_file(str(tmp_path / name))
    assert not ReplayRun.objects.exists()


def test_a_byte_order_mark_does_not_matter(reference: dict[str, Any], tmp_path: Path) -> None:
    place = tmp_path / "may.json"
    place.write_text(json.dumps(reference), encoding="utf-8-sig")
    assert str(statistics.read_file(place).period) == "2018-05"


def test_tables_asked_for_must_be_there(reference: dict[str, Any]) -> None:
    del reference["tables"]["kiosk"]
    with pytest.raises(statistics.ReplayFileRefused) as refused:
        statistics_replays.read_document(reference, name="may.json", only=["kiosk", "kisok"])
    found = printing.problem_lines(refused.value.fields["problems"])
    assert [line.split(":")[0] for line in found] == ["tables.kiosk", "kisok"]


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tables", "rows", "columns", "city", "period", "printed_total", "cards_issued", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


NAMED = Wording("x", "x")
CARDS = TableLayout(
    "cards_issued",
    NAMED,
    (Column("no", NAMED, "position"), Column("organization", NAMED, "name"), Column("cards", NAMED)),
    rows="organization",
)


def known(*reasons: str) -> replayfiles.Known:
    return replayfiles.Known(
        frozenset({"x"}),
        {"cards_issued": CARDS},
        {"organization": {"a": "a"}},
        {},
        {},
        frozenset(reasons),
        date(2026, 1, 1),
    )


@unhurried
@given(JSONISH)
def test_no_document_breaks_the_reader(document: Any) -> None:
    outcome = replayfiles.read(document, name="x", known=known())
    assert isinstance(outcome, list)
    assert outcome
    assert isinstance(replayfiles.spellings(document, {"cards_issued": CARDS}), dict)
    assert printing.problem_lines(outcome)


@unhurried
@given(
    st.sampled_from(["cards", "no"]),
    st.one_of(
        st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=3), st.none(), st.booleans()
    ),
)
def test_only_whole_numbers_become_events(column: str, cell: Any) -> None:
    columns = ("no", "organization", "cards")
    row = [1, "a", 5]
    row[columns.index(column)] = cell
    document = {"city": "x", "period": "2018-05", "tables": {"cards_issued": {"columns": list(columns), "rows": [row]}}}
    outcome = replayfiles.read(document, name="x", known=known("未反馈"))
    fine = (type(cell) is int and 0 <= cell <= replayfiles.LARGEST) or (column == "cards" and cell == "未反馈")
    assert isinstance(outcome, replayfiles.ReplayFile) == fine
