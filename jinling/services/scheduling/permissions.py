"""What may be allowed in scheduling, and which roles hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from jinling.kernel.actor import Actor
from jinling.kernel.sockets import Permission, Role, RoleGrant

BOOK = "scheduling.book"
READ_OWN_HOSPITAL = "scheduling.hospital.read"
KEEP_SCHEDULES = "scheduling.schedules.write"
DESK = "scheduling.desk"
KEEP_POLICIES = "scheduling.policies.write"
LIFT_PENALTIES = "scheduling.penalties.lift"

PERMISSIONS = [
    Permission(BOOK, _("Search for and book numbers")),
    Permission(READ_OWN_HOSPITAL, _("Read the own hospital's sessions and appointments")),
    Permission(KEEP_SCHEDULES, _("Keep schedules, sessions and closures of the own hospital")),
    Permission(DESK, _("Check patients in, cancel late, mark who did not come")),
    Permission(KEEP_POLICIES, _("Keep release windows, shares and booking rules")),
    Permission(LIFT_PENALTIES, _("Lift suspensions")),
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
    RoleGrant("citizen", (BOOK,)),
    RoleGrant("hotline_agent", (BOOK, "mpi.read")),
    RoleGrant("community_admin", (BOOK,)),
    RoleGrant("hospital_scheduler", (READ_OWN_HOSPITAL, KEEP_SCHEDULES, DESK, LIFT_PENALTIES, "mpi.read")),
    RoleGrant("centre_operator", (KEEP_POLICIES,)),
    RoleGrant("partner", (BOOK,)),
    RoleGrant("hotline_client", (BOOK, "mpi.register")),
    RoleGrant("kiosk", (BOOK,)),
    RoleGrant("hospital_client", (READ_OWN_HOSPITAL, KEEP_SCHEDULES, DESK)),
]

TREATED_WITHIN = timedelta(days=30)


def _treating(by: Actor, patients: Sequence[str]) -> set[str]:
    """Patients with a living appointment at the actor's hospital around these days."""
    from jinling.services.scheduling.models import Appointment
    from jinling.services.scheduling.rules.life import FREED

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
