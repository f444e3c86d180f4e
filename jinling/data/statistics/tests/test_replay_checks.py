"""What is said of a file of printed figures that does not hold together, or not with the months before it."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jinling.data.statistics import public as statistics
from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.queries.replays import to_date
from jinling.data.statistics.rules import checks, cumulatives
from jinling.data.statistics.rules.replayfiles import ReplayFile
from jinling.data.statistics.tests.conftest import ClinicClosed, Ledger
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.periods import Period

MAY = Period("2018-05")


def table(name: str, **parts: Any) -> dict[str, Any]:
    tables = copy.deepcopy(directory.current_pack().section("reference/2018-05"))["tables"]
    return {**tables[name], **parts}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, "12"),
        ("12", "12"),
        (" 27.1 亿 ", "2710000000"),
        ("27.1亿", "2710000000"),
        ("3万", "30000"),
        (Decimal("1.5"), "1.5"),
        ("", None),
        ("亿", None),
        (-1, None),
        ("x", None),
        (None, None),
        ([], None),
    ],
)
def test_a_total_to_date_is_read_with_its_unit(value: Any, number: str | None) -> None:
    assert cumulatives.stated(value) == (None if number is None else Decimal(number))


def test_positions_count_the_rows() -> None:
    own = layout().tables["cards_issued"]
    wrong = table("cards_issued")
    assert checks.printed_differences(own, wrong) == []
    wrong["rows"][3][0] = 99
    (found,) = checks.printed_differences(own, wrong)
    assert (found.code, found.expected, found.counted) == ("printed_position", 99, 4)
    assert found.fields == {"row": wrong["rows"][3][1]}


def test_a_reason_is_no_sum_of_parts() -> None:
    wrong = table("booking_by_hospital")
    wrong["rows"][0][6] = "未反馈"
    (row,) = [
        one for one in checks.printed_differences(layout().tables["booking_by_hospital"], wrong) if "row" in one.fields
    ]
    assert (row.code, row.expected, row.counted) == ("printed_row_total", "未反馈", 150726)


def said(name: str, month: Period, standing: dict[str, dict[str, Any]], **parts: Any) -> list[tuple[Any, Any]]:
    own = layout().tables[name]
    began = cumulatives.before(own, MAY, month, {Period(one): figures for one, figures in standing.items()})
    return [(one.expected, one.counted) for one in cumulatives.differences(own, table(name, **parts), began)]


def test_a_total_to_date_is_what_it_began_with_and_the_month() -> None:
    cards = 204622
    assert said("cards_issued", MAY, {}) == []
    assert said("cards_issued", MAY, {}, cumulative=1) == [(1, 12359559)]
    assert said("cards_issued", MAY, {}, cumulative=None) == []
    assert said("cards_issued", MAY, {}, cumulative_of_cards=12359558) == [(12359559 - 1, 12359559)]
    june, july = MAY.next(), MAY.next().next()
    stands = {"2018-05": table("cards_issued")}
    assert said("cards_issued", june, stands, cumulative=12359559 + cards) == []
    assert said("cards_issued", june, stands) == [(12359559, 12359559 + cards)]
    # A month is missing: at least what is known; after it, the last one printed is gone on from.
    assert said("cards_issued", july, stands, cumulative=12359559 + 5 * cards) == []
    assert said("cards_issued", july, stands, cumulative=12359559) == [(12359559, 12359559 + cards)]
    later = {"2018-06": table("cards_issued", cumulative=20_000_000)}
    assert said("cards_issued", july, later, cumulative=20_000_000 + cards) == []
    assert said("cards_issued", july, later, cumulative=20_000_001 + cards) == [
        (20_000_001 + cards, 20_000_000 + cards)
    ]


def test_a_year_s_total_in_a_file_is_held_to_the_months_of_the_year(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    plan = layout()
    own = plan.tables["cards_issued"]
    assert own.cumulative is not None
    yearly = replace(own, cumulative=replace(own.cumulative, over="year", opening=0, year_begins=4))
    other = replace(plan, tables={**plan.tables, "cards_issued": yearly})
    monkeypatch.setattr("jinling.data.statistics.queries.replays.layout", lambda: other)
    cards = 204622

    def told(month: str, cumulative: int) -> list[tuple[Any, Any]]:
        found = to_date(month, {"cards_issued": table("cards_issued", cumulative=cumulative)})
        return [(check.expected, check.counted) for check in found]

    assert told("2018-04", cards) == []
    assert told("2018-04", 12359559) == [(12359559, cards)]
    # April does not stand: at least the month itself.
    assert told("2018-05", 3 * cards) == []
    assert told("2018-05", cards - 1) == [(cards - 1, cards)]


def test_a_rounded_total_to_date_may_be_off_by_what_it_is_rounded_to() -> None:
    rows = sum(row[4] for row in table("collection_hospital")["rows"])
    exact = 2613916074 + rows
    assert said("collection_hospital", MAY, {}) == []  # 27.1 of a hundred million
    for off, wrong in ((-9_999_999, 0), (9_999_999, 0), (10_000_000, 1), (-10_000_000, 1)):
        assert len(said("collection_hospital", MAY, {}, cumulative_validated_records=exact + off)) == wrong


def file(month: str, cumulative: int) -> ReplayFile:
    own = table("booking_by_hospital", cumulative=cumulative)
    own["rows"] = own["rows"][:2]
    own.pop("printed_total")
    return ReplayFile("file.json", Period(month), {"booking_by_hospital": own})


OPENED, MONTHLY = 11500747, 150726 + 64658


def off(month: str) -> list[int]:
    """By how much a month's total to date is said to be wrong."""
    run = ReplayRun.objects.exclude(state="withdrawn").get(period=month)
    kept = [check for check in checks.from_stored(run.differences) if check.code == cumulatives.CODE]
    return [check.expected - check.counted for check in kept]


@pytest.mark.django_db
def test_months_change_what_is_said_of_those_after_them(ledger: Ledger, by: Actor, paper_pack: Any) -> None:
    statistics.replay(by=by, file=file("2018-07", OPENED + 3 * MONTHLY), scale=0.01)
    assert off("2018-07") == []  # at least the opening balance and July
    told = statistics.replay(by=by, file=file("2018-05", OPENED + MONTHLY + 7), scale=0.01)
    assert [check.code for check in told.differences] == [cumulatives.CODE]
    assert (off("2018-05"), off("2018-07")) == ([7], [])
    june = statistics.replay(by=by, file=file("2018-06", OPENED + 2 * MONTHLY + 1), scale=0.01)
    assert [check.expected - check.counted for check in june.differences] == [1]
    statistics.replay(by=by, file=file("2018-07", OPENED + 3 * MONTHLY + 2), scale=0.01)
    assert (off("2018-05"), off("2018-06"), off("2018-07")) == ([7], [1], [2])
    # The total put right, the rows the same: nothing is replayed.
    again = statistics.replay(by=by, file=file("2018-06", OPENED + 2 * MONTHLY), scale=0.01)
    assert ([one.state for one in again.replayed], off("2018-06")) == (["nothing"], [])
    shown = statistics.said_checks(told.differences, MAY)[0].said
    assert shown is not None and shown.own == "回放文件印出的累计数与此前累计加本月不符。"
    assert to_date("2018-04", {"booking_by_hospital": table("booking_by_hospital")}) == []


@pytest.mark.django_db
def test_what_is_replaced_goes_at_once_or_not_at_all(
    ledger: Ledger, by: Actor, paper_pack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics.replay(by=by, file=file("2018-05", OPENED), scale=0.01)
    made = ledger.made()

    def refuse(self: Ledger, period: str) -> int:
        withdraw(self, period)
        raise ClinicClosed(where=period)

    withdraw = Ledger.withdraw
    monkeypatch.setattr(Ledger, "withdraw", refuse)
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file("2018-05", OPENED), scale=0.02)
    assert (ledger.made(), [run.state for run in ReplayRun.objects.all()]) == (made, ["done"])


@pytest.mark.django_db
def test_two_replayers_of_one_table_are_a_mistake(paper_pack: Any, monkeypatch: pytest.MonkeyPatch, by: Actor) -> None:
    class Other(Ledger):
        pass

    monkeypatch.setattr(
        "jinling.data.statistics.queries.replays.gather",
        lambda socket: [("a.b", type("M", (), {"REPLAYS": [Ledger(), Other()]}))],
    )
    with pytest.raises(ValueError, match="the replay of booking_by_hospital is declared twice"):
        statistics.replay(by=by, file=file("2018-05", OPENED))
