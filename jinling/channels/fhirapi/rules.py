"""FHIR's envelopes over plain values: capability statement, bundles, outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jinling.kernel.outcomes import Invalid, NotFound, Refused
from jinling.kernel.sockets import FhirResource

VERSION = "4.0.1"
# FHIR's issue types by HTTP status.
ISSUES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    422: "processing",
    429: "throttled",
}
IN_BODY = "Names a person: taken by POST to _search only."
JSON_KINDS = frozenset({"application/fhir+json", "application/json", "json", "text/json", "*/*", "application/*"})
PAGING = frozenset({"_count", "_format"})
TYPE = re.compile(r"[A-Z][A-Za-z]+")
# FHIR's types of search parameters (http://hl7.org/fhir/R4/valueset-search-param-type.html).
SEARCHED_BY = frozenset({"number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"})


def faults_of(resource: FhirResource) -> Iterator[str]:
    """What of a resource FHIR does not know."""
    if not TYPE.fullmatch(resource.type):
        yield f"{resource.type} is no type of FHIR"
    for name, kind in resource.parameters.items():
        if kind not in SEARCHED_BY:
            yield f"{resource.type}: the search parameter {name} is of the type {kind}, which FHIR does not know"
    if strange := resource.identifying - set(resource.parameters):
        yield f"{resource.type}: {', '.join(sorted(strange))} would identify people, and is no search parameter"


class ResourceUnknown(NotFound):
    """Nothing stands under that id, or nothing that the caller may see."""

    code = "fhir_resource_unknown"
    text = "There is no %(type)s of this id."
    mend = "Search for it: the answer's entries carry their ids."


class OperationUnknown(NotFound):
    """An operation that the resource type does not have."""

    code = "fhir_operation_unknown"
    text = "%(type)s has no operation of this name."
    mend = "Use one of: %(known)s; see metadata."


class ParameterUnknown(Invalid):
    """A search parameter that the server does not have."""

    code = "fhir_parameter_unknown"
    status = 400
    text = "The server has no search parameter of this name."
    mend = "Use one of: %(known)s."


class NotInAddresses(Invalid):
    """A parameter that names a person, in an address."""

    code = "fhir_not_in_addresses"
    status = 400
    text = "Parameters that name a person are not taken in addresses."
    mend = "Send the search as POST to %(type)s/_search, parameters in the body."


class CountInvalid(Invalid):
    """A page size that is no number."""

    code = "fhir_count"
    status = 400
    text = "_count is a whole number from 0."
    mend = "Leave _count out, or send a number."


class FormatRefused(Refused):
    """Another format than JSON was asked for."""

    code = "fhir_format"
    status = 406
    text = "The server speaks FHIR in JSON only."
    mend = "Ask for application/fhir+json."


class BodyUnreadable(Invalid):
    """A body that is no FHIR JSON."""

    code = "fhir_body_unreadable"
    status = 400
    text = "The body is not a FHIR resource in JSON."
    mend = "Send application/fhir+json, UTF-8."


class MethodRefused(Refused):
    """Another HTTP method than the address takes."""

    code = "fhir_method"
    status = 405
    text = "This address does not take this HTTP method."


def check_parameters(resource: FhirResource, params: Mapping[str, Sequence[str]], *, in_address: bool) -> None:
    """Refuse unknown parameters, and identifying ones in an address.

    Raises:
        ParameterUnknown, NotInAddresses: the first at fault.
    """
    for name in params:
        if name not in resource.parameters and name not in PAGING:
            raise ParameterUnknown(where=name, known=", ".join(sorted([*resource.parameters, *PAGING])))
        if in_address and name in resource.identifying:
            raise NotInAddresses(where=name, type=resource.type)


def outcome(*, status: int, code: str, text: str, where: str = "") -> dict[str, Any]:
    """An OperationOutcome with one error."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": ISSUES.get(status, "exception"),
        "details": {"coding": [{"system": "urn:jinling:problem", "code": code}], "text": text},
    }
    if where:
        issue["expression"] = [where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def accepts_json(asked: str) -> bool:
    """Whether what a client asks for (``_format`` or Accept) can be answered with JSON."""
    kinds = [part.partition(";")[0].strip().lower() for part in asked.split(",") if part.strip()]
    return not kinds or any(kind in JSON_KINDS for kind in kinds)


def count(asked: str) -> int | None:
    """The page size asked for, or None.

    Raises:
        CountInvalid: no number.
    """
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise CountInvalid(where="_count")
    return int(asked)


def searchset(
    resources: Iterable[Mapping[str, Any]], *, base: str, kind: str, most: int | None = None
) -> dict[str, Any]:
    """A Bundle of matches, ``most`` of them when a page size was asked for; ``total`` counts all.

    The link to itself names no parameters: those that name a person must not stand in addresses.
    """
    found = list(resources)
    entries = [
        {"fullUrl": f"{base}/{item['resourceType']}/{item['id']}", "resource": item, "search": {"mode": "match"}}
        for item in found[:most]
    ]
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": [{"relation": "self", "url": f"{base}/{kind}"}],
    }
    if entries:  # FHIR has no empty lists
        bundle["entry"] = entries
    return bundle


def absolute(answer: Mapping[str, Any], *, base: str) -> Mapping[str, Any]:
    """An operation's answer with the server's own address before what its Bundle names."""
    if answer.get("resourceType") != "Bundle" or not answer.get("entry"):
        return {key: value for key, value in answer.items() if value != []}
    entries = [
        {**item, "fullUrl": item["fullUrl"] if "://" in item["fullUrl"] else f"{base}/{item['fullUrl']}"}
        for item in answer["entry"]
    ]
    return {**answer, "entry": entries}


def capability(resources: Sequence[FhirResource], *, base: str, version: str, date: str) -> dict[str, Any]:
    """What the server does, for ``metadata``."""
    described = [
        {
            "type": item.type,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [
                {"name": name, "type": kind, "documentation": IN_BODY}
                if name in item.identifying
                else {"name": name, "type": kind}
                for name, kind in item.parameters.items()
            ],
            **(
                {"operation": [{"name": name, "definition": _definition(item.type, name)} for name in item.operations]}
                if item.operations
                else {}
            ),
        }
        for item in resources
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "fhirVersion": VERSION,
        "format": ["application/fhir+json"],
        "software": {"name": "Jinling", "version": version},
        "implementation": {"description": "Jinling", "url": base},
        "rest": [{"mode": "server", "security": {"description": "Authorization: Bearer <key>"}, "resource": described}],
    }


def _definition(type_: str, name: str) -> str:
    if name == "ihe-pix":
        return "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix"
    return f"http://hl7.org/fhir/OperationDefinition/{type_}-{name}"
