"""What bounds every role: data levels, purposes of use, and which roles may not stand in one hand.

Roles themselves, and what they hold, are declared in the ``permissions.py`` of the contexts. A role's bounds hold
whatever a context grants: a permission outside its purposes, relations or data level is of no use to it.
"""

from __future__ import annotations

from collections.abc import Mapping

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


# Three administrators, no two of them in one hand: whoever runs the machines does not hand out rights, and
# neither of them keeps or judges the log.
SEPARATED = frozenset({"system_admin", "security_admin", "audit_admin"})


def clash(held: frozenset[str], wanted: str) -> str:
    """The held role that may not stand together with ``wanted``, or "" when it may."""
    if wanted in SEPARATED:
        others = sorted((held & SEPARATED) - {wanted})
        return others[0] if others else ""
    return ""
