"""Code systems over FHIR: what a program reads, searches and looks up, and who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from jinling.foundation.access import public as access
from jinling.foundation.terminology.tests.test_terminology import DATA, PACK, later
from jinling.foundation.terminology.usecases import load_terminology
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def key() -> str:
    load_terminology(DATA, PACK)
    load_terminology(later(version="2024", from_on="2024-04-01", concepts={"1": "男性"}), PACK)
    return access.add_client(by=system("test"), code="c", name="c", role="hospital_client", organization="H1")[1]


def get(path: str, key: str, **params: str) -> Answer:
    response = Client().get(f"/fhir/CodeSystem{path}", params, headers={"Authorization": f"Bearer {key}"})
    return response.status_code, json.loads(response.content)


def look_up(key: str, **values: Any) -> Answer:
    parameters = [{"name": name, "valueString": value} for name, value in values.items()]
    response = Client().post(
        "/fhir/CodeSystem/$lookup",
        json.dumps({"resourceType": "Parameters", "parameter": parameters}),
        content_type="application/fhir+json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return response.status_code, json.loads(response.content)


def test_a_system_is_read_in_the_version_of_today_and_in_every_other(key: str) -> None:
    status, now = get("/sex", key)
    assert (status, now["version"], now["status"], now["url"]) == (200, "2024", "active", "urn:oid:2.16.1")
    assert now["concept"] == [{"code": "1", "display": "男性"}]
    then = get("/sex.1", key)[1]
    assert (then["version"], then["status"]) == ("2003", "retired")
    assert then["concept"][0] == {"code": "1", "display": "男", "designation": [{"language": "en", "value": "Male"}]}
    assert get("/sex.2", key)[0] == get("/none", key)[0] == 404


def test_a_search_takes_address_version_and_code(key: str) -> None:
    assert get("", key)[1]["total"] == 3
    for params, total in (
        ({"url": "GB/T 2261.1"}, 2),
        ({"url": "urn:oid:2.16.1", "version": "2003"}, 1),
        ({"code": "116"}, 1),
        ({"url": "urn:none"}, 0),
    ):
        assert get("", key, **params)[1]["total"] == total
    retired = get("", key, code="123")[1]["entry"][0]["resource"]["concept"][1]
    assert retired["property"] == [
        {"code": "retirementDate", "valueDateTime": "2002-12-31"},
        {"code": "replacedBy", "valueCode": "116"},
    ]


def test_a_code_is_looked_up_as_of_a_day(key: str) -> None:
    status, body = look_up(key, system="urn:oid:2.16.1", code="1", date="2020-01-01", displayLanguage="en")
    said = {item["name"]: item.get("valueString") for item in body["parameter"]}
    assert (status, said["display"], said["version"]) == (200, "Male", "2003")
    status, body = look_up(key, coding={"system": "area", "code": "123"}, date="1999-05-01T12:00:00+08:00")
    assert status == 200
    assert body["parameter"][-1] == {
        "name": "property",
        "part": [{"name": "code", "valueCode": "replacedBy"}, {"name": "value", "valueCode": "116"}],
    }


def test_a_code_is_looked_up_in_the_version_that_is_asked_for(key: str) -> None:
    for asked, display in (
        ({"system": "sex", "code": "1", "version": "2003"}, "男"),
        ({"system": "sex", "code": "1", "version": "2024", "date": "2020-01-01"}, "男性"),
        ({"coding": {"system": "sex", "code": "1", "version": "2003"}}, "男"),
        ({"system": "sex", "code": "1"}, "男性"),
        ({"system": "area", "code": "123", "version": "2020"}, "六合县"),  # there as retired, which its properties say
    ):
        status, body = look_up(key, **asked)
        assert (status, body["parameter"][2]["valueString"]) == (200, display)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"system": "area", "code": "123"}, 404, "code_not_in_force"),
        ({"system": "area", "code": "7"}, 404, "code_unknown"),
        ({"system": "none", "code": "7"}, 404, "code_system_unknown"),
        ({"system": "sex", "code": "1", "version": "1980"}, 404, "version_unknown"),
        ({"system": "sex", "code": "2", "version": "2024"}, 404, "code_unknown"),
        ({"system": "area", "code": "123", "version": "2020", "date": "2020-01-01"}, 404, "code_not_in_force"),
        ({"system": "area"}, 422, "lookup_invalid"),
        ({"system": "area", "code": "116", "date": "then"}, 422, "lookup_invalid"),
    ],
)
def test_what_is_not_there_is_refused_in_words(key: str, asked: dict[str, str], status: int, code: str) -> None:
    answered, body = look_up(key, **asked)
    assert (answered, body["issue"][0]["details"]["coding"][0]["code"]) == (status, code)


def test_only_programs_with_a_key_come_in() -> None:
    assert get("/sex", "no")[0] == 401
