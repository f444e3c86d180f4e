"""Loading packs: whole or not at all, and the same however often."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import public as directory, rules as directory_rules, usecases as directory_usecases
from jinling.foundation.directory.models import (
    City,
    District,
    DistrictVersion,
    Organization,
    OrganizationAlias,
    OrganizationVersion,
    Succession,
)
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor

TABLES = (City, District, Organization, OrganizationAlias, OrganizationVersion, DistrictVersion, Succession)


@pytest.fixture
def folder(wrenport: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(wrenport, tmp_path / "wrenport"))


def rows() -> dict[str, list]:
    """Everything in the directory's tables but the moment of loading."""
    kept = {}
    for model in TABLES:
        names = [f.attname for f in model._meta.concrete_fields if f.name != "loaded_at"]
        kept[model.__name__] = sorted(map(str, model.objects.values_list(*names)))
    return kept


def test_nanjing_is_loaded(nanjing: directory_usecases.LoadReport) -> None:
    assert directory.is_loaded()
    assert (nanjing.city, nanjing.sections["districts"]) == ("320100", 12)
    assert Organization.objects.count() == nanjing.sections["organizations"] == 75
    assert directory.city().time_zone == "Asia/Shanghai"
    assert directory.get("32010100").name == "南京鼓楼医院"
    assert directory.resolve("南京市儿童医院河西分院").part_of.name == "南京市儿童医院"


def test_a_load_is_audited_and_announced_once(nanjing: directory_usecases.LoadReport) -> None:
    assert Entry.objects.filter(action="directory.load_pack", target="City/320100", actor="clerk-1").count() == 1
    (event,) = Event.objects.filter(type="directory.PackLoaded")
    assert event.payload == {"city": "320100", "digest": nanjing.digest}


def test_loading_again_changes_nothing(nanjing: directory_usecases.LoadReport, clerk: Actor) -> None:
    before = rows()
    assert directory.load_pack("nanjing", by=clerk) == nanjing
    assert rows() == before


def test_another_city_loads_with_the_same_code(db: None, clerk: Actor, wrenport: Path) -> None:
    report = directory.load_pack(wrenport, by=clerk)
    assert (report.city, report.sections["organizations"]) == ("WRN", 4)
    assert directory.resolve("wgh").code == "H1"
    assert directory.resolve("St Brendan Hospital").code == "H2"
    assert directory.resolve("General Hospital East Wing").code == "H3"
    assert directory.district("Old Quay").code == "WRN-1"
    assert [o.code for o in directory.search("hill")] == ["C1"]


def test_two_cities_do_not_share_a_database(nanjing: directory_usecases.LoadReport, clerk: Actor) -> None:
    before = rows()
    with pytest.raises(directory_rules.AnotherCityLoaded):
        directory.load_pack(WRENPORT, by=clerk)
    assert rows() == before


def test_the_pack_of_a_city_that_the_process_does_not_run_for_is_refused(db: None, clerk: Actor) -> None:
    with pytest.raises(directory_rules.AnotherCityNamed, match=r"320100, Asia/Shanghai.*WRN, Europe/Lisbon"):
        directory.load_pack(WRENPORT, by=clerk)
    assert not any(model.objects.exists() for model in (*TABLES, Entry, Event))


def test_a_pack_that_keeps_another_clock_than_the_process_is_refused(clerk: Actor, db: None, folder: Path) -> None:
    text = (folder / "city.yaml").read_text(encoding="utf-8")
    (folder / "city.yaml").write_text(text.replace("Europe/Lisbon", "Atlantic/Azores"), encoding="utf-8")
    with pytest.raises(directory_rules.AnotherCityNamed, match="WRN, Atlantic/Azores"):
        directory.load_pack(folder, by=clerk)
    assert not City.objects.exists()


def test_a_database_of_another_city_or_clock_is_not_worked_on(
    db: None, clerk: Actor, wrenport: Path, settings: Any
) -> None:
    directory.ensure_own_city()  # nothing is loaded yet
    directory.load_pack(wrenport, by=clerk)
    directory.ensure_own_city()
    settings.TIME_ZONE = "Atlantic/Azores"
    with pytest.raises(directory_rules.AnotherClockLoaded, match=r"Europe/Lisbon.*Atlantic/Azores"):
        directory.ensure_own_city()
    settings.JINLING_CITY = "nanjing"
    with pytest.raises(directory_rules.AnotherCityLoaded, match=r"Wrenport \(WRN\), not 南京市 \(320100\)"):
        directory.ensure_own_city()


def test_a_pack_with_problems_is_refused_whole(db: None, clerk: Actor, folder: Path) -> None:
    text = (folder / "organizations.yaml").read_text(encoding="utf-8")
    (folder / "organizations.yaml").write_text(text.replace("kind: branch", "kind: tent"), encoding="utf-8")
    with pytest.raises(directory.PackRefused) as refused:
        directory.load_pack(folder, by=clerk)
    assert refused.value.fields["count"] == 1
    assert not any(model.objects.exists() for model in (*TABLES, Entry, Event))
    assert not directory.is_loaded()


def test_what_the_pack_says_stands_and_what_staff_added_stays(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    directory_usecases.alias(by=clerk, code="H1", name="The General")
    directory.register(
        by=clerk, code="X1", name="Ferry Clinic", name_en="Ferry Clinic", kind="other", ownership="other"
    )
    text = (folder / "organizations.yaml").read_text(encoding="utf-8")
    text = text.replace("aliases: [WGH]", "aliases: [Town Hospital]").replace("level: tertiary", "level: secondary")
    (folder / "organizations.yaml").write_text(text, encoding="utf-8")
    (folder / "reference" / "2021-03.json").unlink()
    policies = folder / "release_policies.yaml"
    policies.write_text(policies.read_text(encoding="utf-8").replace("WGH", "H1"), encoding="utf-8")
    directory.load_pack(folder, by=clerk)
    assert directory.get("H1").level == "secondary"
    assert {directory.resolve(n).code for n in ("Town Hospital", "The General")} == {"H1"}
    assert directory.resolve("Ferry Clinic").code == "X1"
    with pytest.raises(directory.OrganizationUnknown):
        directory.resolve("WGH")


def test_a_name_that_staff_gave_to_another_is_not_taken(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    directory_usecases.alias(by=clerk, code="H2", name="Town Hospital")
    text = (folder / "organizations.yaml").read_text(encoding="utf-8")
    (folder / "organizations.yaml").write_text(text.replace("[WGH]", "[WGH, Town Hospital]"), encoding="utf-8")
    before = rows()
    with pytest.raises(directory_rules.NameTaken):
        directory.load_pack(folder, by=clerk)
    assert rows() == before


@pytest.mark.parametrize(
    "name", ["Wrenport Géneral Hospital", "ＷＲＥＮＰＯＲＴ general hospital", "St Brendan Hospital"]
)
def test_staff_give_no_name_that_reads_like_another(db: None, clerk: Actor, wrenport: Path, name: str) -> None:
    directory.load_pack(wrenport, by=clerk)
    before = rows()
    new = {"code": "X1", "kind": "other", "ownership": "other"}
    for act in (
        lambda: directory.register(by=clerk, name=name, name_en="Ferry Clinic", **new),
        lambda: directory.register(by=clerk, name="Ferry Clinic", name_en=name, **new),
        lambda: directory.register(by=clerk, name="Ferry Clinic", name_en="Ferry", aliases=[name], **new),
        lambda: directory.alias(by=clerk, code="C1", name=name),
        lambda: directory_usecases.rename(by=clerk, code="C1", name=name, reason="R"),
    ):
        with pytest.raises(directory_rules.NameTaken):
            act()
    assert rows() == before
    owner = directory.resolve(name).code
    assert directory.alias(by=clerk, code=owner, name=name).organization.code == owner


def test_two_institutions_may_swap_their_names(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    text = (folder / "organizations.yaml").read_text(encoding="utf-8")
    for old, new in (("Hill Health Centre", "#"), ("Saint Brendan Hospital", "Hill Health Centre"),
                     ("#", "Saint Brendan Hospital")):  # fmt: skip
        text = text.replace(f"name: {old}, name_en: {old}", f"name: {new}, name_en: {new}")
    (folder / "organizations.yaml").write_text(
        text.replace("     aliases: [St. Brendan Hospital]", "     level: primary"), encoding="utf-8"
    )
    (folder / "reference" / "2021-03.json").unlink()
    directory.load_pack(folder, by=clerk)
    assert directory.resolve("Hill Health Centre").code == "H2"
    assert directory.resolve("Saint Brendan Hospital").code == "C1"
    # A month in which they were called otherwise prints their names of then.
    then = date(2021, 3, 31)
    assert directory.resolve("Hill Health Centre", then).code == "C1"
    assert directory.resolve("HILL HEALTH  CENTRE", then).code == "C1"
    found = directory.resolve_many(["Saint Brendan Hospital", "H1", "Hill Health Centre"], then)
    assert {name: row.code for name, row in found.items()} == {
        "Saint Brendan Hospital": "H2", "H1": "H1", "Hill Health Centre": "C1"
    }  # fmt: skip
    with pytest.raises(directory_rules.OrganizationUnknown):
        directory.resolve("Mercy House", then)


def test_a_context_that_has_not_read_its_section_asks_for_another_load(nanjing: directory_usecases.LoadReport) -> None:
    City.objects.update(sections={"districts": 12})
    assert not directory.is_loaded()


# -- what staff did, and the pack again ----------------------------------------------------


def rewritten(folder: Path, *changes: tuple[str, str]) -> None:
    place = folder / "organizations.yaml"
    text = place.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place.write_text(text, encoding="utf-8")


def test_loading_again_undoes_nothing_that_staff_did(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    old = directory.get("H1").name
    why = {"reason": "R", "by": clerk}
    directory_usecases.rename(code="H1", name="Wrenport University Hospital", on=date(2021, 6, 1), **why)
    directory_usecases.reown(code="H2", ownership="military", **why)
    directory_usecases.close(code="C1", **why)
    directory_usecases.alias(by=clerk, code="H1", name="The Uni")
    before = rows()
    directory.load_pack(folder, by=clerk)
    assert rows() == before
    # The pack changes something else of it, and that alone is taken over.
    rewritten(folder, ("level: tertiary", "level: secondary"))
    directory.load_pack(folder, by=clerk)
    row = directory.get("H1")
    assert (row.name, row.level) == ("Wrenport University Hospital", "secondary")
    assert {directory.resolve(n).code for n in (old, row.name, "The Uni", "WGH")} == {"H1"}
    assert (directory.get("H2").ownership, directory.get("C1").active) == ("military", False)


def test_what_the_pack_changes_begins_with_the_load(db: None, clerk: Actor, folder: Path) -> None:
    directory.load_pack(folder, by=clerk)
    (folder / "reference" / "2021-03.json").unlink()
    rewritten(
        folder, ("name: Saint Brendan Hospital, name_en: Saint Brendan", "name: Brendan Centre, name_en: Brendan")
    )
    directory.load_pack(folder, by=clerk)
    key = directory.get("H2").pk
    assert directory.get("H2").name == "Brendan Centre"
    assert directory.as_of(date(2021, 3, 31))[key].name == "Saint Brendan Hospital"
    assert directory.resolve("Saint Brendan Hospital").code == "H2"


def test_a_pack_tells_former_names_openings_and_successors(db: None, clerk: Actor, folder: Path) -> None:
    rewritten(
        folder,
        ("     aliases: [St. Brendan Hospital]",
         "     aliases: [St. Brendan Hospital], opened: 1990-01-01, closed: 2021-06-01, successor: H1,\n"
         "     history: [{until: 2000-01-01, name: Mercy House}, {from: 2000-01-01, until: 2010-01-01,"
         " name: Brendan House, ownership: military}]"),
    )  # fmt: skip
    directory.load_pack(folder, by=clerk)
    key = directory.get("H2").pk
    days = (date(1989, 1, 1), date(1999, 1, 1), date(2005, 1, 1), date(2015, 1, 1), date(2022, 1, 1))
    found = [directory.as_of(day)[key] for day in days]
    assert [one.name for one in found] == ["Mercy House"] * 2 + ["Brendan House"] + ["Saint Brendan Hospital"] * 2
    assert [one.active for one in found] == [False, True, True, True, False]
    assert (found[2].ownership, found[3].ownership) == ("military", "other")
    assert {directory.resolve(name).code for name in ("Mercy House", "Brendan House")} == {"H2"}
    assert [(one.successor.code, one.kind) for one in directory.successions(key)] == [("H1", "succeeded")]
    before = rows()
    directory.load_pack(folder, by=clerk)
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        "closed: 2021-06-01, successor: H2",
        "closed: 2021-06-01, successor: H9",
        "successor: H1",
        "opened: 2021-06-01, closed: 2021-06-01",
        "history: [{from: 2020-01-01, until: 2020-01-01, name: Mercy House}]",
        "history: [{until: 2020-01-01, name: Wrenport General Hospital}]",
        "history: [{until: 2020-01-01, district: NO-1}]",
        "history: [{until: 2020-01-01, part_of: H9}]",
        "history: [{until: 2020-01-01, part_of: H2}]",
        "history: [{until: 2020-01-01, name: A}, {from: 2019-01-01, until: 2021-01-01, name: B}]",
        "history: [{until: 2020-01-01, name: A}, {until: 2020-01-01, name: B}]",
    ],
)
def test_a_history_that_cannot_be_is_found_by_the_check(wrenport: Path, folder: Path, change: str) -> None:
    rewritten(folder, ("     aliases: [St. Brendan Hospital]", f"     aliases: [St. Brendan Hospital], {change}"))
    assert check_pack(directory.read_pack(folder))


def test_districts_are_called_as_they_were(db: None, clerk: Actor, folder: Path) -> None:
    place = folder / "districts.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(
        text.replace("local: true}", "local: true, history: [{until: 2020-01-01, name: Quayside}]}", 1), "utf-8"
    )
    directory.load_pack(folder, by=clerk)
    last = directory.districts().last()
    assert directory.districts_as_of(date(2019, 12, 31))[last.pk].name == "Quayside"
    assert directory.districts_as_of(date(2020, 1, 1))[last.pk].name == last.name == "Hill"
    assert {directory.district(name).pk for name in ("Hill", "Quayside", "WRN-2")} == {last.pk}


def test_a_name_of_two_districts_means_the_one_that_had_it_then(db: None, clerk: Actor, folder: Path) -> None:
    place = folder / "districts.yaml"
    text = place.read_text(encoding="utf-8")
    text = text.replace("local: true}", "local: true, history: [{until: 2020-01-01, name: Harbour}]}", 1)
    place.write_text(text.replace("name: Old Quay}]}", "name: Old Quay}], history: [{until: 2020-01-01, name: Dock}]}"))
    directory.load_pack(folder, by=clerk)
    assert directory.district("Harbour").code == "WRN-1"
    assert directory.district("Harbour", date(2019, 5, 1)).code == "WRN-2"
    assert directory.district("Dock", date(2022, 5, 1)).code == "WRN-1"
