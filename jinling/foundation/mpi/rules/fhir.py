"""Patient as FHIR R4, over plain values: written for readers, read from questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jinling.foundation.mpi.rules.people import Identifier, NewPatient, ShownPatient
from jinling.kernel.countries import Country
from jinling.kernel.identifiers import Sex, mask
from jinling.kernel.outcomes import Denied, Invalid, NotFound

RENDERED = "http://hl7.org/fhir/StructureDefinition/rendered-value"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
CODED = "http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding"
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
# The object identifier that Chinese shared documents use for citizens' numbers; other systems are this platform's own.
RESIDENT_ID = "urn:oid:2.16.156.10011.1.3"
OWN = "urn:jinling:identifier:"
LOCAL_DISTRICT = "urn:jinling:district"


class ResourceInvalid(Invalid):
    """A resource or parameter that is not what FHIR or this server takes."""

    code = "fhir_invalid"
    text = "This is not what the server takes here."


class SourceUnknown(NotFound):
    """Nobody has the number that a cross-reference starts from (PIXm, ITI-83)."""

    code = "fhir_source_unknown"
    text = "sourceIdentifier Patient Identifier not found"


class TargetUnknown(Denied):
    """A target system that the server does not know (PIXm, ITI-83)."""

    code = "fhir_target_unknown"
    text = "targetSystem not found"
    mend = "Use an identifier system of this server: %(known)s."


def known_systems(country: Country) -> str:
    """The URIs of all identifier systems, in one line."""
    return ", ".join(sorted((system_uri(name, country) for name in country.systems), key=lambda uri: OWN in uri))


def system_uri(system: str, country: Country) -> str:
    """The URI under which an identifier system goes out: the one that the country gives it, or this platform's own."""
    if country.builtin and system == "resident_id":
        return RESIDENT_ID
    own = country.documents.get(system)
    return own.uri if own is not None and own.uri else OWN + system


def system_of(uri: str, country: Country, *, where: str) -> str:
    """The identifier system of a URI or of a bare code.

    Raises:
        ResourceInvalid: the platform knows no such system.
    """
    for system in country.systems:
        if uri in (system, OWN + system, system_uri(system, country)):
            return system
    raise ResourceInvalid(
        where=where, mend="Use an identifier system of this server: %(known)s.", known=known_systems(country)
    )


def token(text: str, country: Country, *, where: str) -> Identifier:
    """An identifier written ``system|value``; both parts are needed.

    Raises:
        ResourceInvalid: a part is missing or the system unknown.
    """
    uri, bar, value = text.partition("|")
    if not (bar and uri and value):
        raise ResourceInvalid(where=where, mend="Write system|value, both parts.")
    return Identifier(system_of(uri, country, where=where), value)


def identifier(item: Identifier, country: Country, *, own: bool) -> dict[str, Any]:
    """An identifier: in clear when it is the asker's ``own``, else its value is absent and rendered masked."""
    system = system_uri(item.system, country)
    return {"system": system, "value": item.value} if own else {"system": system, "_value": _masked(mask(item.value))}


def _masked(rendered: str) -> dict[str, Any]:
    return {"extension": [{"url": ABSENT, "valueCode": "masked"}, {"url": RENDERED, "valueString": rendered}]}


def patient(
    shown: ShownPatient,
    *,
    country: str,
    active: bool,
    identifiers: Sequence[Mapping[str, Any]] = (),
    replaces: Sequence[str] = (),
    replaced_by: str = "",
    deceased: bool = False,
) -> dict[str, Any]:
    """A masked Patient: values that name the person are absent with reason ``masked`` and rendered masked."""
    resource: dict[str, Any] = {"resourceType": "Patient", "id": str(shown.id), "active": active and not replaced_by}
    if identifiers:
        resource["identifier"] = list(identifiers)
    if shown.name:
        resource["name"] = [{"text": shown.name}]
    if shown.mobile:
        resource["telecom"] = [{"system": "phone", "use": "mobile", "_value": _masked(shown.mobile)}]
    resource["gender"] = shown.sex
    if shown.birth_date:
        resource["birthDate"] = shown.birth_date.isoformat()
    if deceased:
        resource["deceasedBoolean"] = True
    if shown.district:
        resource["address"] = [{"use": "home", "district": shown.district, "country": country}]
    links = [{"other": {"reference": f"Patient/{key}"}, "type": "replaces"} for key in replaces]
    if replaced_by:
        links.append({"other": {"reference": f"Patient/{replaced_by}"}, "type": "replaced-by"})
    if links:
        resource["link"] = links
    return resource


def asked(resource: Mapping[str, Any], country: Country) -> NewPatient:
    """The person whom a Patient resource asks about.

    Raises:
        ResourceInvalid: no Patient, or an element of the wrong shape.
    """
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "Patient":
        raise ResourceInvalid(where="Parameters.parameter[resource]", mend="Send a Patient resource.")
    found = []
    for place, item in enumerate(_list(resource, "identifier")):
        if item.get("system") and item.get("value"):
            where = f"Patient.identifier[{place}]"
            found.append(Identifier(system_of(str(item["system"]), country, where=where), str(item["value"])))
    name = next((_name(item, country) for item in _list(resource, "name")), "")
    mobile = next(
        (str(item.get("value", "")) for item in _list(resource, "telecom") if item.get("system") in ("phone", None)), ""
    )
    return NewPatient(
        name=name,
        birth_date=day(resource.get("birthDate"), where="Patient.birthDate"),
        sex=sex(resource.get("gender", "")),
        identifiers=tuple(found),
        mobile=mobile,
    )


def day(value: Any, *, where: str) -> date | None:
    """A whole date, or None when there is none.

    Raises:
        ResourceInvalid: not a date written YYYY-MM-DD.
    """
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ResourceInvalid(where=where, mend="Write the date as YYYY-MM-DD.") from None


def sex(value: Any) -> Sex:
    """A FHIR gender as the index keeps it."""
    return "male" if value == "male" else "female" if value == "female" else "unknown"


def source(value: Any, country: Country) -> Identifier:
    """The number that a cross-reference starts from: text ``system|value`` or an Identifier.

    Raises:
        ResourceInvalid: a part is missing or the system unknown.
    """
    if isinstance(value, Mapping):
        value = f"{value.get('system') or ''}|{value.get('value') or ''}"
    return token(str(value or ""), country, where="sourceIdentifier")


def target(value: Any, country: Country) -> str:
    """The identifier system that a cross-reference asks for.

    Raises:
        TargetUnknown: the platform knows no such system.
    """
    try:
        return system_of(str(value or ""), country, where="targetSystem")
    except ResourceInvalid:
        raise TargetUnknown(where="targetSystem", known=known_systems(country)) from None


def _list(resource: Mapping[str, Any], element: str) -> list[Mapping[str, Any]]:
    items = resource.get(element, [])
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ResourceInvalid(where=f"Patient.{element}", mend="This element is a list of objects.")
    return items


def _name(item: Mapping[str, Any], country: Country) -> str:
    if item.get("text"):
        return str(item["text"])
    given = item.get("given", [])
    parts = [str(part) for part in given] if isinstance(given, list) else []
    return country.full_name(str(item.get("family", "")), ("" if country.builtin else " ").join(parts))
