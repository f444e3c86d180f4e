"""The patient index over FHIR R4: read, search, ``$match`` and the cross-reference ``$ihe-pix``.

Names, numbers and phones go out masked; who needs them in clear has them already. Searches that name a person come in
the body of a POST, so that no number stands in an address or a log of addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi, rights
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.models import Patient
from jinling.foundation.mpi.public import TooLittleKnown, match_one
from jinling.foundation.mpi.rules import fhir as rules
from jinling.foundation.mpi.rules.fhir import ResourceInvalid
from jinling.foundation.mpi.rules.people import Identifier
from jinling.foundation.terminology import public as terminology
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import FhirResource

MOST = 50
PARAMETERS = {
    "_id": "token",
    "active": "token",
    "identifier": "token",
    "name": "string",
    "family": "string",
    "given": "string",
    "birthdate": "date",
    "phone": "token",
    "telecom": "token",
    "gender": "token",
}
GENDERS = ("male", "female", "other", "unknown")


def _read(by: Actor, key: str) -> Mapping[str, Any] | None:
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return next(iter(_resources(by, [wanted])), None)


def _resources(by: Actor, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Masked Patient resources in the order given."""
    shown = mpi.shown(by=by, ids=ids)
    rows = {row.id: row for row in Patient.objects.filter(id__in=ids)}
    current = mpi.current(ids)
    found = []
    for key in ids:
        if key in shown:
            records = mpi.records(key) if current[key] == key else [key]
            others = [str(other) for other in records if other != key]
            found.append(
                rules.patient(
                    shown[key],
                    country=country().code,
                    active=rows[key].active,
                    identifiers=[
                        rules.identifier(item, country(), own=_own(by, item)) for item in mpi.identifiers_of(records)
                    ],
                    deceased=rows[key].deceased,
                    replaces=others,
                    replaced_by=str(current[key]) if current[key] != key else "",
                )
            )
    return _placed(found)


def _placed(patients: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Patients whose district is named; its code stands beside the name, with the code system that has it."""
    addresses = [address for one in patients for address in one.get("address", ()) if "district" in address]
    national = terminology.districts(str(one["district"]) for one in addresses)
    names = {row.code: row.name for row in directory.districts()} if addresses else {}
    for address in addresses:
        code = address["district"]
        if code in national:
            found = national[code]
            coding = {"system": found.uri, "version": found.version, "code": code, "display": found.name}
        else:
            coding = {"system": rules.LOCAL_DISTRICT, "code": code, "display": names.get(code, code)}
        address["district"] = coding["display"]
        address["_district"] = {"extension": [{"url": rules.CODED, "valueCoding": coding}]}
    return patients


def _own(by: Actor, item: Identifier) -> bool:
    """Whether the asker's institution gave out this number: a card led by its code."""
    led = f"{by.organization.upper()}/"
    return item.system == "hospital_card" and bool(by.organization) and item.value.startswith(led)


def _search(by: Actor, params: Mapping[str, Sequence[str]]) -> Iterable[Mapping[str, Any]]:
    """People who meet every parameter; by ``_id``, a number, or a name or phone together with a birth date."""
    for name, values in params.items():
        if len(values) > 1 or not values[0]:
            raise ResourceInvalid(where=name, mend="Give each parameter once, with a value.")
    one = {name: values[0] for name, values in params.items()}
    _refuse_twofold(one)
    name = one.get("name") or country().full_name(one.get("family", ""), one.get("given", ""))
    phone = (one.get("phone") or one.get("telecom", "")).rpartition("|")[2]
    born = rules.day(one.get("birthdate", "").removeprefix("eq"), where="birthdate")
    sets: list[list[UUID]] = []
    if "_id" in one:
        resource = _read(by, one["_id"])
        sets.append([UUID(resource["id"])] if resource else [])
    if "identifier" in one:
        item = rules.token(one["identifier"], country(), where="identifier")
        found = mpi.find(system=item.system, value=item.value)
        sets.append([found] if found else [])
    if not sets and not (born and (name or phone)):
        raise TooLittleKnown(where="Patient")
    if name:
        sets.append(mpi.find_by_name(name=name, birth_date=born, limit=MOST))
    if phone:
        sets.append(mpi.find_by_mobile(phone))
    kept = [key for key in sets[0] if all(key in other for other in sets[1:])]
    facts = mpi.facts(kept)
    kept = [
        key
        for key in kept
        if key in facts
        and (born is None or facts[key].birth_date == born)
        and one.get("gender", facts[key].sex) == facts[key].sex
    ]
    people = _resources(by, kept[:MOST])
    return [item for item in people if one.get("active", str(item["active"]).lower()) == str(item["active"]).lower()]


def _refuse_twofold(one: Mapping[str, str]) -> None:
    """Refuse parameters that say one thing twice, and words that FHIR does not have.

    Raises:
        ResourceInvalid: names the parameter.
    """
    for name, others in (("name", ("family", "given")), ("phone", ("telecom",))):
        if name in one and any(other in one for other in others):
            raise ResourceInvalid(where=name, mend="Give the name or phone in one way only.")
    if "given" in one and "family" not in one:
        raise ResourceInvalid(where="family", mend="Give the family name with the given name.")
    for name, words in (("gender", GENDERS), ("active", ("true", "false"))):
        if name in one and one[name] not in words:
            raise ResourceInvalid(where=name, mend="Use one of: %(known)s.", known=", ".join(words))


def _match(by: Actor, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """``Patient/$match``: a searchset Bundle with scores and match grades."""
    given = _parameters(parameters)
    count = given.get("count", 10)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST:
        raise ResourceInvalid(where="count", mend="count is a whole number from 1 to 50.")
    found = match_one(
        by=by,
        person=rules.asked(given.get("resource", {}), country()),
        limit=count,
        only_certain=given.get("onlyCertainMatches") is True,
    )
    resources = {resource["id"]: resource for resource in _resources(by, [item.patient for item in found])}
    entries = [
        {
            "fullUrl": f"Patient/{item.patient}",
            "resource": resources[str(item.patient)],
            "search": {
                "mode": "match",
                "score": item.score,
                "extension": [{"url": rules.GRADE, "valueCode": item.grade}],
            },
        }
        for item in found
        if str(item.patient) in resources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def _cross_reference(by: Actor, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """``Patient/$ihe-pix`` (PIXm, ITI-83): from one number to the person's record here and their other numbers.

    Numbers of the asker's own institution go out in clear, others masked.
    """
    listed = _listed(parameters)
    sources = [value for name, value in listed if name == "sourceIdentifier"]
    if len(sources) != 1:
        raise ResourceInvalid(where="sourceIdentifier", mend="Give one sourceIdentifier.")
    item = rules.source(sources[0], country())
    targets = {rules.target(value, country()) for name, value in listed if name == "targetSystem"}
    found = mpi.find(system=item.system, value=item.value)
    if found is None:
        raise rules.SourceUnknown(where="sourceIdentifier")
    mpi.shown(by=by, ids=[found])  # leaves the entry of the look
    asked = (item.space, country().normalise(item.system, item.value, today=timezone.localdate()))
    held = [other for other in mpi.identifiers_of(mpi.records(found)) if (other.space, other.value) != asked]
    answer: list[dict[str, Any]] = [
        {"name": "targetIdentifier", "valueIdentifier": rules.identifier(other, country(), own=_own(by, other))}
        for other in held
        if not targets or other.system in targets
    ]
    answer.append({"name": "targetId", "valueReference": {"reference": f"Patient/{found}"}})
    return {"resourceType": "Parameters", "parameter": answer}


def _parameters(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a Parameters resource by name; of a repeated one the last."""
    return dict(_listed(resource))


def _listed(resource: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The parameters of a Parameters resource, name and value, in order."""
    listed = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) and item.get("name") for item in listed):
        raise ResourceInvalid(where="Parameters", mend="Send a Parameters resource with named parameters.")
    found: list[tuple[str, Any]] = []
    for item in listed:
        values = [value for key, value in item.items() if key == "resource" or key.startswith("value")]
        found.append((str(item["name"]), values[0] if values else None))
    return found


RESOURCES = [
    FhirResource(
        type="Patient",
        permission=rights.READ,
        read=_read,
        search=_search,
        parameters=PARAMETERS,
        identifying=frozenset({"identifier", "name", "family", "given", "phone", "telecom"}),
        operations={"match": _match, "ihe-pix": _cross_reference},
        relations=("none", "named", "own_organization", "treating"),
        level=3,
    ),
]
