"""What may be allowed in scheduling, and which roles hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import Permission, Role, RoleGrant
from jinling.services.scheduling import rights
from jinling.services.scheduling.models import Appointment
from jinling.services.scheduling.rules.life import FREED

PERMISSIONS = [
    Permission(rights.BOOK, _("Search for and book numbers")),
    Permission(rights.READ_OWN_HOSPITAL, _("Read the own hospital's sessions and appointments")),
    Permission(rights.KEEP_SCHEDULES, _("Keep schedules, sessions and closures of the own hospital")),
    Permission(rights.DESK, _("Check patients in, cancel late, mark who did not come")),
    Permission(rights.KEEP_POLICIES, _("Keep release windows, shares and booking rules")),
    Permission(rights.LIFT_PENALTIES, _("Lift suspensions")),
]
ROLES = [
    Role(
        "hospital_scheduler",
        _("Hospital scheduler"),
        "staff",
        ("BOOKING", "HOPERAT"),
        ("none", "own_organization"),
        3,
        workplace="hospital",
    ),
    Role("hotline_agent", _("Hotline agent"), "staff", ("HOTLINE", "BOOKING"), ("none", "named"), 3),
    Role("hotline_client", _("Hotline's system"), "client", ("HOTLINE", "BOOKING"), ("none", "named"), 3),
]
GRANTS = [
    RoleGrant("citizen", (rights.BOOK,)),
    RoleGrant("hotline_agent", (rights.BOOK, mpi.rights.READ)),
    RoleGrant("community_admin", (rights.BOOK,)),
    RoleGrant(
        "hospital_scheduler",
        (rights.READ_OWN_HOSPITAL, rights.KEEP_SCHEDULES, rights.DESK, rights.LIFT_PENALTIES, mpi.rights.READ),
    ),
    RoleGrant("centre_operator", (rights.KEEP_POLICIES,)),
    RoleGrant("partner", (rights.BOOK,)),
    RoleGrant("hotline_client", (rights.BOOK, mpi.rights.REGISTER)),
    RoleGrant("kiosk", (rights.BOOK,)),
    RoleGrant("hospital_client", (rights.READ_OWN_HOSPITAL, rights.KEEP_SCHEDULES, rights.DESK)),
]

TREATED_WITHIN = timedelta(days=30)


def _treating(by: Actor, patients: Sequence[str]) -> set[str]:
    """Patients with a living appointment at the actor's hospital around these days."""
    if not by.organization:
        return set()
    today = timezone.localdate()
    rows = Appointment.objects.filter(
        patient__in=list(patients),
        organization__code=by.organization,
        date__range=(today - TREATED_WITHIN, today + TREATED_WITHIN),
    ).exclude(status__in=FREED)
    return {str(patient) for patient in rows.values_list("patient", flat=True)}


STANDINGS = {"treating": _treating}
