"""FHIR's envelopes over plain values: capability statement, bundles, outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jinling.kernel.outcomes import Invalid, Refused
from jinling.kernel.sockets import FhirResource

VERSION = "4.0.1"
# FHIR's issue types by HTTP status.
ISSUES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    409: "conflict",
    413: "too-long",
    422: "processing",
    429: "throttled",
}
PAGING = frozenset({"_count", "_format"})


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


def searchset(resources: Iterable[Mapping[str, Any]], *, base: str) -> dict[str, Any]:
    """A Bundle of matches."""
    entries = [
        {"fullUrl": f"{base}/{item['resourceType']}/{item['id']}", "resource": item, "search": {"mode": "match"}}
        for item in resources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def capability(resources: Sequence[FhirResource], *, base: str, version: str, date: str) -> dict[str, Any]:
    """What the server does, for ``metadata``."""
    described = [
        {
            "type": item.type,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": name, "type": kind} for name, kind in item.parameters.items()],
            "operation": [{"name": name, "definition": _definition(item.type, name)} for name in item.operations],
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
