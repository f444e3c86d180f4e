"""What was entered by mistake is taken back, and what it was stays on record."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import (
    public as directory,
    rules as directory_rules,
    usecases as directory_usecases,
)
from jinling.foundation.directory.models import Organization, OrganizationAlias, Succession
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.usefixtures("nanjing")
JUNE = date(2018, 6, 1)


def everything() -> list[str]:
    models = (Organization, OrganizationAlias, Succession, Entry, Event)
    return [repr(row) for model in models for row in model.objects.order_by("pk").values_list()]


def test_an_alias_is_taken_back_and_given_to_another(clerk: Actor) -> None:
    directory.alias(by=clerk, code="NJ0018", name="河边医院")
    assert directory.unalias(by=clerk, code="NJ0018", name="河边 医院").code == "NJ0018"
    assert not directory.search("河边")
    with pytest.raises(directory.OrganizationUnknown):
        directory.resolve("河边医院")
    entry = Entry.objects.order_by("at", "lane", "seq").last()
    assert (entry.action, entry.target) == ("directory.unalias", "Organization/NJ0018")
    assert "河边医院" in entry.detail
    directory.alias(by=clerk, code="NJ0003", name="河边医院")
    assert directory.resolve("河边医院").code == "NJ0003"


def test_an_alias_of_the_pack_is_taken_back_until_it_is_loaded_again(clerk: Actor) -> None:
    directory.unalias(by=clerk, code="NJ0048", name="中科院皮研所")
    assert not OrganizationAlias.objects.filter(name="中科院皮研所").exists()
    directory.load_pack(by=clerk)
    assert directory.resolve("中科院皮研所").code == "NJ0048"


def test_a_name_of_any_day_is_not_taken(clerk: Actor) -> None:
    row = directory.get("NJ0018")
    rename = {"by": clerk, "code": row.code, "reason": "R"}
    directory_usecases.rename(**rename, name="秦淮医疗区", on=JUNE)
    directory_usecases.rename(**rename, name="以后医院", on=date(2030, 1, 1))
    before = everything()
    for name, refusal in (
        (row.name, directory_rules.NameKept),
        (row.name_en, directory_rules.NameKept),
        ("秦淮医疗区", directory_rules.NameKept),
        ("以后医院", directory_rules.NameKept),
        ("南京鼓楼医院", directory_rules.AliasUnknown),
        ("从未有过", directory_rules.AliasUnknown),
        ("a\0b", directory_rules.AliasUnknown),
    ):
        with pytest.raises(refusal), transaction.atomic():
            directory.unalias(by=clerk, code=row.code, name=name)
    assert everything() == before
    # What it never was called may go once that is corrected.
    directory_usecases.correct(by=clerk, code=row.code, values={"name": row.name}, on=JUNE, reason="R")
    directory.unalias(by=clerk, code=row.code, name="秦淮医疗区")


def test_a_wrong_merger_is_taken_back_and_the_right_one_entered(clerk: Actor) -> None:
    directory_usecases.merge(by=clerk, code="NJ0003", others=["NJ0018"], on=JUNE, reason="R")
    directory.retract(by=clerk, code="NJ0018", successor="NJ0003", reason="Order 7 said otherwise")
    key = directory.get("NJ0018").pk
    assert directory.successions(key) == []
    kept = Succession.objects.get(predecessor=key)
    assert (kept.successor.code, kept.from_on, kept.superseded_at is None) == ("NJ0003", JUNE, False)
    acts = Entry.objects.filter(action="directory.retract")
    assert {one.target for one in acts} == {"Organization/NJ0018", "Organization/NJ0003"}
    assert all("Order 7 said otherwise" in one.detail for one in acts)
    directory_usecases.reopen(by=clerk, code="NJ0018", on=JUNE, reason="R")
    directory_usecases.merge(by=clerk, code="NJ0018", others=["NJ0003"], on=JUNE, reason="R")
    assert [one.predecessor.code for one in directory.successions(key)] == ["NJ0003"]


def test_what_nobody_says_is_not_taken_back(clerk: Actor) -> None:
    directory_usecases.merge(by=clerk, code="NJ0003", others=["NJ0018"], on=JUNE, reason="R")
    before = everything()
    for pair, reason in ((("NJ0003", "NJ0018"), "R"), (("NJ0018", "NJ0005"), "R"), (("NJ0018", "NJ0003"), " ")):
        with pytest.raises(Refused), transaction.atomic():
            directory.retract(by=clerk, code=pair[0], successor=pair[1], reason=reason)
    assert everything() == before
    Succession.objects.create(
        predecessor=directory.get("NJ0005"), successor=directory.get("NJ0003"), kind="succeeded", from_on=JUNE,
        recorded_at=timezone.now(), source="pack",
    )  # fmt: skip
    before = everything()
    with pytest.raises(directory_rules.SuccessionPacked), transaction.atomic():
        directory.retract(by=clerk, code="NJ0005", successor="NJ0003", reason="R")
    assert everything() == before


def test_the_commands_take_back(clerk: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    directory.alias(by=clerk, code="NJ0018", name="河边医院")
    directory_usecases.merge(by=clerk, code="NJ0003", others=["NJ0018"], on=JUNE, reason="R")
    call_command("directory", "unalias", "NJ0018", "河边医院", prepare=False)
    assert capsys.readouterr().out == "NJ0018\t解放军第八一医院\n"
    call_command("directory", "retract", "NJ0018", "NJ0003", "--reason", "R", "--json", prepare=False)
    assert json.loads(capsys.readouterr().out)["code"] == "NJ0018"
    assert directory.successions(directory.get("NJ0018").pk) == []
