"""A citizen's people: added by their document, checked by the mobile number, removed."""

from __future__ import annotations

from itertools import islice
from uuid import UUID

import pytest
from django.test import Client

from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi, queries as mpi_queries
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("tests")
MOBILE = "13912345678"


@pytest.fixture
def citizen() -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(
        access_citizens.open_account(by=BY, mobile=MOBILE), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def account() -> str:
    from jinling.foundation.access.models import Account

    return str(Account.objects.get().pk)


def someone(seed: int = 3) -> mpi.NewPatient:
    return next(iter(islice(mpi.synthetic_people(count=1, seed=seed, prefixes=["320102"]), 1)))


def posted(person: mpi.NewPatient, **more: str) -> dict[str, str]:
    number = next(item.value for item in person.identifiers if item.system == "resident_id")
    return {"form": "add", "name": person.name, "document": "resident_id", "number": number, "relation": "self", **more}


def registered(person: mpi.NewPatient, *, mobile: str) -> UUID:
    patient = mpi.register(by=BY, person=person)
    mpi.update_mobile(by=BY, patient=patient, mobile=mobile)
    return patient


def test_strangers_sign_in_first(client):
    assert client.get("/people/").status_code == 302


def test_whoever_the_hospital_knows_under_the_mobile_number_is_checked_at_once(citizen):
    patient = registered(someone(), mobile=MOBILE)
    response = citizen.post("/people/?next=/booking/", posted(someone()))
    assert response["Location"] == "/booking/"
    assert mpi_queries.may_act_for(account(), patient)
    text = citizen.get("/people/").content.decode()
    assert someone().name not in text and "Checked" in text


def test_another_mobile_number_leaves_the_relation_unchecked(citizen):
    patient = registered(someone(), mobile="13800001111")
    assert citizen.post("/people/?next=/booking/", posted(someone()))["Location"] == "/people/?next=/booking/"
    assert not mpi_queries.may_act_for(account(), patient)
    assert "Not checked yet" in citizen.get("/people/").content.decode()


def test_nobody_vouches_for_themselves_by_entering_a_person_twice(citizen):
    for _ in range(2):
        citizen.post("/people/", posted(someone()))
    (person,) = mpi.related(account())
    assert not person.verified and not mpi.facts([person.patient])[person.patient].real_name


@pytest.mark.parametrize("wrong", [{"number": "320102199003071231"}, {"name": ""}, {"relation": "friend"}])
def test_a_wrong_entry_is_told_and_nothing_is_kept(citizen, wrong):
    response = citizen.post("/people/", posted(someone(), **wrong))
    assert response.status_code == 422 and "There is a problem" in response.content.decode()
    assert mpi.related(account()) == []


def test_a_number_of_another_name_is_refused(citizen):
    registered(someone(), mobile=MOBILE)
    response = citizen.post("/people/", posted(someone(), name=someone(8).name))
    assert response.status_code == 422 and "could not be confirmed together" in response.content.decode()
    assert mpi.related(account()) == []


def test_removing_takes_only_ones_own(citizen):
    patient = registered(someone(), mobile=MOBILE)
    citizen.post("/people/", posted(someone()))
    citizen.post("/people/", {"form": "remove", "patient": "x"})
    assert len(mpi.related(account())) == 1
    citizen.post("/people/", {"form": "remove", "patient": str(patient)})
    assert mpi.related(account()) == []
