"""Who works for a district sees the people who live there, and nobody from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from jinling.foundation.access import judgement as access_judgement
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.directory.models import District, Organization
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import people as mpi_people
from jinling.kernel.actor import Actor, system

pytestmark = pytest.mark.django_db
BY = system("t")


@pytest.fixture
def city():
    """Two districts with a community centre each, an institution without a district, a person in each district."""
    for code in ("320102", "320106"):
        district = District.objects.create(code=code, name=code, name_en=code)
        Organization.objects.create(
            code=f"C{code}", name=code, name_en=code, kind="community_health_centre", ownership="district",
            district=district, pinyin=code, search=code)  # fmt: skip
    Organization.objects.create(
        code="CITY", name="city", name_en="city", kind="authority", ownership="municipal", pinyin="c", search="c"
    )
    people = list(mpi.synthetic_people(2, 5, ["320102"]))
    ids = mpi.register_many(
        by=BY, people=[replace(people[0], district="320102"), replace(people[1], district="320106")]
    )
    return [str(key) for key in ids]


def worker(organization: str, role: str = "community_admin") -> Actor:
    return Actor(kind="account", id=str(uuid4()), role=role, purpose="PUBHLTH", organization=organization)


@pytest.mark.parametrize("place", ["C320102", "320102"])  # an institution, or a role held for the district itself
@pytest.mark.parametrize("role", ["community_admin", "mch_worker"])
def test_the_own_district_is_seen_and_no_other(city, place, role):
    near, far = city
    by = worker(place, role)
    assert access_judgement.relation_of(by, near, wanted=("own_area",)) == "own_area"
    assert access_judgement.relation_of(by, far, wanted=("own_area",)) == "other"


def test_it_opens_what_declares_it_and_only_for_roles_that_have_it(city):
    near, far = city
    access_judgement.ensure(worker("C320102"), "mpi.read", patient=near, relations=("own_area",))
    for by, patient in (
        (worker("C320102"), far),
        (worker("C320106"), near),
        (worker("C320102", "clinician"), near),
        (worker("C320102", "hospital_scheduler"), near),
    ):
        with pytest.raises(access_refusals.AccessDenied):
            access_judgement.ensure(by, "mpi.read", patient=patient, relations=("own_area",))


def test_who_moves_away_is_no_longer_seen(city):
    near, _far = city
    mpi_people.update_district(by=BY, patient=near, district="320106")
    assert access_judgement.relation_of(worker("C320102"), near, wanted=("own_area",)) == "other"
    assert access_judgement.relation_of(worker("C320106"), near, wanted=("own_area",)) == "own_area"


@pytest.mark.parametrize("place", ["", "CITY", "nowhere"])
def test_without_a_district_nobody_is_near(city, place):
    assert [access_judgement.relation_of(worker(place), patient, wanted=("own_area",)) for patient in city] == [
        "other"
    ] * 2


def test_people_without_a_district_live_in_nobodys(city):
    person = replace(next(iter(mpi.synthetic_people(1, 9, ["320102"]))), district="")
    patient = str(mpi.register(by=BY, person=person))
    assert access_judgement.relation_of(worker("CITY"), patient, wanted=("own_area",)) == "other"
    assert access_judgement.relation_of(worker("C320102"), patient, wanted=("own_area",)) == "other"
