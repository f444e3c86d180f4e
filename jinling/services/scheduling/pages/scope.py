"""For whom a page is: the people of a citizen's account, the organisation that a member of staff works for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.services.scheduling.public import planning
from jinling.services.scheduling.rules.refusals import OrganizationUnknown
from jinling.web.requests import actor

FAMILY = ("self", "ward")
OWN = ("own_organization",)
CITY = ("own_organization", "other")


def family(by: Actor) -> list[UUID]:
    """Patients for whom the account may act, its own first; only those whose relation was checked."""
    return [person.patient for person in mpi.related(by.id) if person.verified]


def family_records(by: Actor) -> list[UUID]:
    """Every record of those people, merged ones included: what is shown and changed is the person's."""
    return mpi.all_records(family(by))


def works_for(by: Actor, organization: str) -> bool:
    """Whether a member of staff may work on an organisation's plans: their own, or, for roles of the
    centre, anyone's."""
    return organization == by.organization or _of_the_centre(by)


def _of_the_centre(by: Actor) -> bool:
    return "other" in access.roles()[by.role].relations


def organization_for(request: HttpRequest) -> directory.Organization:
    """The organisation whose plans a member of staff works on: their own, or the one that an operator of
    the centre has chosen (``?org=``), by default the first with clinics.

    Raises:
        OrganizationMissing: the member of staff belongs to none.
        OrganizationUnknown: none with clinics has the code that was chosen.
    """
    by = actor(request)
    if not _of_the_centre(by):
        return directory.own(by)
    wanted = request.GET.get("org", "")
    rows = planning.with_clinics()
    row = rows.filter(code=wanted).first() if wanted else rows.filter(code=by.organization).first() or rows.first()
    if row is None:
        raise OrganizationUnknown(where=wanted)
    return row


def choosable_organizations(request: HttpRequest) -> list[tuple[str, str]]:
    """Institutions that an operator of the centre may switch between."""
    return list(planning.with_clinics().values_list("code", "name")) if _of_the_centre(actor(request)) else []
