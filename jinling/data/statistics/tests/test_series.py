"""A column over months, and where it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from jinling.data.statistics import public as statistics
from jinling.data.statistics.rules import refusals
from jinling.data.statistics.rules.series import Break, series
from jinling.data.statistics.rules.tables import Table
from jinling.data.statistics.tests.conftest import bookings
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.periods import Period

pytestmark = pytest.mark.django_db
TABLE = "booking_by_hospital"


@pytest.fixture
def months(offer: Callable[..., None], paper_pack: Any) -> list[statistics.Bulletin]:
    offer(bookings(("南京鼓楼医院", 1, 2, 3, 4), ("南京市儿童医院", 1, 1, 1, 1)))
    return [statistics.bulletin(period, only=[TABLE]) for period in ("2018-05", "2018-06", "2018-08")]


def test_a_column_over_months_and_a_month_that_is_not_there(months: list[statistics.Bulletin]) -> None:
    found = series(months, TABLE, "total")
    assert found.months == {"2018-05": "not_released", "2018-06": "not_released", "2018-08": "not_released"}
    assert [(line.name, line.cells["2018-06"]) for line in found.lines] == [("南京鼓楼医院", 10), ("南京市儿童医院", 4)]
    assert found.breaks == [Break("2018-08", "gap", before="2018-06", after="2018-08")]


def test_what_changed_of_a_row_or_of_all_is_marked(months: list[statistics.Bulletin]) -> None:
    [part] = months[1].parts

    def changed(**what: Any) -> list[Break]:
        other: Table = replace(part, **what)
        return list(series([months[0], replace(months[1], parts=(other,))], TABLE, "total").breaks)

    assert changed(scale=0.01) == [Break("2018-06", "scale", before="", after="0.01")]
    assert changed(rows=part.rows[:1], codes=part.codes[:1], groups=part.groups[:1]) == [
        Break("2018-06", "ends", part.codes[1])
    ]
    newer = tuple(replace(one, version="new") for one in part.definitions)
    assert [one.why for one in changed(definitions=newer)] == ["definition"]
    groups = ({**part.groups[0], "ownership": "provincial"}, part.groups[1])
    assert changed(groups=groups) == [
        Break("2018-06", "group", part.codes[0], "ownership: municipal", "ownership: provincial")
    ]


def test_a_rename_and_a_move_mark_the_month_in_which_they_began(db: None, nothing_kept: None) -> None:
    directory.load_pack(by=system("tests"))
    by = system("tests")
    for step, facts in (
        (directory.Step.RENAME, {"name": "秦淮医疗区"}),
        (directory.Step.MOVE, {"district": "320105"}),
    ):
        change = directory.Change(step, "NJ0018", date(2018, 6, 1), facts, reason="R")
        directory.change(by=by, change=change)
    from jinling.data.statistics.queries.figures import dimensions

    members = {
        month: next(one for one in dimensions()["organization"].members(Period(month).last) if one.code == "NJ0018")
        for month in ("2018-05", "2018-06")
    }
    assert (members["2018-05"].name, members["2018-06"].name) == ("解放军第八一医院", "秦淮医疗区")
    assert (members["2018-05"].groups["district"], members["2018-06"].groups["district"]) == ("320104", "320105")


def test_the_command_prints_it_and_refuses_what_is_none(
    offer: Callable[..., None], paper_pack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(bookings(("南京鼓楼医院", 1, 2, 3, 4)))
    for period in ("2018-05", "2018-07"):
        statistics.keep(Period(period))
    call_command("figures", "series", TABLE, "total", prepare=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t")[2:] == ["2018-05", "2018-07"]
    assert lines[1].split("\t")[1:] == ["南京鼓楼医院", "10", "10"]
    assert lines[2].startswith("# 2018-07\tgap")
    with pytest.raises(refusals.ColumnUnknown):
        statistics.kept_series(TABLE, "totl")
    with pytest.raises(refusals.TableUnknown):
        statistics.kept_series("bookings", "total")
    assert list(statistics.kept_series(TABLE, "total", first=Period("2018-06")).months) == ["2018-07"]
