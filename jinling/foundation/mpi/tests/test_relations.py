"""Relations that wait for a look at documents; pairs that a desk suggests; the demonstration's pairs."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import demo, public as mpi, queries as mpi_queries
from jinling.foundation.mpi.models import Match, RelatedPerson
from jinling.foundation.mpi.rules import linkage as mpi_linkage_rules, people as mpi_people_rules
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")


@pytest.fixture
def person() -> UUID:
    return mpi.register(
        by=BY, person=mpi.NewPatient(name="欧阳修远", identifiers=(mpi.Identifier("resident_id", NUMBER),))
    )


@pytest.fixture
def waiting(person) -> RelatedPerson:
    mpi.relate(by=BY, account="a", patient=person, relation="parent")
    return RelatedPerson.objects.get()


def test_a_relation_holds_or_is_removed(waiting, person):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(mpi_people_rules.RelationOver):
        mpi.judge_relation(by=BY, relation=waiting.pk, holds=True, expires_on=date(2018, 5, 1))
    assert not mpi_queries.may_act_for("a", person)
    mpi.judge_relation(by=BY, relation=waiting.pk, holds=True, expires_on=tomorrow)
    assert mpi_queries.may_act_for("a", person)
    assert not mpi_queries.may_act_for("a", person, on=tomorrow + timedelta(days=1))
    with pytest.raises(mpi_people_rules.RelationUnknown):
        mpi.judge_relation(by=BY, relation=waiting.pk, holds=False)
    mpi.relate(by=BY, account="b", patient=person, relation="child")
    mpi.judge_relation(by=BY, relation=RelatedPerson.objects.get(account="b").pk, holds=False)
    assert mpi.related("b") == []
    assert [e.action for e in audit.about_patient(str(person))][:1] == ["mpi.relation_refused"]


def test_the_page_finds_by_document_and_judges(waiting, person, settings):
    settings.JINLING_SECOND_FACTOR = "optional"
    account = access.add_account(by=BY, username="clerk", password="a long enough pass phrase 9", roles=["card_clerk"])
    clerk = Client(HTTP_ACCEPT_LANGUAGE="en")
    clerk.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert "欧*" in clerk.get(reverse("mpi:relations")).content.decode()
    found = clerk.post(reverse("mpi:relations"), {"number": NUMBER}).content.decode()
    assert "欧*" in found
    assert NUMBER not in found
    assert clerk.post(reverse("mpi:relations"), {"number": "1"}).status_code == 422
    other = "32010619900101124" + resident_check_digit("32010619900101124")
    assert "No relation waits." in clerk.post(reverse("mpi:relations"), {"number": other}).content.decode()
    place = reverse("mpi:judge_relation", args=[waiting.pk])
    clerk.post(place, {"verdict": "holds", "expires_on": "soon"})
    assert not mpi_queries.may_act_for("a", person)
    clerk.post(place, {"verdict": "holds", "expires_on": ""})
    assert mpi_queries.may_act_for("a", person)
    assert "no such relation" in clerk.post(place, {"verdict": "not"}, follow=True).content.decode()
    assert Client().get(reverse("mpi:relations")).status_code == 302


def test_a_desk_suggests_a_pair(person):
    other = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", birth_date=date(1990, 1, 1)))
    with pytest.raises(mpi_linkage_rules.ReasonMissing):
        mpi_linkage.suggest(by=BY, one=person, other=other, reason=" ")
    with pytest.raises(mpi_people_rules.PatientUnknown):
        mpi_linkage.suggest(by=BY, one=person, other=uuid4(), reason="r")
    assert Match.objects.count() == 0
    pair = mpi_linkage.suggest(by=BY, one=person, other=other, reason="same face")
    assert mpi_linkage.suggest(by=BY, one=other, other=person, reason="again") == pair
    assert Match.objects.get().weight > 0
    mpi.decide(by=BY, match=pair, one_person=True, reason="documents")
    with pytest.raises(mpi_linkage_rules.SamePerson):
        mpi_linkage.suggest(by=BY, one=person, other=other, reason="r")


def test_a_judged_pair_is_not_suggested_again(person):
    other = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", birth_date=date(1990, 1, 1)))
    mpi.decide(
        by=BY, match=mpi_linkage.suggest(by=BY, one=person, other=other, reason="r"), one_person=False, reason="twins"
    )
    with pytest.raises(mpi_linkage_rules.AlreadyDecided):
        mpi_linkage.suggest(by=BY, one=person, other=other, reason="r")


def test_the_demonstration_has_pairs_to_judge():
    assert demo.load(0.01, 2018) == demo.PAIRS
    assert Match.objects.filter(state="open").count() == demo.PAIRS
    assert demo.load(0.01, 2018) == demo.PAIRS
    assert Match.objects.count() == demo.PAIRS
