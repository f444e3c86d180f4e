"""Nothing of Nanjing is in the code: an invented city with its own columns, names and clock."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import translation

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.queries.figures import dimensions, keys_listed
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.rules import refusals as statistics_refusals_rules
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT, swap
from jinling.kernel.actor import system
from jinling.kernel.figures import NOT_THERE

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


BY_ROUTE = """  - name: by_route
    title: Routes
    title_en: Routes
    columns:
      - {code: route, holds: name, heading: Route, heading_en: Route}
      - {code: bookings, heading: Bookings, heading_en: Bookings, indicator: scheduling.bookings_by_route}
    rows: route
    which: listed
    list: [Town website, desk]
"""


def listed(table: str) -> list[str]:
    """Codes of the rows that a table lists, as the bulletin finds them."""
    own, known = layout().tables[table], dimensions()
    members = known[own.rows].members(date(2021, 3, 31))
    codes = {member.key: member.code for member in members}
    return [codes[key] for key in keys_listed(own, known, members)]


def test_what_a_layout_lists_is_printed_as_the_check_reads_it_whatever_staff_register(
    settings: Any, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))
    swap("bulletin.yaml", "list: [H1, H2]", "list: [General Hospital East Wing, H2]")(folder)
    with (folder / "bulletin.yaml").open("a", encoding="utf-8") as file:
        file.write(BY_ROUTE)
    settings.JINLING_CITY = str(folder)
    assert check_pack(directory.read_pack(folder)) == []
    directory.load_pack(by=system("tests"))
    assert (listed("booking_by_hospital"), listed("by_route")) == (["H3", "H2"], ["web", "desk"])
    name = "North General Hospital East Wing"
    directory.register(by=system("tests"), code="N1", name=name, name_en=name, kind="hospital", ownership="other")
    assert listed("booking_by_hospital") == ["H3", "H2"]


def test_members_have_no_sets_and_groups_but_those_that_their_dimension_declares(wrenport: Any) -> None:
    for dimension in dimensions().values():
        members = dimension.members(date(2021, 3, 31))
        assert members, dimension.name
        assert {name for one in members for name in one.sets} - {NOT_THERE} == set(dimension.sets)
        assert all(set(one.groups) == set(dimension.groups) for one in members)
        assert not dimension.coded or all(one.key == one.code for one in members)
