"""Where a Patient lives: the district's name, and its code beside it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from jinling.channels.fhirapi.tests.test_patient import BY, key_of
from jinling.foundation.directory.public import read_pack
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.templatetags.mpi import district_name
from jinling.foundation.terminology.usecases import load_terminology

pytestmark = pytest.mark.django_db


def test_a_district_is_named_with_its_code_beside_it() -> None:
    key = key_of("hospital_client")
    document = mpi.Identifier("passport", "E12345678")
    person = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", identifiers=(document,), district="321102"))

    def address() -> tuple[str, dict[str, str]]:
        response = Client().get(f"/fhir/Patient/{person}", headers={"Authorization": f"Bearer {key}"})
        place = json.loads(response.content)["address"][0]
        return place["district"], place["_district"]["extension"][0]["valueCoding"]

    assert address() == ("321102", {"system": "urn:jinling:district", "code": "321102", "display": "321102"})
    assert district_name("321102") == "321102"
    load_terminology(read_pack("nanjing").section("terminology"), None)
    name, coding = address()
    assert (name, coding["code"], coding["display"]) == ("京口区", "321102", "京口区")
    assert (coding["system"], coding["version"]) == ("urn:jinling:code-system:division", "2020")
    assert district_name("321102") == "京口区"
