"""The patient index over FHIR R4: read, search, ``$match`` and the cross-reference ``$ihe-pix``.

Names, numbers and phones go out masked; who needs them in clear has them already. Searches that name a person come in
the body of a POST, so that no number stands in an address or a log of addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from jinling.foundation.mpi import queries
from jinling.foundation.mpi.models import Patient
from jinling.foundation.mpi.rules import fhir as rules
from jinling.foundation.mpi.rules.fhir import ResourceInvalid
from jinling.foundation.mpi.usecases.lookup import TooLittleKnown, match_one
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import FhirResource

MOST = 50
PARAMETERS = {
    "_id": "token",
    "identifier": "token",
    "name": "string",
    "birthdate": "date",
    "phone": "token",
    "gender": "token",
}


def _read(by: Actor, key: str) -> Mapping[str, Any] | None:
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return next(iter(_resources(by, [wanted])), None)


def _resources(by: Actor, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Masked Patient resources in the order given."""
    shown = queries.shown(by=by, ids=ids)
    rows = {row.id: row for row in Patient.objects.filter(id__in=ids)}
    current = queries.current(ids)
    found = []
    for key in ids:
        if key in shown:
            others = [str(other) for other in queries.records(key) if other != key] if current[key] == key else []
            found.append(
                rules.patient(
                    shown[key],
                    active=rows[key].active,
                    deceased=rows[key].deceased,
                    replaces=others,
                    replaced_by=str(current[key]) if current[key] != key else "",
                )
            )
    return found


def _search(by: Actor, params: Mapping[str, Sequence[str]]) -> Iterable[Mapping[str, Any]]:
    """People who meet every parameter; by ``_id``, a number, or a name or phone together with a birth date."""
    for name, values in params.items():
        if len(values) > 1 or not values[0]:
            raise ResourceInvalid(where=name, mend="Give each parameter once, with a value.")
    one = {name: values[0] for name, values in params.items()}
    born = rules.day(one.get("birthdate", "").removeprefix("eq"), where="birthdate")
    sets: list[list[UUID]] = []
    if "_id" in one:
        resource = _read(by, one["_id"])
        sets.append([UUID(resource["id"])] if resource else [])
    if "identifier" in one:
        item = rules.token(one["identifier"], where="identifier")
        found = queries.find(system=item.system, value=item.value)
        sets.append([found] if found else [])
    if not sets and not (born and ("name" in one or "phone" in one)):
        raise TooLittleKnown(where="Patient")
    if "name" in one:
        sets.append(queries.find_by_name(name=one["name"], birth_date=born, limit=MOST))
    if "phone" in one:
        sets.append(queries.find_by_mobile(one["phone"].rpartition("|")[2]))
    kept = [key for key in sets[0] if all(key in other for other in sets[1:])]
    facts = queries.facts(kept)
    kept = [
        key
        for key in kept
        if key in facts
        and (born is None or facts[key].birth_date == born)
        and one.get("gender", facts[key].sex) == facts[key].sex
    ]
    return _resources(by, kept[:MOST])


def _match(by: Actor, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """``Patient/$match``: a searchset Bundle with scores and match grades."""
    given = _parameters(parameters)
    count = given.get("count", 10)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST:
        raise ResourceInvalid(where="count", mend="count is a whole number from 1 to 50.")
    found = match_one(
        by=by,
        person=rules.asked(given.get("resource", {})),
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
    """``Patient/$ihe-pix``: from one identifier to the person's record here and in other identifier systems."""
    given = _parameters(parameters)
    item = rules.token(str(given.get("sourceIdentifier", "")), where="sourceIdentifier")
    target = given.get("targetSystem")
    found = queries.find(system=item.system, value=item.value)
    answer: list[dict[str, Any]] = []
    if found is not None:
        resources = _resources(by, [found])
        answer = [
            {"name": "targetIdentifier", "valueIdentifier": identifier}
            for identifier in resources[0].get("identifier", [])
            if target in (None, identifier["system"])
        ]
        answer.append({"name": "targetId", "valueReference": {"reference": f"Patient/{found}"}})
    return {"resourceType": "Parameters", "parameter": answer}


def _parameters(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a Parameters resource by name."""
    listed = resource.get("parameter") if resource.get("resourceType") == "Parameters" else None
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) and item.get("name") for item in listed):
        raise ResourceInvalid(where="Parameters", mend="Send a Parameters resource with named parameters.")
    found: dict[str, Any] = {}
    for item in listed:
        values = [value for key, value in item.items() if key == "resource" or key.startswith("value")]
        found[str(item["name"])] = values[0] if values else None
    return found


RESOURCES = [
    FhirResource(
        type="Patient",
        permission="mpi.read",
        read=_read,
        search=_search,
        parameters=PARAMETERS,
        identifying=frozenset({"identifier", "name", "phone"}),
        operations={"match": _match, "ihe-pix": _cross_reference},
        relations=("none", "named", "own_organization", "treating"),
        level=3,
    ),
]
