"""What a pack says of institutions in time: told, corrected, loaded again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from jinling.foundation.directory import public as directory, rules as directory_rules, usecases as directory_usecases
from jinling.foundation.directory.models import District, Succession
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.test_loading import rewritten, rows
from jinling.kernel.actor import Actor


@pytest.fixture
def folder(wrenport: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(wrenport, tmp_path / "wrenport"))


@pytest.mark.parametrize("turn", [1, -1])
def test_former_names_without_a_beginning_follow_each_other(db: None, clerk: Actor, folder: Path, turn: int) -> None:
    spans = ["{until: 2010-01-01, name: Mercy House}", "{until: 2018-01-01, name: Brendan House}"]
    history = ", ".join([*spans[::turn], "{until: 2015-01-01, ownership: military}"])
    rewritten(folder, ("     aliases: [St. Brendan Hospital]", f"     history: [{history}]"))
    assert check_pack(directory.read_pack(folder)) == []
    directory.load_pack(folder, by=clerk)
    key = directory.get("H2").pk
    found = [directory.as_of(date(year, 6, 1))[key] for year in (1950, 2009, 2010, 2014, 2017, 2018)]
    names = ["Mercy House"] * 2 + ["Brendan House"] * 3 + ["Saint Brendan Hospital"]
    assert [one.name for one in found] == names
    assert [one.ownership for one in found] == ["military"] * 4 + ["other"] * 2


def test_a_former_name_that_is_added_leaves_past_districts(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    (folder / "reference" / "2021-03.json").unlink()
    rewritten(folder, ("ownership: other, district: WRN-2", "ownership: other, district: WRN-1"))
    directory.load_pack(folder, by=clerk)
    key, then = directory.get("H2").pk, date(2021, 3, 31)
    before = directory.as_of(then)[key].district
    assert before != directory.get("H2").district.pk
    rewritten(folder, ("aliases: [St. Brendan Hospital]", "history: [{until: 2010-01-01, name: Mercy House}]"))
    directory.load_pack(folder, by=clerk)
    assert directory.as_of(then)[key].district == before
    assert directory.as_of(date(2009, 1, 1))[key].name == "Mercy House"
    assert (directory.get("H2").district.code, directory.get("H2").name) == ("WRN-1", "Saint Brendan Hospital")
    stood = rows()
    directory.load_pack(folder, by=clerk)
    assert rows() == stood


def test_what_began_before_all_days_always_was(db: None, clerk: Actor, folder: Path) -> None:
    rewritten(
        folder,
        ("     aliases: [St. Brendan Hospital]",
         "     aliases: [St. Brendan Hospital], opened: 1892-05-01,\n"
         "     history: [{until: 1895-01-01, name: Mercy House}, {from: 1895-01-01, until: 2000-01-01,"
         " name: Brendan House}]"),
        ("kind: community_health_centre", "closed: 1899-12-31, successor: H1, kind: community_health_centre"),
    )  # fmt: skip
    assert check_pack(directory.read_pack(folder)) == []
    directory.load_pack(folder, by=clerk)
    hospital, centre = directory.get("H2").pk, directory.get("C1").pk
    first = directory.as_of(directory.EARLIEST)
    assert (first[hospital].name, first[hospital].active, first[centre].active) == ("Brendan House", True, False)
    assert directory.as_of(date(2000, 1, 1))[hospital].name == "Saint Brendan Hospital"
    assert directory.resolve("Mercy House").code == "H2"
    assert not directory.get("C1").active


def test_a_successor_that_the_pack_corrects_is_believed_alone(db: None, clerk: Actor, folder: Path) -> None:
    rewritten(
        folder, ("kind: community_health_centre", "closed: 2024-01-01, successor: H1, kind: community_health_centre")
    )
    directory.load_pack(folder, by=clerk)
    directory_usecases.split(by=clerk, code="H2", others=["H3"], closes=False, on=date(2020, 1, 1), reason="R")
    key = directory.get("C1").pk
    for old, new in (
        ("closed: 2024-01-01, successor: H1", "closed: 2024-01-01, successor: H2"),
        ("closed: 2024-01-01, successor: H2", "closed: 2024-03-01, successor: H2"),
        ("closed: 2024-03-01, successor: H2", "closed: 2024-03-01"),
        ("closed: 2024-03-01", "closed: 2024-03-01, successor: H2"),
    ):
        rewritten(folder, (old, new))
        directory.load_pack(folder, by=clerk)
        day, _, heir = new.removeprefix("closed: ").partition(", successor: ")
        found = [(one.successor.code, str(one.from_on)) for one in directory.successions(key)]
        assert found == ([(heir, day)] if heir else [])
    # What was believed stays on record, and what staff said stands.
    assert Succession.objects.filter(predecessor=key).count() == 4
    assert [one.successor.code for one in directory.successions(directory.get("H3").pk)] == ["H3"]
    before = rows()
    directory.load_pack(folder, by=clerk)
    assert rows() == before


def test_successors_lead_nowhere_back(wrenport: Path, folder: Path) -> None:
    rewritten(
        folder,
        ("aliases: [WGH]", "aliases: [WGH], closed: 2024-01-01, successor: C1"),
        ("part_of: H1", "level: primary"),
        ("kind: community_health_centre", "closed: 2024-01-01, successor: H2, kind: community_health_centre"),
    )
    assert check_pack(directory.read_pack(folder)) == []
    rewritten(folder, ("successor: H2", "successor: H1"))
    found = {(problem.code, problem.entry) for problem in check_pack(directory.read_pack(folder))}
    assert found == {("succession_circular", "H1"), ("succession_circular", "C1")}


def test_a_short_name_of_two_districts_means_none(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    District.objects.update(short_name="Town")
    with pytest.raises(directory_rules.DistrictAmbiguous) as refused:
        directory.district("Town")
    assert [one["code"] for one in refused.value.fields["candidates"]] == ["WRN-1", "WRN-2"]
    assert (directory.district("Hill").code, directory.district("WRN-1").code) == ("WRN-2", "WRN-1")
    District.objects.filter(code="WRN-2").update(short_name="Harbour")
    assert directory.district("Harbour").code == "WRN-1"  # a name means more than a short one
