"""Nothing of Nanjing is in the code: an invented city with its own columns, names and clock."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import translation

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.rules import refusals as statistics_refusals_rules
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.kernel.actor import system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_kept")]


@pytest.fixture(autouse=True)
def wrenport(settings: Any) -> Any:
    settings.JINLING_CITY, settings.TIME_ZONE = str(WRENPORT), "Europe/Lisbon"
    directory.load_pack(by=system("tests"))
    return directory.current_pack()


def test_its_figures_are_read(wrenport: Any) -> None:
    document = copy.deepcopy(wrenport.section("reference/2021-03"))
    file = statistics_replays.read_document(document, name="2021-03.json")
    assert str(file.period) == "2021-03"
    assert [table["columns"] for table in file.tables.values()] == [["organization", "online", "phone", "total"]]
    with pytest.raises(statistics.ReplayFileRefused):
        statistics_replays.read_document({**document, "city": "nanjing"}, name="2021-03.json")


def test_its_bulletin_bears_its_titles(offer: Callable[..., None], wrenport: Any) -> None:
    offer(
        {"scheduling.bookings": {("Wrenport General Hospital", "online"): 1, ("Wrenport General Hospital", "phone"): 2}}
    )
    made = statistics.bulletin("2021-03")
    table = statistics.document(made)["tables"]["booking_by_hospital"]
    assert table["rows"][0][1:] == [1, 2, 3]
    assert (table["total"], table["cumulative"]) == ([1, 2, 3], 1003)
    assert [check.code for check in made.checks] == ["total_of_rows", "row_totals"]
    with translation.override("en"):
        text = printing.markdown(printing.printable(made))
    assert text.startswith("# Wrenport monthly bulletin\n")
    assert "| Hospital | Online | Telephone | Total |" in text
    assert "To date: 1,003" in text


def test_a_month_in_which_nothing_was_lived_is_none(wrenport: Any) -> None:
    with pytest.raises(statistics_refusals_rules.MonthNotCounted):
        statistics.bulletin("2021-03")


def test_its_months_begin_on_its_own_clock(offer: Callable[..., None]) -> None:
    offer()
    with (
        time_machine.travel("2021-03-31T22:59:59Z", tick=False),
        pytest.raises(statistics_refusals_rules.PeriodInFuture),
    ):
        statistics.bulletin("2021-04")
    with time_machine.travel("2021-03-31T23:00:00Z", tick=False):
        assert str(statistics.bulletin("2021-04").period) == "2021-04"
