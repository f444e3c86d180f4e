"""Lookups as of a day, their refusals, and versions that a pack brings."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from jinling.foundation.directory import public as directory
from jinling.foundation.terminology import public as terminology
from jinling.foundation.terminology.models import CodeSystem, CodeSystemVersion, Concept
from jinling.foundation.terminology.rules import (
    CodeNotInForce,
    CodeSystemUnknown,
    CodeUnknown,
    VersionStands,
    place_in_force,
    written,
)
from jinling.foundation.terminology.usecases import load_terminology

pytestmark = pytest.mark.django_db
PACK = SimpleNamespace()
DATA: dict[str, Any] = {
    "code_systems": [
        {"code": "sex", "name": "性别", "name_en": "Sex", "standard": "GB/T 2261.1", "version": "2003",
         "oid": "2.16.1", "basis": "seen",
         "concepts": {"1": {"zh": "男", "en": "Male"}, "2": {"zh": "女", "en": "Female"}, "9": "未说明"}},
        {"code": "area", "name": "区划", "name_en": "Areas", "url": "http://example.org/area/", "version": "2020",
         "basis": "partly", "source": "lists", "of_districts": True,
         "concepts": {"116": {"zh": "六合区", "en": "Luhe", "from_on": "2002-12-31"},
                      "123": {"zh": "六合县", "until_on": "2002-12-31", "replaced_by": ["116"]}}},
    ],
}  # fmt: skip
TABLES = (CodeSystem, CodeSystemVersion, Concept)


def later(**changes: Any) -> dict[str, Any]:
    """The pack with other facts of its first system."""
    data = copy.deepcopy(DATA)
    data["code_systems"][0] |= changes
    return data


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


@pytest.fixture(autouse=True)
def _loaded(db: None) -> Iterator[None]:
    load_terminology(DATA, PACK)
    with translation.override("en"):
        yield


def test_a_word_is_in_the_readers_language_and_falls_back_to_the_other() -> None:
    assert terminology.look_up("1", "sex").display == "Male"
    assert terminology.look_up("1", "sex", language="zh-hans").display == "男"
    assert terminology.look_up("9", "sex", language="en").display == "未说明"
    with translation.override("zh-hans"):
        assert terminology.look_up("1", "sex").display == "男"


@pytest.mark.parametrize(
    "name",
    ["sex", "SEX", "性别", "GB/T 2261.1", "GB/T2261.1", "gb/t 2261.1", "ＧＢ／Ｔ　2261.1", "GB/T 2261.1-2003",
     "GB/T 2261.1—2003", "GBT2261.1", " 2.16.1 ", "urn:oid:2.16.1", "URN:OID:2.16.1"],
)  # fmt: skip
def test_a_system_is_found_however_it_is_written(name: str) -> None:
    assert terminology.code_system(name).code == "sex"


def test_a_system_is_found_by_its_url_and_never_by_less_than_its_name() -> None:
    assert terminology.code_system("http://example.org/area").code == "area"
    for name in ("", "/", "GB/T 2261", "GB/T 2261.1-1980", "2261.1", "2.16", "se", "x" * 10_000, "\0"):
        with pytest.raises(CodeSystemUnknown) as refused:
            terminology.code_system(name)
        assert "area, sex" in refused.value.mend_message()


def test_a_retired_code_is_known_in_its_time_and_refused_today_with_its_successor() -> None:
    found = terminology.look_up("123", "area", on=date(1999, 5, 1))
    assert (found.display, found.until_on, found.replaced_by) == ("六合县", date(2002, 12, 31), ("116",))
    assert terminology.look_up("123", "area", on=date(2002, 12, 30)).code == "123"
    for day in (date(2002, 12, 31), None):
        with pytest.raises(CodeNotInForce) as refused:
            terminology.look_up("123", "area", on=day)
        assert "116" in refused.value.mend_message()
        assert "2002-12-31" in refused.value.message()
    with pytest.raises(CodeNotInForce):
        terminology.look_up("116", "area", on=date(2002, 12, 30))
    assert [one.code for one in terminology.codes_in_force("area")] == ["116"]
    assert [one.code for one in terminology.codes_in_force("area", on=date(1999, 5, 1))] == ["123"]


def test_districts_are_those_of_the_system_that_has_them() -> None:
    found = terminology.districts(["116", "123", "7", ""])
    assert {code: one.display for code, one in found.items()} == {"116": "Luhe"}
    assert set(terminology.districts(["116", "123"], on=date(1990, 1, 1))) == {"123"}
    CodeSystem.objects.update(of_districts=False)
    assert terminology.districts(["116"]) == {}


def test_districts_are_of_no_system_that_the_pack_no_longer_has() -> None:
    codes = {"116": "Harbour ward"}
    other = {"code": "zones", "name": "x", "name_en": "x", "version": "1", "basis": "seen", "concepts": codes}
    load_terminology({"code_systems": [other | {"of_districts": True}]}, PACK)
    assert terminology.districts(["116"])["116"].system == "zones"
    load_terminology({"code_systems": [other]}, PACK)
    assert terminology.districts(["116"]) == {}


@pytest.mark.parametrize(
    ("code", "system", "refusal", "told"),
    [
        ("7", "sex", CodeUnknown, "1, 2, 9"),
        ("", "sex", CodeUnknown, "1, 2, 9"),
        ("1", "none", CodeSystemUnknown, "area, sex"),
    ],
)
def test_what_is_unknown_is_refused_with_the_choices(code: str, system: str, refusal: type, told: str) -> None:
    with pytest.raises(refusal) as refused:
        terminology.look_up(code, system)
    assert told in refused.value.mend_message()


def test_loading_again_changes_nothing() -> None:
    before = rows()
    assert load_terminology(DATA, PACK) == 2
    assert rows() == before


def test_another_version_adds_and_what_stood_keeps_its_meaning() -> None:
    before = rows()
    concepts = {"1": {"zh": "男性", "en": "Man"}, "3": "其他"}
    load_terminology(later(version="2024", from_on="2024-04-01", concepts=concepts), PACK)
    assert [stood for model, stood in zip(TABLES, before, strict=True)] == [
        list(model.objects.filter(pk__in=[row["id"] for row in stood]).order_by("pk").values())
        for model, stood in zip(TABLES, before, strict=True)
    ]
    then, now = date(2024, 3, 31), date(2024, 4, 1)
    assert [terminology.look_up("1", "sex", on=day).display for day in (then, now)] == ["Male", "Man"]
    assert [terminology.look_up("1", "sex", on=day).version for day in (then, now)] == ["2003", "2024"]
    assert terminology.look_up("2", "sex", on=then).display == "Female"
    with pytest.raises(CodeNotInForce) as refused:
        terminology.look_up("2", "sex", on=now)
    assert "2024-04-01" in refused.value.message()
    with pytest.raises(CodeNotInForce):
        terminology.look_up("3", "sex", on=then)
    assert terminology.code_system("GB/T 2261.1-2024") == terminology.code_system("GB/T 2261.1-2003")
    load_terminology(DATA, PACK)  # an older pack takes nothing away
    assert terminology.look_up("1", "sex", on=now).display == "Man"


def test_a_version_without_a_day_of_its_own_holds_from_the_day_on_which_it_comes() -> None:
    load_terminology(later(version="new", concepts={"1": "男人"}), PACK)
    today = timezone.localdate()
    assert terminology.look_up("1", "sex", language="zh").display == "男人"
    assert terminology.look_up("2", "sex", on=today - timedelta(days=1)).display == "Female"


def test_a_list_of_the_same_days_puts_an_earlier_one_right() -> None:
    load_terminology(later(version="2003 corrected", from_on="1900-01-01", concepts={"1": "男", "2": "女性"}), PACK)
    assert terminology.look_up("2", "sex", on=date(2004, 1, 1), language="zh").display == "女性"


def test_a_version_that_stands_is_not_given_other_codes() -> None:
    before = rows()
    for changes in ({"concepts": {"1": "男"}}, {"from_on": "2004-01-01"}):
        with pytest.raises(VersionStands) as refused:
            load_terminology(later(**changes), PACK)
        assert "2003" in refused.value.message()
        assert rows() == before
    load_terminology(later(basis="recalled", source="memory", name="人的性别"), PACK)  # says nothing of the codes
    assert CodeSystemVersion.objects.get(system__code="sex").basis == "recalled"


def test_a_code_cannot_end_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Concept.objects.filter(code="116").update(until_on=date(2002, 12, 31))


def test_which_version_is_in_force() -> None:
    starts = [None, date(2000, 1, 1), date(2000, 1, 1), date(2020, 1, 1)]
    days = [date(1999, 12, 31), date(2000, 1, 1), date(2019, 12, 31), date(2030, 1, 1)]
    assert [place_in_force(starts, day) for day in days] == [0, 2, 2, 3]
    assert place_in_force([date(2000, 1, 1)], date(1990, 1, 1)) == 0
    assert written("GB/T 2261.1") != written("GB/T 2261.11") != written("GB/T 22611.1")


@pytest.fixture
def nanjing() -> None:
    CodeSystem.objects.all().delete()
    load_terminology(directory.read_pack("nanjing").section("terminology"), PACK)


@pytest.mark.usefixtures("nanjing")
def test_the_pack_of_nanjing_knows_its_districts_then_and_now() -> None:
    assert terminology.look_up("2", "2.16.156.10011.2.3.3.4", language="zh-hans").display == "女性"
    assert len(terminology.codes_in_force("GB/T 3304-1991")) == 58
    assert terminology.look_up("320123", "GB/T 2260", on=date(1995, 1, 1)).replaced_by == ("320116",)
    assert terminology.look_up("320116", "gbt2260").display == "Luhe"
    assert terminology.look_up("340210", "GB/T 2260", language="zh-hans").display == "湾沚区"
    assert terminology.look_up("340221", "GB/T 2260", on=date(2018, 5, 31), language="zh-hans").display == "芜湖县"
    codes = {one.code for one in terminology.codes_in_force("division")}
    assert len({code for code in codes if code.endswith("0000")}) == 34
    assert {"110000", "441900", "650100", "320582", "341882"} <= codes


@pytest.mark.usefixtures("nanjing")
def test_every_retired_division_leads_to_one_in_force() -> None:
    held = Concept.objects.filter(version__system__code="division")
    ways = {row.code: row.replaced_by for row in held}
    ended = {row.code for row in held if row.until_on}
    moved_out = {"340224"}  # to a city that is not listed
    for code in ended - moved_out:
        reached, asked = set(), [code]
        while asked:
            reached |= set(ways[step := asked.pop()])
            asked += ways[step]
        assert reached - ended, code


def test_the_command_looks_up_and_lists_as_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("terminology", "lookup", "gb/t2261.1", "1", "--json", "--language", "en", prepare=False)
    assert json.loads(capsys.readouterr().out) == {
        "system": "sex", "uri": "urn:oid:2.16.1", "version": "2003", "code": "1", "display": "Male",
        "from_on": None, "until_on": None, "replaced_by": [],
    }  # fmt: skip
    call_command("terminology", "lookup", "area", "123", "--on", "1999-05-01", prepare=False)
    assert capsys.readouterr().out == "六合县\n"
    call_command("terminology", "list", "sex", "--language", "zh-hans", prepare=False)
    assert capsys.readouterr().out.splitlines() == ["1\t男", "2\t女", "9\t未说明"]
    call_command("terminology", "list", "area", "--json", prepare=False)
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == ["116"]
    call_command("terminology", "list", prepare=False)
    assert capsys.readouterr().out.splitlines() == ["area\t\t2020\t区划", "sex\tGB/T 2261.1\t2003\t性别"]
    call_command("terminology", "list", "--json", prepare=False)
    assert json.loads(capsys.readouterr().out)[0]["uri"] == "http://example.org/area/"
    with pytest.raises(SystemExit) as stop:
        call_command("terminology", "lookup", "sex", "7", prepare=False)
    assert stop.value.code == 1
    assert "1, 2, 9" in capsys.readouterr().err
