"""Two at once: the same person is entered once, an account's last place goes once, a pair is merged once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Link, Linkage, Patient, RelatedPerson
from jinling.foundation.mpi.rules import linkage as mpi_linkage_rules, people as mpi_people_rules
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("test")


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What each call gave, a refusal being given too; all start together."""
    results: list[object] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def work(place: int) -> None:
        try:
            start.wait()
            results[place] = calls[place]()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def a_person(number: str) -> mpi.NewPatient:
    return mpi.NewPatient(
        name="欧阳修远", birth_date=date(1990, 1, 1), identifiers=(mpi.Identifier("passport", number),)
    )


def test_the_same_people_are_entered_once():
    people = [a_person(f"E1234567{n}") for n in range(5)]
    found = at_once([lambda: mpi.find_or_register_many(by=BY, people=people)] * 6)
    assert all(result == found[0] for result in found)
    assert Patient.objects.count() == 5


def test_a_number_is_registered_once():
    results = at_once([lambda: mpi.register(by=BY, person=a_person("E12345678"))] * 6)
    assert sum(isinstance(result, mpi_people_rules.IdentifierTaken) for result in results) == 5
    assert Patient.objects.count() == 1


def test_an_accounts_last_place_goes_once(settings):
    settings.JINLING_PERSONS_PER_ACCOUNT = 1
    ids = [mpi.register(by=BY, person=a_person(f"E1234567{n}")) for n in range(4)]
    at_once([lambda key=key: mpi.relate(by=BY, account="a", patient=key, relation="child") for key in ids])
    assert RelatedPerson.objects.count() == 1


def test_merges_in_a_ring_never_close_it():
    ids = [mpi.register(by=BY, person=a_person(f"E1234567{n}")) for n in range(4)]
    ring = list(zip(ids, ids[1:] + ids[:1], strict=True))
    results = at_once(
        [lambda one=one, other=other: mpi_linkage.merge(by=BY, one=one, other=other) for one, other in ring]
    )
    assert sum(isinstance(result, mpi_linkage_rules.SamePerson) for result in results) == 1
    assert (Link.objects.count(), Linkage.objects.count()) == (3, 3)
    assert len(set(mpi.current(ids).values())) == 1
