"""What accounts, roles and clients themselves take; the roles and relations that no other context declares."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.foundation.access import rights
from jinling.foundation.access.rules.roles import PURPOSES
from jinling.foundation.audit import public as audit
from jinling.kernel.sockets import DataCategory, Permission, Relation, Role, RoleGrant

PERMISSIONS = [
    Permission(rights.ACCOUNT, _("Keep the own account: password, second factor, sessions")),
    Permission(rights.ACCOUNTS, _("See and keep accounts and their roles")),
    Permission(rights.CLIENTS, _("Keep API clients and their keys")),
    Permission(rights.OWN, _("Keep the own consents and see who looked")),
    Permission(rights.EMERGENCY, _("Open a record in an emergency")),
    Permission(rights.JUDGE, _("Judge emergency accesses")),
]
RELATIONS = [
    Relation("none", _("No person or organisation is concerned")),
    Relation("self", _("The citizen's own record")),
    Relation("ward", _("A person the citizen is verified to act for")),
    Relation("own_organization", _("A person or thing of the actor's own organisation")),
    Relation("treating", _("A patient in a current treatment relation with the actor's organisation"), True),
    Relation("own_area", _("A resident of the actor's own area"), True),
    Relation("present", _("The person who stands at the device, with card or code")),
    Relation("named", _("One person, named with identifier, purpose and consent"), True),
    Relation("other", _("Any other person or organisation"), True),
]
ROLES = [
    Role("citizen", _("Citizen"), "citizen", ("PATRQT", "BOOKING"), ("none", "self", "ward"), 5, second_factor=False),
    Role(
        "clinician",
        _("Clinician"),
        "staff",
        ("TREAT", "ETREAT", "BTG"),
        ("none", "own_organization", "treating"),
        5,
        workplace="hospital",
    ),
    Role(
        "community_admin",
        _("Community health administrator"),
        "staff",
        ("PUBHLTH", "TREAT", "BOOKING"),
        ("none", "own_organization", "own_area"),
        4,
        workplace="community_health_centre",
    ),
    Role("centre_operator", _("Centre operator"), "staff", ("HOPERAT", "HSYSADMIN", "STATS"), ("none", "other"), 2),
    Role("system_admin", _("System administrator"), "staff", ("HSYSADMIN",), ("none",), 1),
    Role("security_admin", _("Security administrator"), "staff", ("HSYSADMIN",), ("none",), 1),
    Role("audit_admin", _("Audit administrator"), "staff", ("SUPERVISION",), ("none",), 1),
    Role("regulator", _("Regulator"), "staff", ("STATS", "SUPERVISION"), ("none",), 2),
    Role("partner", _("Booking partner"), "client", ("BOOKING",), ("none", "named"), 3),
    Role(
        "hospital_client",
        _("Hospital's system"),
        "client",
        ("TREAT", "HOPERAT", "BOOKING"),
        ("none", "own_organization"),
        4,
    ),
    Role("kiosk", _("Self-service kiosk"), "device", ("BOOKING", "PATRQT"), ("none", "present"), 4),
    Role(
        "system",
        _("The platform itself"),
        "system",
        tuple(PURPOSES),
        tuple(relation.name for relation in RELATIONS),
        5,
        second_factor=False,
    ),
]
GRANTS = [
    RoleGrant("security_admin", (rights.ACCOUNTS, rights.CLIENTS)),
    RoleGrant("audit_admin", (audit.rights.SEARCH, rights.JUDGE)),
    RoleGrant("clinician", (rights.EMERGENCY,)),
    RoleGrant("citizen", (rights.OWN,)),
]
CATEGORIES = [
    DataCategory("laboratory", _("Laboratory results")),
    DataCategory("imaging", _("Imaging")),
    DataCategory("medication", _("Medicines")),
    DataCategory("documents", _("Notes and documents")),
]
