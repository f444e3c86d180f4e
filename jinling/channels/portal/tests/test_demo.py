"""The demonstration's citizen can book at once, and loading again adds nobody."""

from __future__ import annotations

import pytest

from jinling.channels.portal import demo
from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi

pytestmark = pytest.mark.django_db


def test_the_citizen_has_checked_people_of_three_ages():
    assert demo.load(0.01, 7) == 3
    account = access.ensure_demo_citizen()
    people = mpi.related(str(account.pk))
    assert {person.relation for person in people} == {"self", "child", "parent"}
    assert all(person.verified for person in people)
    assert demo.load(0.01, 7) == 3
    assert [person.patient for person in mpi.related(str(account.pk))] == [person.patient for person in people]
