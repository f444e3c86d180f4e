"""The roles of the platform: who they are, how they sign in, and the outer bounds of what they may ever do.

A context grants permissions to these roles in its ``permissions.py``. The bounds here hold whatever a context grants:
a permission granted to a role outside its purposes, relations or data level is of no use to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RoleKind = Literal["citizen", "staff", "client", "device", "system"]

# How the actor stands to the person or organisation concerned.
RELATIONS: Mapping[str, str] = {
    "none": "No person or organisation is concerned",
    "self": "The citizen's own record",
    "ward": "A person the citizen is verified to act for",
    "own_organization": "A person or thing of the actor's own organisation",
    "treating": "A patient in a current treatment relation with the actor's organisation",
    "own_area": "A resident of the actor's own area",
    "present": "The person who stands at the device, with card or code",
    "named": "One person, named with identifier, purpose and consent",
    "other": "Any other person or organisation",
}

# Data levels after GB/T 39725: 1 public, 2 de-identified, 3 partly identified, 4 identified, 5 special diseases.
LEVELS: Mapping[int, str] = {
    0: "No health data",
    1: "Public statistics",
    2: "De-identified",
    3: "Partly identified",
    4: "Identified",
    5: "Special diseases",
}

# Purposes of use: HL7 v3 ActReason codes, then local ones.
PURPOSES: Mapping[str, str] = {
    "TREAT": "Treatment",
    "ETREAT": "Emergency treatment",
    "BTG": "Emergency override",
    "HPAYMT": "Payment",
    "HOPERAT": "Running the services",
    "PUBHLTH": "Public health",
    "HSYSADMIN": "System administration",
    "PATRQT": "The patient's own request",
    "HRESCH": "Research",
    "BOOKING": "Booking",
    "HOTLINE": "Hotline",
    "STATS": "Statistics",
    "SUPERVISION": "Supervision",
}


@dataclass(frozen=True, slots=True)
class Role:
    """A role: ``purposes`` (the first is the usual one), ``relations`` and ``level`` bound what it may do.

    ``second_factor`` says whether signing in takes a second factor; ``label`` is a msgid.
    """

    code: str
    label: str
    kind: RoleKind
    purposes: tuple[str, ...]
    relations: tuple[str, ...] = ("none",)
    level: int = 1
    second_factor: bool = True


ROLES: Mapping[str, Role] = {
    role.code: role
    for role in (
        Role("citizen", "Citizen", "citizen", ("PATRQT", "BOOKING"), ("none", "self", "ward"), 5, second_factor=False),
        Role("hotline_agent", "Hotline agent", "staff", ("HOTLINE", "BOOKING"), ("none", "named"), 3),
        Role(
            "hotline_supervisor", "Hotline supervisor", "staff", ("HOPERAT", "HOTLINE"), ("none", "own_organization"), 3
        ),
        Role(
            "hospital_scheduler", "Hospital scheduler", "staff", ("BOOKING", "HOPERAT"), ("none", "own_organization"), 3
        ),
        Role("hospital_it", "Hospital IT", "staff", ("HOPERAT", "STATS"), ("none", "own_organization"), 4),
        Role(
            "clinician", "Clinician", "staff", ("TREAT", "ETREAT", "BTG"), ("none", "own_organization", "treating"), 5
        ),
        Role(
            "community_admin",
            "Community health administrator",
            "staff",
            ("PUBHLTH", "TREAT", "BOOKING"),
            ("none", "own_organization", "own_area"),
            4,
        ),
        Role(
            "mch_worker",
            "Maternal and child health worker",
            "staff",
            ("PUBHLTH", "TREAT"),
            ("none", "own_organization", "own_area"),
            5,
        ),
        Role("identity_clerk", "Identity clerk", "staff", ("HOPERAT",), ("none", "named", "other"), 4),
        Role("card_clerk", "Card counter clerk", "staff", ("HOPERAT",), ("none", "present", "named"), 4),
        Role("centre_operator", "Centre operator", "staff", ("HOPERAT", "HSYSADMIN", "STATS"), ("none", "other"), 2),
        Role("system_admin", "System administrator", "staff", ("HSYSADMIN",), ("none",), 1),
        Role("security_admin", "Security administrator", "staff", ("HSYSADMIN",), ("none",), 1),
        Role("audit_admin", "Audit administrator", "staff", ("SUPERVISION",), ("none",), 1),
        Role("regulator", "Regulator", "staff", ("STATS", "SUPERVISION"), ("none",), 2),
        Role("statistician", "Statistician", "staff", ("STATS",), ("none",), 2),
        Role("partner", "Booking partner", "client", ("BOOKING",), ("none", "named"), 3),
        Role(
            "hospital_client",
            "Hospital's system",
            "client",
            ("TREAT", "HOPERAT", "BOOKING"),
            ("none", "own_organization"),
            4,
        ),
        Role("hotline_client", "Hotline's system", "client", ("HOTLINE", "BOOKING"), ("none", "named"), 3),
        Role("peer_city", "Peer city", "client", ("TREAT", "ETREAT"), ("none", "named"), 4),
        Role("kiosk", "Self-service kiosk", "device", ("BOOKING", "PATRQT"), ("none", "present"), 4),
        Role("measuring_device", "Measuring device", "device", ("TREAT",), ("present",), 4),
        Role("system", "The platform itself", "system", tuple(PURPOSES), tuple(RELATIONS), 5, second_factor=False),
    )
}

# Three administrators, no two of them in one hand: whoever runs the machines does not hand out rights, and
# neither of them keeps or judges the log.
SEPARATED = frozenset({"system_admin", "security_admin", "audit_admin"})


def clash(held: frozenset[str], wanted: str) -> str:
    """The held role that may not stand together with ``wanted``, or "" when it may."""
    if wanted in SEPARATED:
        others = sorted((held & SEPARATED) - {wanted})
        return others[0] if others else ""
    return ""
