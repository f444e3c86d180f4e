"""Relations as the contexts know them: family, current treatment, and records that are one person's."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from jinling.foundation.access import judgement as access_judgement, public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.actor import Actor, system
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.testing import a_hospital, a_session, some_patients

pytestmark = pytest.mark.django_db
BY = system("t")
EVERY = ("self", "ward", "own_organization", "treating", "own_area")


def clinician(organization: str) -> Actor:
    return Actor(kind="account", id=str(uuid4()), role="clinician", purpose="TREAT", organization=organization)


def citizen(*people: tuple[UUID, str]) -> Actor:
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    for patient, relation in people:
        mpi.relate(by=BY, account=str(account.pk), patient=patient, relation=relation, verified=True)
    return Actor(kind="account", id=str(account.pk), role="citizen", purpose="PATRQT")


def test_a_family_is_known_and_a_stranger_is_other() -> None:
    own, child, stranger = some_patients(3)
    by = citizen((own, "self"), (child, "child"))
    stands = [access_judgement.relation_of(by, str(patient), wanted=EVERY) for patient in (own, child, stranger)]
    assert stands == ["self", "ward", "other"]


def test_a_relation_that_was_not_checked_does_not_count() -> None:
    [own] = some_patients(1)
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    mpi.relate(by=BY, account=str(account.pk), patient=own, relation="self", verified=False)
    by = Actor(kind="account", id=str(account.pk), role="citizen", purpose="PATRQT")
    assert access_judgement.relation_of(by, str(own), wanted=EVERY) == "other"


def test_a_hospital_treats_whom_it_expects() -> None:
    hospital, elsewhere = a_hospital(), a_hospital()
    patient, stranger = some_patients(2)
    desk = Actor(kind="account", id="desk", role="hospital_scheduler", organization=hospital.code, channel="desk")
    asked = scheduling.BookingRequest(session=a_session(hospital), patient=patient, route="app")
    [outcome] = scheduling.book_many(by=desk, requests=[asked])
    assert not isinstance(outcome, Exception), outcome
    assert access_judgement.relation_of(clinician(hospital.code), str(patient), wanted=EVERY) == "treating"
    assert access_judgement.relation_of(clinician(elsewhere.code), str(patient), wanted=EVERY) == "other"
    assert access_judgement.relation_of(clinician(hospital.code), str(stranger), wanted=EVERY) == "other"
    assert access_judgement.relation_of(clinician(""), str(patient), wanted=EVERY) == "other"


def test_what_holds_for_one_record_holds_for_the_person() -> None:
    one, other = some_patients(2)
    by = citizen((one, "self"))
    word = access.give_consent(by=by, patient=str(other), decision="deny", text="x", text_version="1")
    audit.record(by=clinician("H1"), action="mpi.read", patient=str(other))
    assert (
        access_judgement.relation_of(by, str(other), wanted=EVERY) == "other"
        and access.standing_consents(str(one)) == []
    )
    linkage = mpi_linkage.merge(by=BY, one=one, other=other)
    assert access_judgement.relation_of(by, str(other), wanted=EVERY) == "self"
    assert [found.pk for found in access.standing_consents(str(one))] == [word.pk]
    seen = audit.about_patient(*(str(record) for record in mpi.records(one)))
    assert any(entry.patient == str(other) for entry in seen)
    mpi.unmerge(by=BY, linkage=linkage)
    assert (
        access_judgement.relation_of(by, str(other), wanted=EVERY) == "other"
        and access.standing_consents(str(one)) == []
    )
