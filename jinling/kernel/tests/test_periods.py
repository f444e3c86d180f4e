from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st

from jinling.kernel.periods import Period, PeriodUnreadable

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_month_knows_its_days() -> None:
    may = Period("2018-05")
    assert (may.kind, may.first, may.last) == ("monthly", date(2018, 5, 1), date(2018, 5, 31))
    assert len(list(may.days())) == 31
    assert date(2018, 5, 31) in may
    assert date(2018, 6, 1) not in may
    assert str(may) == "2018-05"


def test_a_leap_year_and_a_day() -> None:
    assert Period("2020-02").last == date(2020, 2, 29)
    assert len(list(Period("2020").days())) == 366
    assert list(Period("2018-05-31").days()) == [date(2018, 5, 31)]


def test_instants_follow_the_time_zone() -> None:
    may = Period("2018-05")
    assert may.start(SHANGHAI).astimezone(UTC) == datetime(2018, 4, 30, 16, tzinfo=UTC)
    assert may.end(SHANGHAI).astimezone(UTC) == datetime(2018, 5, 31, 16, tzinfo=UTC)
    assert may.end(SHANGHAI) == may.next().start(SHANGHAI)


@pytest.mark.parametrize(("text", "before"), [("2018-01", "2017-12"), ("2018", "2017"), ("2018-03-01", "2018-02-28")])
def test_the_period_before(text: str, before: str) -> None:
    assert Period(text).previous() == Period(before)
    assert Period(before).next() == Period(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018-5",
        "2018-13",
        "2018-00",
        "2018-02-30",
        "201805",
        "2018-05 ",
        " 2018-05",
        "２０１８-05",
        "0000-05",
        "9999-01",
        "2018/05",
        "may",
        "2018-05-",
        "-2018",
        "2018-05-31T00:00",
        "2018-05\n",
        None,
        201805,
    ],
)
def test_other_texts_are_refused(text: object) -> None:
    with pytest.raises(PeriodUnreadable) as refused:
        Period(text)  # type: ignore[arg-type]
    assert "2018-05" in refused.value.mend


@settings(deadline=None)
@example(date(1900, 2, 1))
@example(date(9998, 11, 30))
@given(st.dates(date(1900, 2, 1), date(9998, 11, 30)))
def test_every_day_has_one_month(day: date) -> None:
    month = Period.month_of(day)
    assert day in month
    assert month.previous() < month < month.next()
    assert day not in month.previous()
    assert month.next().previous() == month


def test_periods_end_where_years_have_no_four_digits() -> None:
    for outside in (Period("1900-01").previous, Period("9998").next):
        with pytest.raises(PeriodUnreadable):
            outside()
