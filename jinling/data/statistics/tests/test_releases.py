"""Months that stand still: two people release a month, and nothing that comes later changes what it prints."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.models import Release
from jinling.data.statistics.queries import coverage
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.rules import refusals
from jinling.data.statistics.tests.conftest import Ledger, bookings
from jinling.data.statistics.tests.test_bulletins import replayed
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import Actor, system
from jinling.kernel.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper_pack")]
Offer = Callable[..., None]
MAY = Period("2018-05")


def person(role: str = "statistician") -> Actor:
    return Actor("account", str(uuid4()), role, "STATS")


@pytest.fixture
def ann() -> Actor:
    return person()


@pytest.fixture
def ben() -> Actor:
    return person()


def counted(offer: Offer, *figures: int) -> None:
    offer(bookings(("南京鼓楼医院", *figures)))


def released(offer: Offer, ann: Actor, ben: Actor, *figures: int, reason: str = "") -> Release:
    """A month of these figures, prepared by one and approved by another."""
    counted(offer, *figures)
    row = statistics.prepare_release(by=ann, period="2018-05", reason=reason)
    return statistics.approve_release(by=ben, release=row.pk, digest=row.digest)


def total(of: statistics.Bulletin) -> Any:
    return statistics.document(of)["tables"]["booking_by_hospital"]["total"]


def test_a_month_is_printed_from_its_release_ever_after(offer: Offer, ann: Actor, ben: Actor) -> None:
    row = released(offer, ann, ben, 1, 2, 3, 4)
    assert (row.version, row.state, row.prepared_by, row.judged_by) == (1, "approved", ann.ref, ben.ref)
    counted(offer, 9, 9, 9, 9)
    printed = statistics.kept_bulletin("2018-05")
    assert total(printed) == [1, 2, 3, 4, 10]
    assert (printed.standing, statistics.document(printed)["release"]["version"]) == ("released", 1)
    assert total(statistics.bulletin("2018-05")) == [9, 9, 9, 9, 36]
    assert "发布。" in printing.markdown(printing.printable(printed))
    actions = list(Entry.objects.order_by("at", "lane", "seq").values_list("action", flat=True))
    assert actions == ["statistics.prepare_release", "statistics.approve_release"]


def test_a_later_count_is_a_revision_with_its_reason_and_cells(offer: Offer, ann: Actor, ben: Actor) -> None:
    released(offer, ann, ben, 1, 2, 3, 4)
    counted(offer, 1, 2, 3, 5)
    found = statistics.compare("2018-05")
    assert found.revises
    changed = [(one.part, one.name, one.column, one.before, one.after) for one in found.changes]
    assert changed == [
        ("cell", "南京鼓楼医院", "third_party", 4, 5),
        ("cell", "南京鼓楼医院", "total", 10, 11),
        ("total", "", "third_party", 4, 5),
        ("total", "", "total", 10, 11),
        ("to_date", "", "", 11500757, 11500758),
    ]
    with pytest.raises(refusals.RevisionReasonMissing):
        statistics.prepare_release(by=ann, period="2018-05", reason="  ")
    row = released(offer, ben, ann, 1, 2, 3, 5, reason="鼓楼医院补报一条")
    assert (row.version, len(row.changes)) == (2, 5)
    latest, first = statistics.kept_bulletin("2018-05"), statistics.kept_bulletin("2018-05", version=1)
    assert (total(latest), total(first)) == ([1, 2, 3, 5, 11], [1, 2, 3, 4, 10])
    text = printing.markdown(printing.printable(latest))
    assert "第 1 次修订" in text
    assert "5 格有变：鼓楼医院补报一条" in text
    with pytest.raises(refusals.ReleaseUnknown):
        statistics.kept_bulletin("2018-05", version=3)


def test_two_different_people_release(offer: Offer, ann: Actor, ben: Actor) -> None:
    counted(offer, 1, 1, 1, 1)
    with pytest.raises(refusals.ReleasePersonMissing):
        statistics.prepare_release(by=system("tests"), period="2018-05")
    row = statistics.prepare_release(by=ann, period="2018-05")
    with pytest.raises(refusals.SecondPersonMissing):
        statistics.approve_release(by=ann, release=row.pk, digest=row.digest)
    with pytest.raises(refusals.ReleasePersonMissing):
        statistics.approve_release(by=system("tests"), release=row.pk, digest=row.digest)
    with pytest.raises(refusals.ReleaseChanged):
        statistics.approve_release(by=ben, release=row.pk, digest="0" * 64)
    with pytest.raises(refusals.ReleaseWaiting):
        statistics.prepare_release(by=ben, period="2018-05")
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(state="approved", judged_by=ann.ref, judged_at=datetime.now(UTC))
    assert statistics.waiting(MAY) == row
    statistics.decline_release(by=ben, release=row.pk, reason="合计不对")
    with pytest.raises(refusals.ReleaseStepRefused):
        statistics.approve_release(by=ben, release=row.pk, digest=row.digest)
    assert statistics.prepare_release(by=ben, period="2018-05").version == 1


def test_only_what_waits_is_judged_and_nothing_is_deleted(offer: Offer, ann: Actor, ben: Actor) -> None:
    row = released(offer, ann, ben, 1, 2, 3, 4)
    for sql in (
        "UPDATE statistics_release SET document = '{}'",
        "UPDATE statistics_release SET state = 'prepared', judged_by = '', judged_at = NULL",
        "UPDATE statistics_release SET reason = 'x'",
        "DELETE FROM statistics_release",
        "TRUNCATE statistics_release",
    ):
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            connection.cursor().execute(sql)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        row.delete()
    counted(offer, 2, 2, 3, 4)
    waits = statistics.prepare_release(by=ann, period="2018-05", reason="更正")
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        Release.objects.filter(pk=waits.pk).update(document={})
    row.pk, row.version = uuid4(), 9
    with pytest.raises(DatabaseError, match="begins as prepared"), transaction.atomic():
        row.save(force_insert=True)


def test_an_edition_that_is_not_what_was_approved_is_told_every_night(offer: Offer, ann: Actor, ben: Actor) -> None:
    with time_machine.travel("2018-06-10T08:00:00Z", tick=False):
        row = released(offer, ann, ben, 1, 2, 3, 4)
        statistics.recount(by=ann, now=datetime.now(UTC))
        forged = "jsonb_set(document, '{title}', '{\"own\": \"x\"}')"
        with connection.cursor() as cursor:  # somebody who may do everything in the database
            cursor.execute("ALTER TABLE statistics_release DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE statistics_release SET document = {forged}")
            cursor.execute("ALTER TABLE statistics_release ENABLE TRIGGER USER")
        with pytest.raises(refusals.ReleaseForged, match="2018-05"):
            statistics.recount(by=ann, now=datetime.now(UTC))
    assert Release.objects.get(pk=row.pk).state == "approved"


def test_a_release_needs_a_month_that_is_over_and_whole(
    offer: Offer, ann: Actor, ledger: Ledger, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(offer, 1, 1, 1, 1)
    with time_machine.travel("2018-05-31T15:59:59Z", tick=False), pytest.raises(refusals.MonthRunning):
        statistics.prepare_release(by=ann, period="2018-05")
    ledger.fail_after = 1
    with pytest.raises(Exception, match="closed"):
        replayed(ledger, by, "2018-04")
    with pytest.raises(refusals.ReplayIncomplete):
        statistics.prepare_release(by=ann, period="2018-04")
    with pytest.raises(refusals.MonthNotCounted):
        statistics.prepare_release(by=ann, period="1999-01")


def test_the_second_person_sees_what_changed_since_it_was_prepared(offer: Offer, ann: Actor, ben: Actor) -> None:
    counted(offer, 1, 2, 3, 4)
    statistics.prepare_release(by=ann, period="2018-05")
    assert statistics.compare("2018-05").since == []
    counted(offer, 1, 2, 3, 1000)
    found = statistics.compare("2018-05")
    assert (found.release, found.changes) == (None, [])
    cells = [(one.column, one.before, one.after) for one in found.since if one.part == "cell"]
    assert cells == [("third_party", 4, 1000), ("total", 10, 1006)]


def test_why_nothing_is_counted_and_what_is_printed_may_change_and_revise_nothing(
    offer: Offer, ann: Actor, ben: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(offer, ann, ben, 1, 2, 3, 4)
    plan, name = layout(), "reports_uploaded"
    column = plan.tables["cards_issued"].columns[-1]
    counter = dataclasses.replace(
        plan.tables[name],
        columns=tuple(
            dataclasses.replace(one, indicator=column.indicator) if one.figures else one
            for one in plan.tables[name].columns
        ),
    )
    more = dataclasses.replace(plan.tables["cards_issued"], name="more")
    fewer = dataclasses.replace(plan.tables["kiosk"], columns=plan.tables["kiosk"].columns[:-1])
    tables = {**plan.tables, name: counter, "more": more, "kiosk": fewer}
    for place in ("bulletins", "coverage"):
        monkeypatch.setattr(
            f"jinling.data.statistics.queries.{place}.layout", lambda: dataclasses.replace(plan, tables=tables)
        )
    real = coverage.indicators()[column.indicator]
    later = dataclasses.replace(real, begins=lambda: date(2019, 1, 1), count=lambda span: {})
    known = {**coverage.indicators(), column.indicator: later}
    monkeypatch.setattr("jinling.data.statistics.queries.coverage.indicators", lambda: known)
    monkeypatch.setattr("jinling.data.statistics.queries.bulletins.Counting", _counting(known))
    found = statistics.compare("2018-05")
    parts = {(one.part, one.table) for one in found.changes}
    assert {("reason", name), ("table", "more"), ("column", "kiosk")} <= parts
    assert not {part for part, table in parts if table == name} - {"reason"}


def test_the_same_figures_are_no_revision(offer: Offer, ann: Actor, ben: Actor) -> None:
    released(offer, ann, ben, 1, 2, 3, 4)
    with pytest.raises(refusals.RevisionEmpty):
        statistics.prepare_release(by=ann, period="2018-05", reason="nothing")


def test_what_changes_in_a_month_revises_no_later_one(
    offer: Offer, ann: Actor, ben: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """June's total to date moves with May, and June's own figures do not."""
    counted(offer, 1, 1, 1, 1)
    row = statistics.prepare_release(by=ann, period="2018-06")
    statistics.approve_release(by=ben, release=row.pk, digest=row.digest)
    real = coverage.indicators()["scheduling.bookings"]
    moved = dataclasses.replace(
        real, since=lambda span: {("南京鼓楼医院", "phone"): 7 if span.month == MAY else 4}, count=real.count
    )
    known = {**coverage.indicators(), "scheduling.bookings": moved}
    monkeypatch.setattr("jinling.data.statistics.queries.bulletins.Counting", _counting(known))
    found = statistics.compare("2018-06")
    assert [(one.part, one.before, one.after) for one in found.changes] == [("to_date", 11500755, 11500758)]
    assert not found.revises
    with pytest.raises(refusals.RevisionEmpty):
        statistics.prepare_release(by=ann, period="2018-06", reason="x")


def test_a_total_to_date_is_held_to_the_release_of_the_month_before(
    offer: Offer, ann: Actor, ben: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(offer, ann, ben, 1, 1, 1, 1)
    assert statistics.compare("2018-06").apart == []
    real = coverage.indicators()["scheduling.bookings"]
    late = dataclasses.replace(
        real, since=lambda span: {("南京鼓楼医院", "phone"): 9 if span.month == MAY else 4}, count=real.count
    )
    known = {**coverage.indicators(), "scheduling.bookings": late}
    monkeypatch.setattr("jinling.data.statistics.queries.bulletins.Counting", _counting(known))
    told = [printing.check_document(check) for check in statistics.compare("2018-06").apart]
    assert [(one["code"], one["expected"], one["counted"]) for one in told] == [("not_following", 11500755, 11500760)]


def _counting(known: Any) -> Any:
    from jinling.data.statistics.queries.counting import Counting

    return lambda covered, period, sums: Counting(covered, period, sums, known)


def test_a_release_keeps_names_headings_and_definitions_of_its_day(
    offer: Offer, ann: Actor, ben: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = released(offer, ann, ben, 1, 2, 3, 4)
    before = [printing.markdown(printing.printable(statistics.kept_bulletin("2018-05")))]
    plan = layout()
    table = plan.tables["booking_by_hospital"]
    other = dataclasses.replace(table, columns=table.columns[:3], total=False, cumulative=None)
    monkeypatch.setattr(
        "jinling.data.statistics.queries.bulletins.layout",
        lambda: dataclasses.replace(plan, tables={"booking_by_hospital": other}),
    )
    after = printing.markdown(printing.printable(statistics.kept_bulletin("2018-05")))
    assert [after] == before
    names = {one["code"]: one["name"] for one in row.directory["organization"]}
    assert names["32010100"] == "南京鼓楼医院"
    assert row.directory["organization"][0]["groups"]["ownership"]
