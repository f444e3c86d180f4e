"""A person entered twice: bookings, cards, consents and the audit are one person's after the merge, and come apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jinling.foundation.access import judgement as access_judgement, public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.actor import Actor
from jinling.services.cards import public as cards
from jinling.services.cards.rules import life as cards_life_rules
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment, Suspension
from jinling.services.scheduling.testing import BY, CLIENT, Hospital, a_hospital, a_session, some_patients

pytestmark = pytest.mark.django_db
CLERK = Actor(kind="account", id="clerk", role="identity_clerk")


@pytest.fixture
def hospital() -> Hospital:
    return a_hospital()


@pytest.fixture
def person() -> UUID:
    return some_patients(1)[0]


@pytest.fixture
def again(person: UUID) -> UUID:
    """The same person as another desk wrote them, without a number."""
    shown = mpi.shown(by=BY, ids=[person], masked=False)[person]
    return mpi.register(
        by=BY,
        person=mpi.NewPatient(name=shown.name, birth_date=shown.birth_date, real_name_verified=True),
    )


@pytest.fixture
def citizen(person: UUID) -> Any:
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    mpi.relate(by=BY, account=str(account.pk), patient=person, relation="self", verified=True)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def book(session: int, patient: UUID) -> UUID:
    return scheduling.book(
        by=CLIENT, request=scheduling.BookingRequest(session=session, patient=patient, route="app")
    ).id


def seen(citizen: Any, *, card: UUID, appointment: UUID, patient: UUID) -> dict[str, bool]:
    """What the person sees as their own on their pages."""
    own = [cards.cards_of(patient), citizen.get(reverse("cards:own")).content.decode()]
    return {
        "appointment": str(appointment) in citizen.get(reverse("scheduling:appointments")).content.decode(),
        "appointment page": citizen.get(reverse("scheduling:appointment", args=[appointment])).status_code == 200,
        "card": card in own[0] and str(card) in own[1],
        "consent": any(word.text_version == "merge" for word in access.standing_consents(str(patient))),
        "audit": "mpi.compare" in {entry.action for entry in _about(patient)},
    }


def _about(patient: UUID) -> list[audit.Entry]:
    return list(audit.about_patient(*(str(key) for key in mpi.records(patient)), limit=500))


def _why_not(by: Actor, patient: UUID) -> str:
    """Why a doctor may not look at a record; empty when they may."""
    return access_judgement.judge(by, "mpi.read", patient=str(patient), relations=("treating",)).reason


def test_facts_follow_a_merge_and_go_back(hospital, person, again, citizen, settings):
    settings.JINLING_SECOND_FACTOR = "optional"
    appointment = book(a_session(hospital), again)
    card = cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(again))
    access.give_consent(by=BY, patient=str(again), decision="deny", text="no", text_version="merge")
    pair = mpi_linkage.suggest(
        by=CLERK, one=person, other=again, reason="same face"
    )  # both records are compared: an entry each
    before = {
        "appointment": Appointment.objects.values().get(pk=appointment),
        "entries": len(audit.about_patient(str(again), limit=500)),
    }
    asked = {"card": card, "appointment": appointment, "patient": person}
    apart = {"appointment": False, "appointment page": False, "card": False, "consent": False, "audit": True}
    assert seen(citizen, **asked) == apart
    doctor = Actor(kind="account", id="doctor", role="clinician", purpose="TREAT", organization=hospital.code)
    assert (_why_not(doctor, again), _why_not(doctor, person)) == ("consent", "relation")

    merge = mpi.decide(by=CLERK, match=pair, one_person=True, reason="documents seen")
    assert merge is not None
    assert mpi.current([person, again]) == {person: person, again: person}
    assert seen(citizen, **asked) == dict.fromkeys(apart, True)
    # The booking makes the person the doctor's patient, and the word spoken under one record holds for them.
    assert _why_not(doctor, person) == "consent"
    # Nothing was rewritten: the facts still name the record that they came with.
    assert Appointment.objects.values().get(pk=appointment) == before["appointment"]
    merged = [entry.action for entry in _about(person)]
    assert merged.count("mpi.merge") == 2
    assert len(audit.about_patient(str(again), limit=500)) > before["entries"]

    mpi.unmerge(by=CLERK, linkage=merge, reason="two people after all")
    assert seen(citizen, **asked) == apart
    assert Appointment.objects.values().get(pk=appointment) == before["appointment"]
    assert (_why_not(doctor, again), _why_not(doctor, person)) == ("consent", "relation")
    for record in (person, again):
        assert audit.about_patient(str(record))[0].action in ("mpi.unmerge", "mpi.read", "scheduling.read")
        assert {"mpi.merge", "mpi.unmerge"} <= {e.action for e in audit.about_patient(str(record), limit=500)}


def test_limits_and_suspensions_count_by_person(hospital, person, again):
    session = a_session(hospital)
    book(session, again)
    merge = mpi_linkage.merge(by=CLERK, one=person, other=again, reason="documents seen")
    with pytest.raises(scheduling.refusals.AlreadyBooked):
        book(session, person)
    later = a_session(hospital, in_days=5)
    now = timezone.now()
    Suspension.objects.create(
        patient_id=again, kind="noshow", events=3, starts_at=now, ends_at=now + timedelta(days=30)
    )
    before = Appointment.objects.count()
    with pytest.raises(scheduling.refusals.Suspended):
        book(later, person)
    assert Appointment.objects.count() == before
    mpi.unmerge(by=CLERK, linkage=merge, reason="two people after all")
    book(session, person)
    book(later, person)
    with pytest.raises(scheduling.refusals.Suspended):
        book(later, again)


def test_a_merged_person_holds_one_card_of_a_kind(hospital, person, again):
    card = cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(again))
    merge = mpi_linkage.merge(by=CLERK, one=person, other=again, reason="documents seen")
    with pytest.raises(cards_life_rules.HoldsOne):
        cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(person))
    with pytest.raises(cards_life_rules.HoldsOne):
        cards.apply(by=BY, issuer=hospital.id, card=cards.NewCard(person))
    text, _code = cards.present(by=BY, card=card)
    assert cards.scan(by=BY, text=text).patient == person  # the gate learns the person, not a record
    mpi.unmerge(by=CLERK, linkage=merge, reason="two people after all")
    text, _code = cards.present(by=BY, card=card)
    assert cards.scan(by=BY, text=text).patient == again
    cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(person))
    assert len(cards.cards_of(person)) == len(cards.cards_of(again)) == 1
