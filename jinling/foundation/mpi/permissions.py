"""Permissions of the patient index and who holds them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import rights
from jinling.foundation.mpi.queries import facts, records, related
from jinling.foundation.mpi.rules.people import Relation
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import Permission, Role, RoleGrant

PERMISSIONS = [
    Permission(rights.READ, _("See masked identities")),
    Permission(rights.UNMASK, _("See identities in clear, with a reason")),
    Permission(rights.REGISTER, _("Register people and correct their records")),
    Permission(rights.RELATIONS, _("Check who may act for whom, both documents seen")),
    Permission(rights.REVIEW, _("Judge matches, merge and separate records")),
]
ROLES = [
    Role("identity_clerk", _("Identity clerk"), "staff", ("HOPERAT",), ("none", "named", "other"), 4),
]
GRANTS = [
    RoleGrant("clinician", (rights.READ,)),
    RoleGrant("community_admin", (rights.READ,)),
    RoleGrant("identity_clerk", (rights.READ, rights.UNMASK, rights.REGISTER, rights.REVIEW, rights.RELATIONS)),
    RoleGrant("partner", (rights.REGISTER,)),
    RoleGrant("hospital_client", (rights.READ, rights.REGISTER)),
    RoleGrant("kiosk", (rights.REGISTER,)),
]


def _family(by: Actor, *, itself: bool) -> set[str]:
    if by.kind != "account":
        return set()
    people = related(by.id)
    return {
        str(person.patient) for person in people if person.verified and (person.relation == Relation.SELF) == itself
    }


def _self(by: Actor, patients: Sequence[str]) -> set[str]:
    return _family(by, itself=True)


def _wards(by: Actor, patients: Sequence[str]) -> set[str]:
    return _family(by, itself=False)


def _own_area(by: Actor, patients: Sequence[str]) -> set[str]:
    """Patients who live in the district that the actor's role is held for, or in which their institution stands."""
    if not by.organization:
        return set()
    district = by.organization
    if district not in {known.code for known in directory.districts()}:
        try:
            institution = directory.get(district)
        except directory.OrganizationUnknown:
            return set()
        district = institution.district.code if institution.district else ""
    return {str(key) for key, person in facts(patients).items() if district and person.district == district}


# Who stands how to whom: asked by access whenever a person's record is looked at.
STANDINGS = {"self": _self, "ward": _wards, "own_area": _own_area}


def _records(patient: str) -> list[str]:
    return [str(record) for record in records(patient)]


# A word about sharing, a relation or an emergency holds for every record of the person.
SAME_PERSON = _records
