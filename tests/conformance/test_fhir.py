"""What /fhir answers is R4: every answer is read by models made from the standard's own definitions."""

from __future__ import annotations

import importlib
import json
from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.codesystem import CodeSystem
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.parameters import Parameters
from fhir.resources.R4B.patient import Patient

from jinling.channels.fhirapi.pages import resources
from jinling.foundation.access import public as access
from jinling.foundation.directory.public import read_pack
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.foundation.terminology.usecases import load_terminology
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")
RESIDENT_ID = "urn:oid:2.16.156.10011.1.3"


@pytest.fixture
def asking() -> Client:
    key = access.add_client(by=BY, code="h", name="h", role="hospital_client", organization="H1")[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def person() -> UUID:
    numbers = (mpi.Identifier("resident_id", NUMBER), mpi.Identifier("hospital_card", "H1/00012345"))
    return mpi.register(
        by=BY, person=mpi.NewPatient(name="欧阳修远", identifiers=numbers, mobile="13812341234", district="320106")
    )


def read(model, response):
    return model.model_validate(json.loads(response.content))


def test_every_type_that_contexts_offer_is_one_of_r4():
    for name in resources():
        importlib.import_module(f"fhir.resources.R4B.{name.lower()}")


def test_the_capability_statement():
    found = read(CapabilityStatement, Client().get("/fhir/metadata"))
    assert found.rest[0].resource[0].type == "Patient"
    assert str(found.fhirVersion) == "4.0.1"


def test_patients_bundles_and_parameters(asking, person):
    other = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", birth_date=date(1990, 1, 1)))
    newborn = mpi.register(
        by=BY, person=mpi.NewPatient(name="", name_absent="newborn", mother=person, birth_date=date(2018, 5, 1))
    )
    mpi_linkage.merge(by=BY, one=person, other=other)
    for key in (person, other, newborn):
        assert read(Patient, asking.get(f"/fhir/Patient/{key}")).id == str(key)
    found = read(Bundle, asking.post("/fhir/Patient/_search", {"identifier": f"{RESIDENT_ID}|{NUMBER}"}))
    assert found.entry[0].resource.id == str(person)
    nobody = read(Bundle, asking.post("/fhir/Patient/_search", {"name": "王芳", "birthdate": "1990-01-01"}))
    assert (nobody.total, nobody.entry) == (0, None)
    asked = {"resourceType": "Patient", "identifier": [{"system": RESIDENT_ID, "value": NUMBER}]}
    body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": asked}]}
    matched = read(Bundle, post(asking, "match", body))
    assert matched.entry[0].search.score > 0.9
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "sourceIdentifier", "valueString": f"{RESIDENT_ID}|{NUMBER}"}],
    }
    assert len(read(Parameters, post(asking, "ihe-pix", body)).parameter) == 2


def test_code_systems_and_what_a_code_is_called(asking, person):
    load_terminology(read_pack("nanjing").section("terminology"), None)
    found = read(CodeSystem, asking.get("/fhir/CodeSystem/division"))
    retired = next(one for one in found.concept if one.code == "320123")
    assert [one.code for one in retired.property] == ["retirementDate", "replacedBy"]
    assert read(Bundle, asking.get("/fhir/CodeSystem")).total == 18
    asked = [
        {"name": "coding", "valueCoding": {"system": found.url, "code": "320123"}},
        {"name": "date", "valueDateTime": "1999-05-01"},
    ]
    body = {"resourceType": "Parameters", "parameter": asked}
    answer = post(asking, "lookup", body, of="CodeSystem")
    assert answer.status_code == 200, answer.content.decode()
    said = read(Parameters, answer)
    assert {one.name for one in said.parameter} == {"name", "version", "display", "property"}
    address = read(Patient, asking.get(f"/fhir/Patient/{person}")).address[0]
    assert address.district__ext.extension[0].valueCoding.code == "320106"


def post(asking: Client, name: str, body: object, *, of: str = "Patient"):
    return asking.post(f"/fhir/{of}/${name}", json.dumps(body), content_type="application/fhir+json")


def test_refusals(asking):
    for response in (
        asking.get("/fhir/Observation"),
        asking.get("/fhir/Patient"),
        asking.get("/fhir/Patient", {"name": "x"}),
        asking.get("/fhir/Patient/x"),
        asking.delete("/fhir/Patient"),
        asking.get("/fhir/Patient/x", {"_format": "xml"}),
        post(asking, "match", []),
        post(asking, "none-such", {}),
        Client().get("/fhir/Patient/x"),
    ):
        assert response.status_code >= 400
        assert read(OperationOutcome, response).issue[0].severity == "error"
