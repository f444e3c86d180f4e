"""Invented people: valid, distinct, and the same for the same seed."""

from __future__ import annotations

from datetime import date

from jinling.foundation.mpi.rules import people as rules
from jinling.foundation.mpi.synthetic import AS_OF, people

AREAS = {"320106": "320106", "320107": "320106", "320124": "320117"}


def test_the_same_seed_gives_the_same_people_whatever_the_count():
    first = list(people(300, 7, AREAS))
    assert first == list(people(500, 7, AREAS))[:300]
    assert first != list(people(300, 8, AREAS))


def test_people_are_valid_and_distinct():
    made = list(people(3000, 1, AREAS))
    numbers = {person.identifiers[0].value for person in made}
    assert len(numbers) == len(made)
    for person in made:
        assert rules.checked(person, today=AS_OF) == person
        assert person.district == AREAS[person.identifiers[0].value[:6]]
    assert {person.sex for person in made} == {"male", "female"}
    assert min(person.birth_date for person in made) < date(1935, 1, 1)


def test_names_are_as_varied_as_a_citys():
    made = [person.name for person in people(6000, 2, ["320106"])]
    assert any("\u00b7" in name for name in made)
    assert any(len(name) == 4 and "\u00b7" not in name for name in made)
    assert any(any(ord(character) > 0xFFFF for character in name) for name in made)
    assert len(set(made)) > 3000


def test_households_share_phones():
    made = list(people(600, 3, ["320106"]))
    assert 0.75 < len({person.mobile for person in made}) / len(made) < 0.92
    assert {person.district for person in made} == {""}
