"""The demonstration's citizen can book at once, and loading again adds nobody."""

from __future__ import annotations

import pytest

from jinling.channels.portal import demo
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.services.cards import public as cards

pytestmark = pytest.mark.django_db
BY = system("test")


def test_the_citizen_has_checked_people_of_three_ages():
    assert demo.load(0.01, 7) == 3
    account = access.ensure_demo_citizen()
    people = mpi.related(str(account.pk))
    assert {person.relation for person in people} == {"self", "child", "parent"}
    assert all(person.verified for person in people)
    assert demo.load(0.01, 7) == 3
    assert [person.patient for person in mpi.related(str(account.pk))] == [person.patient for person in people]


def test_the_family_has_cards_where_there_is_a_hospital():
    directory.register(
        by=BY, code="H9", name="Hospital 9", name_en="Hospital 9", kind="hospital", ownership="municipal"
    )
    demo.load(0.01, 7)
    people = {person.relation: person.patient for person in mpi.related(str(access.ensure_demo_citizen().pk))}
    held = {
        relation: [(card.kind, card.state) for card in cards.shown(by=BY, ids=cards.cards_of(patient))]
        for relation, patient in people.items()
    }
    assert held == {
        "self": [("medical", "active")],
        "child": [("child", "active")],
        "parent": [("citizen", "applied")],
    }
