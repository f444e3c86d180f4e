"""Merging and separating: nothing is rewritten, everything can be taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Link, Linkage, Match, Patient
from jinling.foundation.mpi.rules import linkage as mpi_linkage_rules, people as mpi_people_rules
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor, system

pytestmark = pytest.mark.django_db
BY = system("test")
CLERK = Actor(kind="account", id="clerk", role="identity_clerk")


def enter(name: str = "王一诺", **changes) -> UUID:
    return mpi.register(by=BY, person=mpi.NewPatient(name=name, birth_date=date(1990, 1, 1), sex="female", **changes))


def view() -> dict[UUID, UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id, current_id FROM mpi_patient_current")
        return dict(cursor.fetchall())


def passport(number: str) -> tuple[mpi.Identifier, ...]:
    return (mpi.Identifier("passport", number),)


def test_a_merge_attributes_by_view_and_an_unmerge_gives_back():
    old, checked = enter(identifiers=passport("E12345678")), enter(real_name_verified=True)
    before = {row["id"]: row for row in Patient.objects.values()}
    merge = mpi_linkage.merge(by=CLERK, one=old, other=checked, reason="both documents seen")
    assert mpi.current([old, checked]) == {old: checked, checked: checked}
    assert view() == {old: checked, checked: checked}
    assert mpi.records(old) == [checked, old]
    assert mpi.find(system="passport", value="E12345678") == checked
    assert mpi.find_by_name(name="王一诺") == [checked]
    assert {row["id"]: row for row in Patient.objects.values()} == before
    undone = mpi.unmerge(by=CLERK, linkage=merge, reason="two people after all")
    assert mpi.current([old, checked]) == {old: old, checked: checked}
    assert view() == {old: old, checked: checked}
    assert mpi.find(system="passport", value="E12345678") == old
    assert list(Linkage.objects.order_by("id").values_list("kind", "undoes_id")) == [
        ("merge", None),
        ("unmerge", merge),
    ]
    assert [e.action for e in audit.about_patient(str(old))][:2] == ["mpi.unmerge", "mpi.merge"]
    assert [e.action for e in audit.about_patient(str(checked))][:2] == ["mpi.unmerge", "mpi.merge"]
    told = Event.objects.filter(type__in=["mpi.PatientsMerged", "mpi.PatientsUnmerged"]).order_by("id")
    assert [e.payload for e in told] == [
        {"linkage": str(merge), "survivor": str(checked), "absorbed": str(old)},
        {"linkage": str(undone), "survivor": str(checked), "absorbed": str(old)},
    ]


def test_merges_of_merges_come_apart_one_by_one():
    first, second, third = enter(real_name_verified=True), enter(), enter()
    inner = mpi_linkage.merge(by=CLERK, one=third, other=second, reason="r")
    outer = mpi_linkage.merge(by=CLERK, one=third, other=first, reason="r")
    assert set(mpi.current([first, second, third]).values()) == {first}
    assert set(mpi.records(third)) == {first, second, third}
    mpi.unmerge(by=CLERK, linkage=outer, reason="r")
    assert mpi.current([first, second, third]) == {first: first, second: second, third: second}
    mpi.unmerge(by=CLERK, linkage=inner, reason="r")
    assert mpi.current([third]) == {third: third}


def test_an_inner_merge_comes_apart_under_an_outer_one():
    first, second, third = enter(real_name_verified=True), enter(), enter()
    inner = mpi_linkage.merge(by=CLERK, one=third, other=second, reason="r")
    mpi_linkage.merge(by=CLERK, one=second, other=first, reason="r")
    mpi.unmerge(by=CLERK, linkage=inner, reason="r")
    assert mpi.current([first, second, third]) == {first: first, second: first, third: third}


def test_refused_merges_change_nothing():
    one, other = enter(), enter()
    merge = mpi_linkage.merge(by=CLERK, one=one, other=other, reason="r")
    before = (Linkage.objects.count(), Link.objects.count(), Event.objects.count())
    for refusal, call in (
        (mpi_linkage_rules.ReasonMissing, lambda: mpi_linkage.merge(by=CLERK, one=one, other=other, reason=" ")),
        (mpi_linkage_rules.SamePerson, lambda: mpi_linkage.merge(by=CLERK, one=one, other=other, reason="r")),
        (mpi_linkage_rules.SamePerson, lambda: mpi_linkage.merge(by=CLERK, one=one, other=one, reason="r")),
        (mpi_people_rules.PatientUnknown, lambda: mpi_linkage.merge(by=CLERK, one=one, other=uuid4(), reason="r")),
        (mpi_linkage_rules.ReasonMissing, lambda: mpi.unmerge(by=CLERK, linkage=merge)),
        (mpi_linkage_rules.LinkageUnknown, lambda: mpi.unmerge(by=CLERK, linkage=uuid4(), reason="r")),
    ):
        with pytest.raises(refusal):
            call()
    assert (Linkage.objects.count(), Link.objects.count(), Event.objects.count()) == before
    mpi.unmerge(by=CLERK, linkage=merge, reason="r")
    with pytest.raises(mpi_linkage_rules.NotMerged):
        mpi.unmerge(by=CLERK, linkage=merge, reason="r")


def test_the_events_cannot_be_rewritten():
    merge = mpi_linkage.merge(by=CLERK, one=enter(), other=enter(), reason="r")
    for change in (lambda rows: rows.update(reason="other"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Linkage.objects.filter(id=merge))


def test_a_run_merges_what_is_certain_and_proposes_the_rest():
    number = passport("E12345678")
    certain = enter(identifiers=number), enter(mobile="13800000001")
    mpi.add_identifier(by=BY, patient=certain[1], identifier=mpi.Identifier("hospital_card", "NJ1/0001"))
    doubtful = enter("陈一诺", mobile="13900000001"), enter("陈一言", mobile="13900000001")
    # One number under two records cannot be entered any more; it came with an earlier stock of records.
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX mpi_identifier_once")
        cursor.execute(
            "INSERT INTO mpi_identifier (patient_id, system, value_sealed, value_index)"
            " SELECT %s, system, value_sealed, value_index FROM mpi_identifier WHERE patient_id = %s",
            [certain[1], certain[0]],
        )
    from jinling.foundation.mpi.models import PatientIdentifier
    from jinling.foundation.mpi.places import identifier_place, keys

    PatientIdentifier.objects.filter(patient=certain[1], system="passport").update(
        value_sealed=keys().seal("E12345678", place=identifier_place(certain[1], "passport"))
    )
    done = mpi.propose(by=BY)
    assert (done.records, done.merged) == (4, 1)
    assert len(set(mpi.current(certain).values())) == 1
    assert len(set(mpi.current(doubtful).values())) == 2
    assert Linkage.objects.get().rule == "own number"
    again = mpi.propose(by=BY)
    assert (again.records, again.merged) == (3, 0)


def a_match() -> Match:
    left, right = sorted((enter(), enter()))
    return Match.objects.create(left_id=left, right_id=right, weight=7.0, rule="possible")


def test_a_person_judges_a_pair():
    row = a_match()
    merge = mpi.decide(by=CLERK, match=row.pk, one_person=True, reason="documents seen")
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("linked", "account/clerk")
    assert Linkage.objects.get(id=merge).rule == "possible"
    with pytest.raises(mpi_linkage_rules.AlreadyDecided):
        mpi.decide(by=CLERK, match=row.pk, one_person=False, reason="r")
    mpi.unmerge(by=CLERK, linkage=merge, reason="a mistake")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("apart", "a mistake")


def test_a_pair_kept_apart_stays_apart():
    row = a_match()
    assert mpi.decide(by=CLERK, match=row.pk, one_person=False, reason="twins") is None
    assert Link.objects.count() == 0
    assert next(e.action for e in audit.about_patient(str(row.left_id))) == "mpi.keep_apart"
    with pytest.raises(mpi_linkage_rules.ReasonMissing):
        mpi.decide(by=CLERK, match=row.pk, one_person=True, reason="")
    with pytest.raises(mpi_people_rules.PatientUnknown):
        mpi.decide(by=CLERK, match=0, one_person=True, reason="r")
    assert mpi.propose(by=BY).merged == 0
    row.refresh_from_db()
    assert row.state == "apart"
