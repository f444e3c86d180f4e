"""FHIR Patient: read, search, match, cross-reference; who comes in and what is refused."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client

from jinling.channels.fhirapi import rules
from jinling.channels.fhirapi.pages import resources
from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.rules.fhir import GRADE, RENDERED, RESIDENT_ID
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")
JSON = "application/fhir+json"


def key_of(role: str) -> str:
    return access.add_client(by=BY, code=role, name=role, role=role, organization="H1")[1]


@pytest.fixture
def key() -> str:
    return key_of("hospital_client")


@pytest.fixture
def person() -> UUID:
    return mpi.register(
        by=BY,
        person=mpi.NewPatient(
            name="欧阳修远",
            identifiers=(mpi.Identifier("resident_id", NUMBER),),
            mobile="13812341234",
            district="320106",
        ),
    )


def get(path: str, key: str = "", **params: str):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = Client().get(f"/fhir/{path}", params, headers=headers)
    return response.status_code, json.loads(response.content)


def search(key: str, **params: str):
    response = Client().post("/fhir/Patient/_search", params, headers={"Authorization": f"Bearer {key}"})
    return response.status_code, json.loads(response.content)


def operate(key: str, name: str, body: object):
    raw = body if isinstance(body, str) else json.dumps(body)
    response = Client().post(
        f"/fhir/Patient/${name}", raw, content_type=JSON, headers={"Authorization": f"Bearer {key}"}
    )
    return response.status_code, json.loads(response.content)


def match(key: str, patient: object, **more: object):
    parameters = [{"name": "resource", "resource": patient}]
    parameters += [{"name": name, "valueInteger": value} for name, value in more.items()]
    return operate(key, "match", {"resourceType": "Parameters", "parameter": parameters})


def test_metadata_is_open_and_says_r4():
    status, body = get("metadata")
    assert (status, body["resourceType"], body["fhirVersion"]) == (200, "CapabilityStatement", "4.0.1")
    patient = next(item for item in body["rest"][0]["resource"] if item["type"] == "Patient")
    assert {item["name"] for item in patient["operation"]} == {"match", "ihe-pix"}
    assert {item["name"] for item in patient["searchParam"]} >= {"identifier", "birthdate"}


def test_a_patient_is_read_masked_and_the_look_is_audited(key, person):
    status, body = get(f"Patient/{person}", key)
    assert status == 200
    text = json.dumps(body, ensure_ascii=False)
    assert "欧阳" not in text
    assert NUMBER not in text
    assert "13812341234" not in text
    assert (body["gender"], body["birthDate"], body["active"]) == ("male", "1990-01-01", True)
    assert body["identifier"][0]["system"] == RESIDENT_ID
    extensions = {item["url"]: item for item in body["identifier"][0]["_value"]["extension"]}
    assert extensions[RENDERED]["valueString"] == "320106********" + NUMBER[-4:]
    assert audit.about_patient(str(person))[0].action == "mpi.read"


@pytest.mark.parametrize(
    "params",
    [
        {"identifier": f"{RESIDENT_ID}|{NUMBER}"},
        {"identifier": f"urn:jinling:identifier:household_register|{NUMBER}"},
        {"name": "歐陽修遠", "birthdate": "1990-01-01"},
        {"name": "ouyang xiuyuan", "birthdate": "eq1990-01-01"},
        {"phone": "13812341234", "birthdate": "1990-01-01", "gender": "male"},
        {"identifier": f"{RESIDENT_ID}|{NUMBER}", "name": "欧阳修远", "_count": "5"},
        {"identifier": f"{RESIDENT_ID}|{NUMBER[:6]}{NUMBER[8:17]}"},
        {"family": "欧阳", "given": "修远", "birthdate": "1990-01-01"},
        {"telecom": "phone|13812341234", "birthdate": "1990-01-01", "active": "true"},
    ],
)
def test_search_finds_the_person(key, person, params):
    status, body = search(key, **params)
    assert (status, body["type"], body["total"]) == (200, "searchset", 1)
    assert body["entry"][0]["resource"]["id"] == str(person)


@pytest.mark.parametrize(
    "params",
    [
        {"identifier": f"{RESIDENT_ID}|{NUMBER}", "birthdate": "1990-01-02"},
        {"identifier": f"{RESIDENT_ID}|{NUMBER}", "gender": "female"},
        {"identifier": f"{RESIDENT_ID}|{NUMBER}", "name": "王芳"},
        {"name": "王芳", "birthdate": "1990-01-01"},
        {"_id": str(uuid4())},
    ],
)
def test_all_parameters_must_hold(key, person, params):
    assert search(key, **params)[1]["total"] == 0


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 422, "too_little_known"),
        ({"name": "欧阳修远"}, 422, "too_little_known"),
        ({"gender": "male", "birthdate": "1990-01-01"}, 422, "too_little_known"),
        ({"identifier": "|" + NUMBER}, 422, "fhir_invalid"),
        ({"identifier": NUMBER}, 422, "fhir_invalid"),
        ({"identifier": "urn:x|1"}, 422, "fhir_invalid"),
        ({"identifier": f"{RESIDENT_ID}|1"}, 422, "identifier_invalid"),
        ({"birthdate": "1990", "name": "A"}, 422, "fhir_invalid"),
        ({"name": ""}, 422, "fhir_invalid"),
        ({"name": "A", "family": "B", "birthdate": "1990-01-01"}, 422, "fhir_invalid"),
        ({"given": "B", "birthdate": "1990-01-01"}, 422, "fhir_invalid"),
        ({"phone": "13812341234", "telecom": "13812341234", "birthdate": "1990-01-01"}, 422, "fhir_invalid"),
        ({"name": "A", "birthdate": "1990-01-01", "gender": "woman"}, 422, "fhir_invalid"),
        ({"name": "A", "birthdate": "1990-01-01", "active": "yes"}, 422, "fhir_invalid"),
        ({"name": "A", "birthdate": "ge1990-01-01"}, 422, "fhir_invalid"),
        ({"name:exact": "A", "birthdate": "1990-01-01"}, 400, "fhir_parameter_unknown"),
        ({"name": "A", "birthdate": "1990-01-01", "_count": "-1"}, 400, "fhir_count"),
        ({"name": "A", "birthdate": "1990-01-01", "_count": "many"}, 400, "fhir_count"),
        ({"_has": "x"}, 400, "fhir_parameter_unknown"),
    ],
)
def test_searches_that_are_refused(key, person, params, status, code):
    answered, body = search(key, **params)
    assert answered == status
    assert body["resourceType"] == "OperationOutcome"
    assert body["issue"][0]["details"]["coding"][0]["code"] == code
    assert NUMBER not in json.dumps(body)


def test_numbers_and_names_are_not_taken_in_addresses(key, person):
    status, body = get("Patient", key, identifier=f"{RESIDENT_ID}|{NUMBER}")
    assert (status, body["issue"][0]["details"]["coding"][0]["code"]) == (400, "fhir_not_in_addresses")
    assert get("Patient", key, _id=str(person))[1]["total"] == 1
    response = Client().post("/fhir/Patient/_search?name=x", {"name": "x"}, headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 400


def test_match_tells_how_sure_it_is(key, person):
    twin = mpi.register(
        by=BY,
        person=mpi.NewPatient(
            name="欧阳修运", birth_date=date(1990, 1, 1), sex="male", mobile="13812341234", district="320106"
        ),
    )
    asked = {
        "resourceType": "Patient",
        "identifier": [{"system": RESIDENT_ID, "value": NUMBER}],
        "name": [{"family": "欧阳", "given": ["修远"]}],
    }
    status, body = match(key, asked)
    assert (status, body["total"]) == (200, 1)
    entry = body["entry"][0]
    assert entry["fullUrl"] == f"http://testserver/fhir/Patient/{person}"
    assert entry["resource"]["id"] == str(person)
    assert entry["search"]["score"] == 1
    assert entry["search"]["extension"] == [{"url": GRADE, "valueCode": "certain"}]
    asked = {
        "resourceType": "Patient",
        "name": [{"text": "欧阳修远"}],
        "birthDate": "1990-01-01",
        "gender": "male",
        "telecom": [{"system": "phone", "value": "13812341234"}],
    }
    grades = {
        entry["resource"]["id"]: entry["search"]["extension"][0]["valueCode"] for entry in match(key, asked)[1]["entry"]
    }
    assert grades == {str(person): "probable", str(twin): "possible"}
    assert len(match(key, asked, count=1)[1]["entry"]) == 1
    parameters = [{"name": "resource", "resource": asked}, {"name": "onlyCertainMatches", "valueBoolean": True}]
    assert operate(key, "match", {"resourceType": "Parameters", "parameter": parameters})[1]["total"] == 0
    stranger = {"resourceType": "Patient", "name": [{"text": "王芳"}], "birthDate": "1970-01-01"}
    assert match(key, stranger)[1]["total"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "fhir_body_unreadable"),
        ("[]", "fhir_body_unreadable"),
        ("{", "fhir_body_unreadable"),
        ("[" * 50_000, "fhir_body_unreadable"),
        ({"resourceType": "Patient"}, "fhir_invalid"),
        ({"resourceType": "Parameters", "parameter": [1]}, "fhir_invalid"),
        ({"resourceType": "Parameters", "parameter": []}, "fhir_invalid"),
        (
            {
                "resourceType": "Parameters",
                "parameter": [{"name": "resource", "resource": {"resourceType": "Patient"}}],
            },
            "too_little_known",
        ),
        (
            {
                "resourceType": "Parameters",
                "parameter": [{"name": "resource", "resource": {"resourceType": "Patient", "name": "x"}}],
            },
            "fhir_invalid",
        ),
        ({"resourceType": "Parameters", "parameter": [{"name": "count", "valueInteger": 0}]}, "fhir_invalid"),
    ],
)
def test_matches_that_are_refused(key, body, code):
    status, answer = operate(key, "match", body)
    assert status in (400, 422)
    assert answer["issue"][0]["details"]["coding"][0]["code"] == code


def cross_reference(key: str, *parameters: tuple[str, object]):
    listed = [
        {"name": name, "valueIdentifier" if isinstance(value, dict) else "valueString": value}
        for name, value in parameters
    ]
    return operate(key, "ihe-pix", {"resourceType": "Parameters", "parameter": listed})


def test_cross_reference(key, person):
    own, other = "H1/00012345", "H2/00054321"
    for card in (own, other):
        mpi.add_identifier(by=BY, patient=person, identifier=mpi.Identifier("hospital_card", card))
    mpi.add_identifier(by=BY, patient=person, identifier=mpi.Identifier("passport", "E12345678"))
    source = ("sourceIdentifier", f"{RESIDENT_ID}|{NUMBER}")
    status, body = cross_reference(key, source)
    assert status == 200
    found = [item["valueIdentifier"] for item in body["parameter"] if item["name"] == "targetIdentifier"]
    assert [item["system"].rpartition(":")[2] for item in found] == ["passport", "hospital_card", "hospital_card"]
    # The asker's own card goes out in clear, whatever others gave out is masked.
    assert [item.get("value") for item in found] == [None, own, None]
    assert body["parameter"][-1]["valueReference"] == {"reference": f"Patient/{person}"}
    text = json.dumps(body)
    assert NUMBER not in text and "E12345678" not in text and other not in text
    assert audit.about_patient(str(person))[0].action == "mpi.read"
    cards = "urn:jinling:identifier:hospital_card"
    only = cross_reference(key, source, ("targetSystem", cards), ("targetSystem", RESIDENT_ID))[1]["parameter"]
    assert [item.get("valueIdentifier", {}).get("system") for item in only] == [cards, cards, None]
    # From a card of one's own to the person, the number given as an Identifier.
    status, body = cross_reference(key, ("sourceIdentifier", {"system": cards, "value": own}))
    assert (status, body["parameter"][-1]["valueReference"]["reference"]) == (200, f"Patient/{person}")
    systems = [item["valueIdentifier"]["system"] for item in body["parameter"][:-1]]
    assert systems == [RESIDENT_ID, "urn:jinling:identifier:passport", cards]


def test_a_cross_reference_reaches_the_numbers_of_merged_records(key, person):
    other = mpi.register(
        by=BY,
        person=mpi.NewPatient(name="欧阳修远", identifiers=(mpi.Identifier("hospital_card", "H1/00099999"),)),
    )
    merge = mpi_linkage.merge(by=BY, one=person, other=other)
    source = ("sourceIdentifier", "urn:jinling:identifier:hospital_card|H1/00099999")
    body = cross_reference(key, source)[1]
    assert body["parameter"][0]["valueIdentifier"]["system"] == RESIDENT_ID
    assert body["parameter"][-1]["valueReference"]["reference"] == f"Patient/{person}"
    assert {item["system"] for item in get(f"Patient/{person}", key)[1]["identifier"]} == {
        RESIDENT_ID,
        "urn:jinling:identifier:hospital_card",
    }
    mpi.unmerge(by=BY, linkage=merge)
    body = cross_reference(key, source)[1]
    assert [item["name"] for item in body["parameter"]] == ["targetId"]
    assert body["parameter"][-1]["valueReference"]["reference"] == f"Patient/{other}"


@pytest.mark.parametrize(
    ("parameters", "status", "code", "issue"),
    [
        ([], 422, "fhir_invalid", "processing"),
        ([("sourceIdentifier", "1")], 422, "fhir_invalid", "processing"),
        ([("sourceIdentifier", "a|1"), ("sourceIdentifier", "b|2")], 422, "fhir_invalid", "processing"),
        ([("sourceIdentifier", "urn:nobody|1")], 422, "fhir_invalid", "processing"),
        ([("sourceIdentifier", {"system": RESIDENT_ID})], 422, "fhir_invalid", "processing"),
        ([("sourceIdentifier", f"{RESIDENT_ID}|1")], 422, "identifier_invalid", "processing"),
        (
            [("sourceIdentifier", "urn:jinling:identifier:passport|E99999999")],
            404,
            "fhir_source_unknown",
            "not-found",
        ),
        (
            [("sourceIdentifier", f"{RESIDENT_ID}|{NUMBER}"), ("targetSystem", "urn:nobody")],
            403,
            "fhir_target_unknown",
            "forbidden",
        ),
    ],
)
def test_cross_references_that_are_refused(key, person, parameters, status, code, issue):
    answered, body = cross_reference(key, *parameters)
    assert (answered, body["resourceType"]) == (status, "OperationOutcome")
    assert body["issue"][0]["details"]["coding"][0]["code"] == code
    assert body["issue"][0]["code"] == issue
    assert NUMBER not in json.dumps(body)


def test_merged_records_point_at_each_other(key, person):
    other = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", birth_date=date(1990, 1, 1)))
    mpi_linkage.merge(by=BY, one=person, other=other)
    absorbed = get(f"Patient/{other}", key)[1]
    assert absorbed["active"] is False
    assert absorbed["link"] == [{"other": {"reference": f"Patient/{person}"}, "type": "replaced-by"}]
    assert get(f"Patient/{person}", key)[1]["link"] == [
        {"other": {"reference": f"Patient/{other}"}, "type": "replaces"}
    ]


def test_pages_are_as_long_as_asked(key, person):
    for number in ("E12345671", "E12345672"):
        mpi.register(
            by=BY,
            person=mpi.NewPatient(
                name="欧阳修远", birth_date=date(1990, 1, 1), identifiers=(mpi.Identifier("passport", number),)
            ),
        )
    asked = {"name": "欧阳修远", "birthdate": "1990-01-01"}
    assert [len(search(key, **asked, _count=most)[1].get("entry", [])) for most in ("0", "2", "9")] == [0, 2, 3]
    body = search(key, **asked, _count="2")[1]
    assert (body["total"], body["link"][0]["url"].rpartition("/")[2]) == (3, "Patient")


@pytest.mark.parametrize("asked", [{"_format": "xml"}, {"_format": "application/fhir+xml"}])
def test_other_formats_are_refused(key, person, asked):
    status, body = get(f"Patient/{person}", key, **asked)
    assert (status, body["issue"][0]["code"]) == (406, "not-supported")
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/fhir+xml"}
    assert Client().get(f"/fhir/Patient/{person}", headers=headers).status_code == 406
    assert get(f"Patient/{person}", key, _format="json")[0] == 200


@pytest.mark.parametrize("path", ["Observation", "Observation/1", "none/such/place", "Patient/1/2"])
def test_what_is_not_there_is_said_in_fhir(path):
    status, body = get(path)
    assert (status, body["resourceType"], body["issue"][0]["code"]) == (404, "OperationOutcome", "not-found")
    assert "Patient" in body["issue"][0]["details"]["text"]
    assert Client().post(f"/fhir/{path}", "{}", content_type=JSON).status_code == 404


def test_who_comes_in(person):
    assert get(f"Patient/{person}")[0] == 401
    assert get(f"Patient/{person}", "jl_wrong")[0] == 401
    assert get(f"Patient/{person}", key_of("partner"))[0] == 403


def test_addresses_that_are_not_there(key):
    for answer, code in (
        (get(f"Patient/{uuid4()}", key), "fhir_resource_unknown"),
        (get("Patient/none-such", key), "fhir_resource_unknown"),
        (operate(key, "everything", {}), "fhir_operation_unknown"),
    ):
        details = answer[1]["issue"][0]["details"]
        assert (answer[0], details["coding"][0]["code"]) == (404, code)
        assert "Patient" in details["text"]
    assert "$match" in details["text"]
    assert Client().delete(f"/fhir/Patient/{uuid4()}", headers={"Authorization": f"Bearer {key}"}).status_code == 405


def test_every_resource_declares_what_it_takes():
    for item in resources().values():
        assert item.identifying <= set(item.parameters)
        assert item.permission
    with pytest.raises(rules.ParameterUnknown):
        rules.check_parameters(resources()["Patient"], {"x": ["1"]}, in_address=False)
