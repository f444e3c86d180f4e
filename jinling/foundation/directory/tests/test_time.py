"""Institutions in time: what each verb writes from a day on, what it refuses, and what is told of another day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import (
    figures,
    jobs,
    public as directory,
    rules as directory_rules,
    usecases as directory_usecases,
)
from jinling.foundation.directory.models import Organization, OrganizationAlias, OrganizationVersion, Succession
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules.timeline import EARLIEST
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor
from jinling.kernel.figures import NOT_THERE
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.usefixtures("nanjing")
JUNE, NOVEMBER = date(2018, 6, 1), date(2018, 11, 15)
MAY_31 = date(2018, 5, 31)
WHY = {"reason": "Order 7"}


def name_on(code: str, day: date, **known: Any) -> str:
    return next(one.name for one in directory.as_of(day, **known).values() if one.code == code)


def on(code: str, day: date) -> directory.OrganizationOn:
    return next(one for one in directory.as_of(day).values() if one.code == code)


def everything() -> list[str]:
    models: Iterable[Any] = (Organization, OrganizationVersion, OrganizationAlias, Succession, Entry, Event)
    return [repr(row) for model in models for row in model.objects.order_by("pk").values_list()]


def test_a_rename_holds_from_its_day_and_leaves_earlier_months(clerk: Actor) -> None:
    old = directory.get("NJ0018").name
    directory_usecases.rename(by=clerk, code="NJ0018", name="东部战区总医院秦淮医疗区", on=NOVEMBER, **WHY)
    assert name_on("NJ0018", MAY_31) == name_on("NJ0018", NOVEMBER - timedelta(days=1)) == old
    assert name_on("NJ0018", NOVEMBER) == directory.get("NJ0018").name == "东部战区总医院秦淮医疗区"
    assert directory.resolve(old) == directory.resolve("东部战区总医院秦淮医疗区")
    entry = Entry.objects.order_by("at", "lane", "seq").last()
    assert (entry.action, entry.target) == ("directory.rename", "Organization/NJ0018")
    assert "2018-11-15" in entry.detail and "Order 7" in entry.detail


def test_what_was_known_at_an_instant_is_told_as_it_was(clerk: Actor) -> None:
    old, before = directory.get("NJ0018").name, timezone.now()
    directory_usecases.rename(by=clerk, code="NJ0018", name="秦淮医疗区", on=JUNE, **WHY)
    assert name_on("NJ0018", NOVEMBER) == "秦淮医疗区"
    assert name_on("NJ0018", NOVEMBER, known=before) == old
    assert name_on("NJ0018", NOVEMBER, known=timezone.now()) == "秦淮医疗区"
    assert directory.as_of(NOVEMBER, known=before - timedelta(days=1)) == {}


def test_a_rename_entered_late_does_not_undo_a_later_one(clerk: Actor) -> None:
    directory_usecases.rename(by=clerk, code="NJ0018", name="秦淮医疗区", on=NOVEMBER, **WHY)
    directory_usecases.move(by=clerk, code="NJ0018", district="320199", on=date(2018, 8, 1), **WHY)
    directory_usecases.rename(by=clerk, code="NJ0018", name="八一医疗区", on=JUNE, **WHY)
    days = (MAY_31, JUNE, date(2018, 9, 1), NOVEMBER)
    assert [name_on("NJ0018", day)[:2] for day in days] == ["解放", "八一", "八一", "秦淮"]
    assert directory.get("NJ0018").district.code == "320199"
    assert on("NJ0018", JUNE).district != on("NJ0018", NOVEMBER).district


def test_what_begins_later_begins_on_its_day(clerk: Actor) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    old = directory.get("NJ0018").name
    directory_usecases.rename(by=clerk, code="NJ0018", name="秦淮医疗区", on=tomorrow, **WHY)
    assert (directory.get("NJ0018").name, directory.resolve("秦淮医疗区").code) == (old, "NJ0018")
    assert [row.code for row in directory_usecases.begin(by=clerk, on=tomorrow)] == ["NJ0018"]
    assert directory.get("NJ0018").name == "秦淮医疗区"
    assert directory.get("NJ0018").aliases.get(source="name").name == "秦淮医疗区"
    jobs.JOBS[0].run(timezone.now())
    assert directory.get("NJ0018").name == old


def test_a_merger_ends_the_others_and_takes_their_parts(clerk: Actor) -> None:
    part = Organization.objects.filter(part_of__code="NJ0002").first()
    directory_usecases.merge(by=clerk, code="32010100", others=["NJ0002", "NJ0003"], on=JUNE, **WHY)
    assert not on("NJ0002", JUNE).active and on("NJ0002", MAY_31).active
    whole = directory.get("32010100").pk
    assert (on(part.code, JUNE).part_of, on(part.code, MAY_31).part_of) == (whole, part.part_of_id)
    found = directory.successions(whole)
    assert [(one.predecessor.code, one.kind, one.from_on) for one in found] == [
        ("NJ0002", "merged", JUNE), ("NJ0003", "merged", JUNE),
    ]  # fmt: skip
    assert directory.resolve("市儿童医院").code == "NJ0002"  # what was its stays its


def test_figures_are_counted_by_what_was_there_on_the_day(clerk: Actor) -> None:
    old, organizations = directory.get("NJ0018").name, figures.DIMENSIONS[0]
    directory_usecases.rename(by=clerk, code="NJ0018", name="秦淮医疗区", on=JUNE, **WHY)
    directory_usecases.reown(by=clerk, code="NJ0018", ownership="provincial", on=JUNE, **WHY)
    directory_usecases.close(by=clerk, code="NJ0018", on=NOVEMBER, **WHY)

    def member(day: date) -> tuple[str, str, bool]:
        found = next(one for one in organizations.members(day) if one.code == "NJ0018")
        return found.name, found.groups["ownership"], NOT_THERE in found.sets

    assert member(MAY_31) == (old, "military", False)
    assert member(JUNE) == ("秦淮医疗区", "provincial", False)
    assert member(NOVEMBER) == ("秦淮医疗区", "provincial", True)
    assert [one.key for one in organizations.members(MAY_31)] == [one.key for one in organizations.members(NOVEMBER)]
    assert {one.name for one in figures.DIMENSIONS[1].members(MAY_31)} == {row.name for row in directory.districts()}


def test_a_split_and_a_succession(clerk: Actor) -> None:
    new = {"kind": "hospital", "ownership": "municipal", "opened": JUNE}
    for code in ("NJ9001", "NJ9002"):
        directory.register(by=clerk, code=code, name=f"新院{code}", name_en=f"New {code}", **new)
    assert not on("NJ9001", MAY_31).active and on("NJ9001", JUNE).active
    directory_usecases.split(by=clerk, code="NJ0003", others=["NJ9001"], closes=False, on=JUNE, **WHY)
    assert directory.get("NJ0003").active
    directory_usecases.succeed(by=clerk, code="NJ0003", successor="NJ9002", on=NOVEMBER, **WHY)
    assert not directory.get("NJ0003").active
    assert [one.successor.code for one in directory.successions(directory.get("NJ0003").pk)] == ["NJ9001", "NJ9002"]


def test_a_correction_believes_otherwise_and_keeps_what_was_believed(clerk: Actor) -> None:
    before = timezone.now()
    directory_usecases.correct(
        by=clerk, code="NJ0018", values={"ownership": "other", "level": "primary"}, on=JUNE, until=NOVEMBER, **WHY
    )
    owners = [on("NJ0018", day).ownership for day in (MAY_31, JUNE, NOVEMBER)]
    assert owners == ["military", "other", "military"]
    assert {one.ownership for one in directory.as_of(JUNE, known=before).values() if one.code == "NJ0018"} == {
        "military"
    }
    rows = directory.history(directory.get("NJ0018").pk)
    assert [row.superseded_at is None for row in rows].count(False) == 1
    assert {row.reason for row in rows if row.ownership == "other"} == {"Order 7"}


def test_a_preview_says_what_changes_and_does_none_of_it(clerk: Actor) -> None:
    before = everything()
    merging = directory.Change(directory.Step.MERGE, "32010100", JUNE, others=("NJ0002",))
    seen = directory.preview(merging)
    assert {(one.code, one.fact, one.before, one.after) for one in seen.effects} >= {
        ("NJ0002", "active", "True", "False"),
    }
    assert [(one.predecessor[0], one.successor[0]) for one in seen.successions] == [("NJ0002", "32010100")]
    assert seen.past == JUNE
    moving = directory.Change(directory.Step.MOVE, "NJ0018", timezone.localdate(), {"district": "320199"})
    seen = directory.preview(moving)
    assert [(one.fact, one.after, one.until_on) for one in seen.effects] == [("district", "江北新区", None)]
    assert seen.past is None
    assert everything() == before


def verb(name: str, /, **given: Any) -> Callable[[Actor], Any]:
    return lambda by: getattr(directory_usecases, name)(by=by, **{"reason": "R", "on": JUNE, **given})


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (verb("rename", code="NJ0018", name="新名", reason=" "), directory_rules.ReasonMissing),
        (verb("rename", code="NJ0018", name="南京鼓楼医院"), directory_rules.NameTaken),
        (verb("rename", code="NJ0018", name="解放军第八一医院"), directory_rules.ChangeEmpty),
        (verb("rename", code="NJ0018", name="新名", on=date(1899, 1, 1)), directory_rules.DayImpossible),
        (verb("rename", code="NJ0018", name="新名", on=date(2218, 1, 1)), directory_rules.DayImpossible),
        (verb("move", code="NJ0018", district="999999"), directory_rules.DistrictUnknown),
        (verb("reown", code="NJ0018", ownership="mine"), directory_rules.BadEntry),
        (verb("close", code="NJ0002"), directory_rules.PartsOpen),
        (verb("reopen", code="NJ0002"), directory_rules.OrganizationOpen),
        (verb("merge", code="NJ0002", others=["NJ0002"]), directory_rules.SuccessionCircular),
        (verb("merge", code="NJ0002", others=[]), directory_rules.BadEntry),
        (verb("succeed", code="NJ0002", successor="NJ0002"), directory_rules.SuccessionCircular),
        (verb("merge", code="NJ0002", others=["NJ8888"]), directory.OrganizationUnknown),
        (verb("correct", code="NJ0018", values={"level": "tertiary"}, until=JUNE), directory_rules.SpanImpossible),
        (verb("correct", code="NJ0018", values={"address": "x"}), directory_rules.BadEntry),
        (verb("correct", code="NJ0018", values={"active": "yes"}), directory_rules.BadEntry),
        (verb("correct", code="NJ0002", values={"part_of": "NJ0002"}), directory_rules.PartCircular),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    clerk: Actor, act: Callable[[Actor], Any], refusal: type[Refused]
) -> None:
    before = everything()
    with pytest.raises(refusal):
        act(clerk)
    assert everything() == before


def test_what_is_closed_cannot_be_closed_merged_into_or_renamed(clerk: Actor) -> None:
    directory_usecases.close(by=clerk, code="NJ0018", on=JUNE, **WHY)
    for act in (
        verb("close", code="NJ0018"),
        verb("close", code="NJ0018", on=NOVEMBER),
        verb("rename", code="NJ0018", name="新名"),
        verb("merge", code="NJ0018", others=["NJ0003"]),
        verb("merge", code="NJ0003", others=["NJ0018"]),
    ):
        with pytest.raises(directory_rules.OrganizationClosed):
            act(clerk)
    directory_usecases.rename(by=clerk, code="NJ0018", name="新名", on=MAY_31, **WHY)
    assert on("NJ0018", NOVEMBER).name == "新名"


def test_successions_and_wholes_lead_nowhere_back(clerk: Actor) -> None:
    directory_usecases.merge(by=clerk, code="NJ0003", others=["NJ0018"], on=JUNE, **WHY)
    directory_usecases.reopen(by=clerk, code="NJ0018", on=NOVEMBER, **WHY)
    with pytest.raises(directory_rules.SuccessionCircular):
        directory_usecases.merge(by=clerk, code="NJ0018", others=["NJ0003"], on=NOVEMBER, **WHY)
    part = Organization.objects.filter(part_of__code="NJ0002").first()
    with pytest.raises(directory_rules.PartCircular):
        directory_usecases.correct(by=clerk, code="NJ0002", values={"part_of": part.code}, on=JUNE, **WHY)


def test_a_merger_entered_late_takes_parts_only_while_they_are_parts(clerk: Actor) -> None:
    early, late, end = date(2022, 1, 1), date(2024, 1, 1), date(2025, 1, 1)
    directory_usecases.correct(by=clerk, code="NJ0018", values={"part_of": "NJ0003"}, on=late, until=end, **WHY)
    directory_usecases.merge(by=clerk, code="NJ0005", others=["NJ0003"], on=early, **WHY)
    successor = directory.get("NJ0005").pk
    wholes = [on("NJ0018", day).part_of for day in (early, late - timedelta(days=1), late, end)]
    assert wholes == [None, None, successor, None]


def test_nothing_open_is_part_of_what_is_closed_then_or_later(clerk: Actor) -> None:
    part = {"part_of": "NJ0003"}
    new = {"code": "NJ9001", "name": "新院", "name_en": "New", "kind": "hospital", "ownership": "other"}
    directory_usecases.correct(by=clerk, code="NJ0018", values=part, on=date(2019, 1, 1), **WHY)
    directory_usecases.close(by=clerk, code="NJ0018", on=date(2020, 1, 1), **WHY)
    directory_usecases.close(by=clerk, code="NJ0003", on=date(2021, 1, 1), **WHY)
    before = everything()
    for act in (
        verb("correct", code="NJ0005", values=part),
        verb("reopen", code="NJ0018", on=date(2022, 1, 1)),
        verb("reopen", code="NJ0018", on=date(2020, 6, 1)),
        lambda by: directory.register(by=by, **new, **part),
        lambda by: directory.register(by=by, **new, **part, opened=date(2022, 1, 1)),
    ):
        with pytest.raises(directory_rules.OrganizationClosed), transaction.atomic():
            act(clerk)
    assert everything() == before
    directory_usecases.correct(by=clerk, code="NJ0005", values=part, on=JUNE, until=date(2021, 1, 1), **WHY)
    with pytest.raises(directory_rules.PartsOpen), transaction.atomic():
        directory_usecases.close(by=clerk, code="NJ0003", on=date(2020, 9, 1), **WHY)


def test_codes_are_never_used_again(clerk: Actor) -> None:
    directory_usecases.close(by=clerk, code="NJ0018", **WHY)
    new = {"name": "新院", "name_en": "New", "kind": "hospital", "ownership": "other"}
    for code in ("NJ0018", "nj0018", " NJ0018"):
        with pytest.raises(directory_rules.NameTaken):
            directory.register(by=clerk, code=code, **new)
    with pytest.raises(directory_rules.DayImpossible):
        directory.register(by=clerk, code="NJ9001", opened=date(1800, 1, 1), **new)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Organization.objects.filter(code="NJ0018").update(code="NJ9009")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE directory_organizationversion SET name = 'x'",
        "UPDATE directory_organizationversion SET superseded_at = NULL WHERE superseded_at IS NOT NULL",
        "DELETE FROM directory_organizationversion",
        "TRUNCATE directory_organizationversion CASCADE",
        "DELETE FROM directory_districtversion",
        "UPDATE directory_succession SET from_on = '2001-01-01'",
        "INSERT INTO directory_organizationversion (organization_id, from_on, recorded_at, source, by, reason, name,"
        " name_en, kind, ownership, level, active) SELECT organization_id, '2020-01-01', recorded_at, 'staff', '', '',"
        " name, name_en, kind, ownership, level, active FROM directory_organizationversion WHERE superseded_at IS NULL",
    ],
)
def test_what_was_believed_is_never_changed_and_nothing_overlaps(clerk: Actor, statement: str) -> None:
    directory_usecases.merge(by=clerk, code="NJ0003", others=["NJ0018"], on=JUNE, **WHY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_institution_and_district_has_an_answer_for_every_day() -> None:
    for day in (EARLIEST, JUNE, timezone.localdate(), date(2090, 1, 1)):
        assert len(directory.as_of(day)) == Organization.objects.count()
        assert len(directory.districts_as_of(day)) == directory.districts().count()


def test_columns_are_what_holds_today() -> None:
    held = directory.as_of(timezone.localdate())
    for row in Organization.objects.all():
        assert {fact: getattr(row, fact) for fact in versions.FACTS} == {
            fact: getattr(held[row.pk], fact.removesuffix("_id")) for fact in versions.FACTS
        }
