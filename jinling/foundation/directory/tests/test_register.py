"""Verbs on institutions, practitioners and places: what they write, record and refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import (
    public as directory,
    rules as directory_rules,
    usecases as directory_usecases,
)
from jinling.foundation.directory.models import (
    Organization,
    OrganizationAlias,
    OrganizationVersion,
    Practitioner,
)
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.usefixtures("nanjing")
NEW = {"code": "NJ9001", "name": "新河门诊部", "name_en": "Xinhe Clinic", "kind": "other", "ownership": "other"}


def everything() -> list[str]:
    models = (Organization, OrganizationVersion, OrganizationAlias, Practitioner, Entry, Event)
    return [repr(row) for model in models for row in model.objects.order_by("pk").values_list()]


def last_act() -> tuple[str, str, str]:
    row = Entry.objects.order_by("at", "lane", "seq").last()
    return row.action, row.target, row.actor


def test_register_enters_an_institution(clerk: Actor) -> None:
    row = directory.register(by=clerk, **NEW, district="320199", part_of="NJ0002", aliases=["新河诊所"])
    assert {directory.resolve(n).pk for n in ("新河门诊部", "新河诊所", "Xinhe Clinic", "NJ9001")} == {row.pk}
    assert (row.district.name, row.part_of.code) == ("江北新区", "NJ0002")
    assert directory.search("xinhe")[0] == row == directory.search("xhzs")[0]
    assert list(directory.organizations())[-1] == row
    assert last_act() == ("directory.register", "Organization/NJ9001", "clerk-1")
    assert Event.objects.order_by("id").last().payload == {"code": "NJ9001"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": "NJ0002"}, directory_rules.NameTaken),
        ({"code": ""}, directory_rules.BadName),
        ({"code": "A/1"}, directory_rules.BadCode),
        ({"code": "ＮＪ０００２"}, directory_rules.BadCode),
        ({"code": "x" * 65}, directory_rules.BadCode),
        ({"code": "-1x"}, directory_rules.BadName),
        ({"code": "_1x"}, directory_rules.BadCode),
        ({"name": "南京 鼓楼医院"}, directory_rules.NameTaken),
        ({"name": "…"}, directory_rules.BadName),
        ({"name": "=HYPERLINK(1)"}, directory_rules.BadName),
        ({"aliases": [" ＋1 Clinic"]}, directory_rules.BadName),
        ({"name_en": "a\0b"}, directory_rules.BadName),
        ({"aliases": ["中科院皮研所"]}, directory_rules.NameTaken),
        ({"kind": "tent"}, directory_rules.BadEntry),
        ({"ownership": "mine"}, directory_rules.BadEntry),
        ({"level": "4"}, directory_rules.BadEntry),
        ({"district": "999999"}, directory_rules.DistrictUnknown),
        ({"part_of": "NJ8888"}, directory.OrganizationUnknown),
    ],
)
def test_register_refuses_and_changes_nothing(clerk: Actor, change: dict, refusal: type[Refused]) -> None:
    before = everything()
    with pytest.raises(refusal):
        directory.register(by=clerk, **{**NEW, **change})
    assert everything() == before


def test_rename_keeps_the_old_name_as_an_alias(clerk: Actor) -> None:
    row = directory_usecases.rename(
        by=clerk, code="NJ0014", name="东部战区总院", name_en="Eastern Theatre Hospital", reason="Order 7 of 2018"
    )
    assert row.name == directory.resolve("南京军区南京总医院").name == "东部战区总院"
    assert directory.resolve("Eastern Theatre Hospital").code == "NJ0014"
    assert directory.resolve("Nanjing General Hospital").code == "NJ0014"
    assert directory.search("dbzq")[0].code == "NJ0014"
    assert last_act() == ("directory.rename", "Organization/NJ0014", "clerk-1")
    assert Event.objects.order_by("id").last().payload == {
        "code": "NJ0014", "old": "南京军区南京总医院", "new": "东部战区总院",
    }  # fmt: skip


def test_an_alias_may_become_the_name(clerk: Actor) -> None:
    directory_usecases.rename(by=clerk, code="NJ0014", name="东部战区总医院", reason="Order 7 of 2018")
    assert directory.resolve("解放军南京总医院").name == "东部战区总医院"
    assert directory.get("NJ0014").aliases.filter(source="name").count() == 1


def test_alias_adds_a_way_of_writing_once(clerk: Actor) -> None:
    first = directory_usecases.alias(by=clerk, code="NJ0048", name="蒋王庙皮研所")
    entries = Entry.objects.count()
    assert directory_usecases.alias(by=clerk, code="NJ0048", name="蒋王庙 皮研所") == first
    assert Entry.objects.count() == entries
    assert directory.resolve("蒋王庙皮研所").code == "NJ0048"
    assert directory.search("jwm")[0].code == "NJ0048"
    assert last_act() == ("directory.alias", "Organization/NJ0048", "clerk-1")


@pytest.mark.parametrize(
    "act",
    [
        lambda by: directory_usecases.rename(by=by, code="NJ0002", name="鼓楼医院", reason="R"),
        lambda by: directory_usecases.rename(by=by, code="NJ0002", name="!", reason="R"),
        lambda by: directory_usecases.rename(by=by, code="NJ7777", name="新河门诊部", reason="R"),
        lambda by: directory_usecases.alias(by=by, code="NJ0002", name="ＮＡＮＪＩＮＧ First Hospital"),
        lambda by: directory_usecases.alias(by=by, code="NJ0002", name="新\0河"),
        lambda by: directory.register_practitioners(
            by=by,
            practitioners=[
                directory.PractitionerEntry("NJ0002", "1", "单伟"),
                directory.PractitionerEntry("NJ0002", "2", " "),
            ],
        ),
        lambda by: directory_usecases.alias(by=by, code="NJ7777", name="新河门诊部"),
        lambda by: directory_usecases.close(by=by, code="NJ7777", reason="R"),
        lambda by: directory_usecases.reopen(by=by, code="NJ7777", reason="R"),
        lambda by: directory.register_practitioners(
            by=by,
            practitioners=[
                directory.PractitionerEntry("NJ0002", "1", "单伟"),
                directory.PractitionerEntry("NJ7777", "1", "曾敏"),
            ],
        ),
    ],
)
def test_a_refusal_changes_nothing(clerk: Actor, act: Callable[[Actor], object]) -> None:
    before = everything()
    with pytest.raises(Refused):
        act(clerk)
    assert everything() == before


def test_an_institution_leaves_and_comes_back(clerk: Actor) -> None:
    directory_usecases.close(by=clerk, code="NJ0003", reason="R")
    assert last_act()[0] == "directory.close"
    assert Event.objects.order_by("id").last().type == "directory.OrganizationDeactivated"
    before = everything()
    with pytest.raises(directory_rules.OrganizationClosed):
        directory_usecases.close(by=clerk, code="NJ0003", reason="R")
    assert everything() == before
    assert not directory.organizations().filter(code="NJ0003").exists()
    directory_usecases.reopen(by=clerk, code="NJ0003", reason="R")
    assert directory.organizations().filter(code="NJ0003").exists()
    assert last_act()[0] == "directory.reopen"
    before = everything()
    with pytest.raises(directory_rules.OrganizationOpen):
        directory_usecases.reopen(by=clerk, code="NJ0003", reason="R")
    assert everything() == before


def test_practitioners_are_entered_once_and_found(clerk: Actor) -> None:
    entries = [
        directory.PractitionerEntry("NJ0002", "007", "单伟", "主任医师"),
        directory.PractitionerEntry("NJ0002", "008", "欧阳敏"),
        directory.PractitionerEntry("NJ0003", "007", "Anna Berg"),
    ]
    directory.register_practitioners(by=clerk, practitioners=entries)
    directory.register_practitioners(
        by=clerk, practitioners=[directory.PractitionerEntry("NJ0002", "007", "单伟", "专家")]
    )
    assert Practitioner.objects.count() == 3
    assert [p.title for p in directory.practitioners(organization="NJ0002", text="单")] == ["专家"]
    for text in ("单", "shan", "sw", "danwei"):
        assert [p.code for p in directory.practitioners(organization="NJ0002", text=text)] == ["007"]
    assert [p.name for p in directory.practitioners(text="berg")] == ["Anna Berg"]
    assert not directory.practitioners(text="?").exists()
    act = Entry.objects.filter(action="directory.register_practitioners", organization="NJ0003").get()
    assert "Berg" not in act.detail
