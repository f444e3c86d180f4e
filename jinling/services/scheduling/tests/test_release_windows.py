"""Release windows by date: each holds until the next begins, in whatever order they are set and taken back."""

from __future__ import annotations

from datetime import date

import pytest

from jinling.services.scheduling.models import ReleaseWindow
from jinling.services.scheduling.queries.policies import listed_on, windows_on
from jinling.services.scheduling.testing import BY, a_hospital
from jinling.services.scheduling.usecases.policies import (
    list_in_release_table,
    set_policy,
    set_release_window,
    withdraw_windows,
)

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2018, 5, 31), date(2018, 6, 30)


def put(organization, valid_from, last, batch=""):
    days = (0, last)
    return set_release_window(
        by=BY, organization=organization, audience="public", days=days, valid_from=valid_from, batch=batch
    )


def last_day(organization, day):
    (row,) = [one for one in windows_on(day).get(organization, []) if one.audience == "public"]
    return row.last_day


@pytest.fixture
def place(db):
    """An institution whose window has been 0 to 30 days since the year began."""
    one = a_hospital().id
    ReleaseWindow.objects.filter(organization_id=one).delete()
    put(one, date(2018, 1, 1), 30)
    return one


def test_an_earlier_month_told_later_leaves_the_one_after_it(place):
    put(place, JUNE, 6, "replay:2018-06")
    put(place, MAY, 5, "replay:2018-05")
    assert [last_day(place, day) for day in (date(2018, 5, 30), MAY, date(2018, 6, 29), JUNE)] == [30, 5, 5, 6]


def test_a_replayed_month_says_what_held_even_where_nothing_changed(place):
    put(place, JUNE, 30, "replay:2018-06")
    put(place, MAY, 5, "replay:2018-05")
    assert [last_day(place, day) for day in (MAY, JUNE)] == [5, 30]


def test_what_is_taken_back_leaves_its_days_to_what_stood_before(place):
    put(place, MAY, 5, "replay:2018-05")
    put(place, JUNE, 6, "replay:2018-06")
    assert withdraw_windows(by=BY, batch="replay:2018-05") == 1
    assert [last_day(place, day) for day in (MAY, JUNE)] == [30, 6]
    assert withdraw_windows(by=BY, batch="replay:2018-06") == 1
    assert last_day(place, date(2026, 1, 1)) == 30
    assert withdraw_windows(by=BY, batch="replay:2018-06") == 0


def test_a_replay_and_what_is_planned_do_not_touch_each_other(place):
    put(place, MAY, 7)
    put(place, MAY, 5, "replay:2018-05")
    assert last_day(place, MAY) == 7, "of two from one day, no replay's stands"
    withdraw_windows(by=BY, batch="replay:2018-05")
    assert last_day(place, MAY) == 7
    assert not put(place, JUNE, 7) and put(place, JUNE, 8)
    assert put(place, date(2018, 6, 15), 9)
    assert [last_day(place, day) for day in (date(2018, 6, 14), date(2018, 6, 15), JUNE)] == [7, 9, 8]


def test_what_staff_set_stands_whatever_becomes_of_a_replay(place):
    put(place, MAY, 13, "replay:2018-05")
    assert put(place, date(2018, 6, 10), 13), "the same days, but a replay's may be taken back"
    withdraw_windows(by=BY, batch="replay:2018-05")
    put(place, MAY, 7, "replay:2018-05")
    assert [last_day(place, day) for day in (MAY, JUNE)] == [7, 13]


def test_who_stands_in_the_table_is_told_by_month(place):
    other = a_hospital().id
    set_policy(by=BY, organization=other, in_release_table=True)
    list_in_release_table(by=BY, organizations=[place, other], valid_from=MAY, batch="replay:2018-05")
    list_in_release_table(by=BY, organizations=[place], valid_from=JUNE, batch="replay:2018-06")
    assert [listed_on(day) for day in (date(2018, 5, 1), MAY, JUNE)] == [{other}, {place, other}, {place}]
    withdraw_windows(by=BY, batch="replay:2018-06")
    assert listed_on(JUNE) == {place, other}
    withdraw_windows(by=BY, batch="replay:2018-05")
    assert listed_on(JUNE) == {other}


def test_a_window_set_again_from_the_same_day_takes_the_place_of_the_first(place):
    put(place, MAY, 5)
    put(place, MAY, 6)
    assert last_day(place, MAY) == 6 and ReleaseWindow.objects.filter(organization_id=place).count() == 2
