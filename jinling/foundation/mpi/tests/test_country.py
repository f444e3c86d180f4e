"""A city of another country: its documents, mobiles and names, from what the pack says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from jinling.config.observing.logs import HIDDEN, hidden
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import PUERTO_ALBA, Spoil, swap
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.documents import country, label
from jinling.kernel.actor import system
from jinling.kernel.countries import country_of
from jinling.kernel.identifiers import IdentifierInvalid, mask

BY = system("tests")
NUMBER = "12345678Z"
COUNTRY = "country.yaml"


@pytest.fixture
def elsewhere(settings: Any, db: None) -> Iterator[None]:
    """Puerto Alba, loaded."""
    settings.JINLING_CITY, settings.TIME_ZONE = str(PUERTO_ALBA), "America/Santiago"
    settings.JINLING_COUNTRY = country_of(directory.read_pack(PUERTO_ALBA).section("country"))
    directory.load_pack(by=BY)
    yield


FAULTS: list[tuple[str, Spoil, str]] = [
    ("no resident's document", swap(COUNTRY, "resident_id:", "military_id:"), "no_resident_id"),
    ("a rule of letters for digits", swap(COUNTRY, "##.###.###-@", "##.###.###-#"), "check_unfit"),
    ("a rule of digits for letters", swap(COUNTRY, "[X#######@, Y", "['@#######@', Y"), "check_unfit"),
    ("too few numbers", swap(COUNTRY, "##.###.###-@", "##-@"), "too_few_numbers"),
    ("no name", swap(COUNTRY, "Ibáñez", "R2D2"), "bad_name"),
    ("a rule that nobody knows", swap(COUNTRY, "check: luhn", "check: lunh"), "choice_unknown"),
    ("a form with signs", swap(COUNTRY, "X#######@,", "'X+++++++',"), "bad_form"),
    ("a calling code with a plus", swap(COUNTRY, '"999"', '"+999"'), "bad_form"),
    ("a country in words", swap(COUNTRY, "code: XV", "code: Vinland"), "bad_form"),
    ("few names", swap(COUNTRY, "María José, Begoña, Inés, Rocío, ", ""), "bad_value"),
]


@pytest.mark.parametrize(("spoil", "code"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_found(tmp_path: Path, spoil: Spoil, code: str) -> None:
    folder = Path(shutil.copytree(PUERTO_ALBA, tmp_path / "pack"))
    spoil(folder)
    with translation.override("en"):
        found = check_pack(directory.read_pack(folder))
    assert (COUNTRY, code) in {(problem.file, problem.code) for problem in found}
    assert all(problem.what and problem.remedy and problem.line for problem in found)


def test_a_city_elsewhere_without_a_country_is_remarked_on(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PUERTO_ALBA, tmp_path / "pack"))
    (folder / COUNTRY).unlink()
    pack = directory.read_pack(folder)
    assert check_pack(pack) == []
    assert "no_country" in {problem.code for problem in directory.examine(pack)}


@pytest.mark.usefixtures("elsewhere")
def test_its_people_are_registered_found_and_masked() -> None:
    person = mpi.NewPatient(
        name="Inés Peña", identifiers=(mpi.Identifier("resident_id", "12.345.678-z"),), mobile="+999 612 345 678"
    )
    patient = mpi.register(by=BY, person=person)
    assert mpi.find(system="resident_id", value=NUMBER) == patient
    assert mpi.find_by_mobile("612 345 678") == [patient]
    shown = mpi.shown(by=BY, ids=[patient])[patient]
    assert (shown.identifier_system, shown.identifier, shown.mobile) == ("resident_id", mask(NUMBER), mask("612345678"))
    assert mpi.find_by_name(name="ines pena") == [patient]  # by sound: without accents
    for broken in ("12345678A", "320106199001011235"):
        with pytest.raises(IdentifierInvalid):
            mpi.register(by=BY, person=mpi.NewPatient(name="A B", identifiers=(mpi.Identifier("resident_id", broken),)))


@pytest.mark.usefixtures("elsewhere")
def test_invented_people_are_its_own_and_the_same_for_a_seed() -> None:
    first, again = (list(mpi.synthetic_people(300, 7, mpi.areas())) for _ in range(2))
    assert first == again and len({person.identifiers for person in first}) == 300
    assert {person.district for person in first} == {"CASCO", "MUELLE", "PENON"}
    assert len(mpi.find_or_register_many(by=BY, people=first)) == 300
    assert all(len(person.name.split()) >= 3 and person.birth_date < date(2018, 6, 1) for person in first)
    assert list(mpi.areas(0, 9)) == ["CASCO", "PENON"]
    population = mpi.Population(BY)
    assert country().documents["resident_id"].fits(population.person(0).identifiers[0].value)


@pytest.mark.usefixtures("elsewhere")
def test_its_documents_are_offered_under_its_names() -> None:
    with translation.override("en"):
        offered = mpi.document_labels(
            {"resident_id": "Identity card", "taiwan_permit": "Permit", "passport": "Passport"}
        )
        assert offered == [("resident_id", "Identity document"), ("passport", "Passport")]
    with translation.override("zh-hans"):
        assert label("resident_id", "") == "Documento de identidad"


@pytest.mark.usefixtures("elsewhere")
def test_fhir_gives_them_the_countrys_system() -> None:
    patient = mpi.register(
        by=BY,
        person=mpi.NewPatient(name="Inés Peña", district="CASCO", identifiers=(mpi.Identifier("resident_id", NUMBER),)),
    )
    key = access.add_client(by=BY, code="h", name="h", role="hospital_client", organization="HNJ")[1]
    client = Client(headers={"Authorization": f"Bearer {key}"})
    found = client.get(f"/fhir/Patient/{patient}").json()
    assert found["identifier"][0]["system"] == "urn:oid:2.999.4711.1"
    [address] = found["address"]
    assert (address["use"], address["district"], address["country"]) == ("home", "Casco Antiguo", "XV")
    assert address["_district"]["extension"][0]["valueCoding"]["code"] == "CASCO"
    searched = client.post("/fhir/Patient/_search", {"identifier": f"urn:oid:2.999.4711.1|{NUMBER}"})
    assert [entry["resource"]["id"] for entry in searched.json()["entry"]] == [str(patient)]


@pytest.mark.usefixtures("elsewhere")
def test_its_numbers_stand_in_no_log() -> None:
    assert hidden("12.345.678-Z of 612 345 678") == f"{HIDDEN} of {HIDDEN}"
    assert hidden("hospital 12") == "hospital 12" and timezone.localdate() is not None


def test_chinas_people_stay_who_they_are() -> None:
    (person,) = islice(mpi.synthetic_people(1, 20180501, ["320102"]), 1)
    assert person.identifiers[0].value.startswith("320102") and person.mobile.isdigit()
