"""A printed table becomes cards, and the bulletin counts them back."""

from __future__ import annotations

from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.figures import FigureNotReplayed, ReplayRequest
from jinling.kernel.periods import Period, Span
from jinling.services.cards.figures import cards_issued
from jinling.services.cards.models import Card
from jinling.services.cards.replays import CardReplay
from jinling.services.cards.rules.replaying import moments, people_needed, turns

pytestmark = pytest.mark.django_db
ROWS = [[1, "南京鼓楼医院", 61], [2, "六合区人民医院", 40], [3, "南京市儿童医院", 40], [4, "南京脑科医院", 1]]


def replay(rows, scale=1.0, month="2018-05"):
    table = {"columns": ["no", "organization", "cards"], "rows": rows}
    request = ReplayRequest(month, {"cards_issued": table}, scale, 1, "digest")
    return [chunk.run() for chunk in CardReplay().plan(request)]


def counted(month):
    return {key: n for (key,), n in cards_issued(Span.of(Period(month), ZoneInfo("Asia/Shanghai"))).items()}


@pytest.fixture
def _city():
    directory.load_pack(directory.current_pack().path, by=system("test"))


@pytest.mark.usefixtures("_city")
def test_the_table_comes_back():
    assert sum(replay(ROWS)) == 142
    issuers = [directory.resolve(row[1]).pk for row in ROWS]
    assert counted("2018-05") == dict(zip(issuers, [61, 40, 40, 1], strict=True))
    assert counted("2018-06") == counted("2018-04") == {}
    children = Card.objects.filter(kind="child")
    assert children.exists()
    assert not children.filter(guardian=None).exists()
    days = {card.issued_at.astimezone(ZoneInfo("Asia/Shanghai")).date() for card in Card.objects.all()}
    assert min(days) >= date(2018, 5, 1)
    assert max(days) <= date(2018, 5, 31)


@pytest.mark.usefixtures("_city")
def test_a_replay_is_taken_back_whole():
    replay(ROWS[:1])
    assert CardReplay().withdraw("2018-05") == 61
    assert Card.objects.count() == 0
    assert CardReplay().withdraw("2018-05") == 0
    replay(ROWS[:2], scale=0.5)
    assert sorted(counted("2018-05").values()) == [20, 31]


@pytest.mark.usefixtures("_city")
def test_another_month_meets_people_who_hold_none_of_the_issuer_yet():
    replay(ROWS)
    assert sum(replay(ROWS, month="2018-06")) == 142
    assert counted("2018-05") == counted("2018-06")
    replay(ROWS[:1], month="2018-07")
    own = Card.objects.filter(issuer=directory.resolve("南京鼓楼医院"))
    assert own.count() == own.values("patient_id").distinct().count() == 3 * 61


def test_turns():
    assert list(islice(turns(2, 3), 6)) == [2, 0, 1, 3, 4, 5]
    assert people_needed([10, 50]) == 50
    assert people_needed([]) == 1


def test_moments_fill_the_month_in_open_hours():
    made = moments(1000, list(Period("2018-05").days()), ZoneInfo("Asia/Shanghai"))
    assert made == sorted(made)
    assert {m.date().day for m in made} == set(range(1, 32))
    assert all(8 <= m.hour <= 17 for m in made)
    weekend = sum(m.weekday() > 4 for m in made)
    assert 80 < weekend < 140


@pytest.mark.usefixtures("_city")
def test_two_years_of_months_come_in_any_order():
    months = [f"{year}-{month:02}" for year in (2018, 2019) for month in range(1, 13)]
    some = [[1, "南京鼓楼医院", 12], [2, "南京脑科医院", 3]]
    for month in [*months[5:], *reversed(months[:5])]:
        assert sum(replay(some, month=month)) == 15
    issuers = [directory.resolve(row[1]).pk for row in some]
    assert all(counted(month) == dict(zip(issuers, [12, 3], strict=True)) for month in months)
    assert CardReplay().withdraw("2018-07") == 15
    assert sum(replay(some, month="2018-07")) == 15
    cards = Card.objects.filter(issuer=issuers[0])
    assert cards.count() == cards.values("patient_id").distinct().count() == 24 * 12


@pytest.mark.usefixtures("_city")
def test_a_reason_is_no_number_of_cards():
    with pytest.raises(FigureNotReplayed) as refused:
        replay([*ROWS, [5, "南京市中医院", "未反馈"]])
    assert refused.value.where == "tables.cards_issued row 5, column cards"
    assert not Card.objects.exists()


@pytest.mark.usefixtures("_city")
def test_scaled_cards_add_up():
    replay([[1, "南京鼓楼医院", 150], [2, "六合区人民医院", 150], [3, "南京脑科医院", 40]], scale=0.01)
    assert counted("2018-05") == {directory.resolve("南京鼓楼医院").pk: 2, directory.resolve("六合区人民医院").pk: 1}
