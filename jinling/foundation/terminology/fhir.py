"""Code systems over FHIR R4: read, search by address and version, and ``$lookup`` as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from jinling.foundation.terminology import public as terminology, rights
from jinling.foundation.terminology.models import CodeSystem, CodeSystemVersion
from jinling.foundation.terminology.rules import CodeSystemUnknown, LookupInvalid, uri_of, written
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import FhirResource

OF_FHIR = "http://hl7.org/fhir/concept-properties#"
PROPERTIES = [
    {"code": "effectiveDate", "uri": f"{OF_FHIR}effectiveDate", "type": "dateTime"},
    {"code": "retirementDate", "uri": f"{OF_FHIR}retirementDate", "type": "dateTime"},
    {"code": "replacedBy", "type": "code"},
]


def _read(by: Actor, key: str) -> Mapping[str, Any] | None:
    """The version in force today under the system's code, every version under the code and its number."""
    return next((one for row in terminology.code_systems() for one in _resources(row) if one["id"] == key), None)


def _search(by: Actor, params: Mapping[str, Sequence[str]]) -> Iterable[Mapping[str, Any]]:
    wanted = {name: values[-1] for name, values in params.items()}
    try:
        rows = [terminology.code_system(wanted["url"])] if "url" in wanted else terminology.code_systems()
    except CodeSystemUnknown:
        return []
    return [
        one
        for row in rows
        for one in _resources(row)
        if ("version" not in wanted or written(one["version"]) == written(wanted["version"]))
        and ("code" not in wanted or any(concept["code"] == wanted["code"] for concept in one["concept"]))
    ]


def _resources(row: CodeSystem) -> Iterator[dict[str, Any]]:
    now = terminology.version_in_force(row)
    for place, version in enumerate(row.versions.all(), 1):
        yield _resource(row, version, row.code if version == now else f"{row.code}.{place}", active=version == now)


def _resource(row: CodeSystem, version: CodeSystemVersion, key: str, *, active: bool) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "CodeSystem",
        "id": key,
        "url": uri_of(row.code, row.oid, row.url),
        "version": version.version,
        "name": row.code,
        "title": row.name,
        "status": "active" if active else "retired",
    }
    if row.oid:
        resource["identifier"] = [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{row.oid}"}]
    if version.source:
        resource["copyright"] = version.source
    # The pack says how sure it is of what it lists, never that it lists all.
    resource |= {"content": "fragment", "property": PROPERTIES}
    resource["concept"] = [
        {
            "code": one.code,
            "display": one.display,
            **({"designation": [{"language": "en", "value": one.display_en}]} if one.display_en else {}),
            **({"property": said} if (said := _properties(one.from_on, one.until_on, one.replaced_by)) else {}),
        }
        for one in version.concepts.all()
    ]
    return resource


def _properties(from_on: date | None, until_on: date | None, replaced_by: Iterable[str]) -> list[dict[str, Any]]:
    return [
        *([{"code": "effectiveDate", "valueDateTime": from_on.isoformat()}] if from_on else []),
        *([{"code": "retirementDate", "valueDateTime": until_on.isoformat()}] if until_on else []),
        *({"code": "replacedBy", "valueCode": code} for code in replaced_by),
    ]


def _look_up(by: Actor, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """``CodeSystem/$lookup``: what a code is called in ``version``, or else on the day of ``date``; without either a
    retired one is refused."""
    given = _given(parameters)
    coding = given.get("coding")
    asked = {**(coding if isinstance(coding, Mapping) else {}), **given}
    system, code, day = str(asked.get("system") or ""), str(asked.get("code") or ""), str(asked.get("date") or "")
    if not (system and code):
        raise LookupInvalid(where="Parameters", mend="Give system and code, or a coding with both.")
    try:
        on = date.fromisoformat(day[:10]) if day else None
    except ValueError:
        raise LookupInvalid(where="date", mend="Write the date as YYYY-MM-DD.") from None
    row = terminology.code_system(system)
    spoken = str(asked.get("displayLanguage") or "")
    found = terminology.look_up(code, row.code, on=on, language=spoken, version=str(asked.get("version") or ""))
    said: list[dict[str, Any]] = [
        {"name": "name", "valueString": row.name},
        {"name": "version", "valueString": found.version},
        {"name": "display", "valueString": found.display if spoken else found.name},
    ]
    for one in _properties(found.from_on, found.until_on, found.replaced_by):
        value = next((key, text) for key, text in one.items() if key != "code")
        parts = [{"name": "code", "valueCode": one["code"]}, {"name": "value", value[0]: value[1]}]
        said.append({"name": "property", "part": parts})
    return {"resourceType": "Parameters", "parameter": said}


def _given(resource: Mapping[str, Any]) -> dict[str, Any]:
    listed = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        raise LookupInvalid(where="Parameters", mend="Send a Parameters resource with named parameters.")
    return {str(item.get("name")): value for item in listed for key, value in item.items() if key.startswith("value")}


RESOURCES = [
    FhirResource(
        type="CodeSystem",
        permission=rights.READ,
        read=_read,
        search=_search,
        parameters={"url": "uri", "version": "token", "code": "token"},
        operations={"lookup": _look_up},
        level=1,
    ),
]
