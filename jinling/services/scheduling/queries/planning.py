"""What those who plan look at: a hospital's clinics, sessions and schedules, and the policies that hold for it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from jinling.foundation.directory import public as directory
from jinling.services.scheduling.models import (
    Appointment,
    BookingPolicy,
    ChannelKind,
    Clinic,
    PoolShare,
    ReleaseWindow,
    Schedule,
    Session,
    Suspension,
)
from jinling.services.scheduling.rules.life import APPOINTMENT
from jinling.services.scheduling.rules.refusals import ScheduleUnknown, SessionUnknown, SuspensionUnknown


def clinics_of(organization: int) -> QuerySet[Clinic]:
    """An organisation's clinics, those that were closed too."""
    return Clinic.objects.filter(organization_id=organization)


def with_clinics() -> QuerySet[directory.Organization]:
    """Organisations that have clinics, in the directory's order."""
    ids = Clinic.objects.values_list("organization_id", flat=True).distinct()
    return directory.organizations().filter(pk__in=ids)


def week_of(organization: int, monday: date, *, clinic: int | None = None) -> QuerySet[Session]:
    """A week's sessions with their clinics, doctors and how many numbers are ``taken``, in the order of the day."""
    rows = Session.objects.filter(organization_id=organization, date__range=(monday, monday + timedelta(days=6)))
    if clinic is not None:
        rows = rows.filter(clinic_id=clinic)
    rows = rows.select_related("clinic", "practitioner").annotate(taken=Sum("pools__taken"))
    return rows.order_by("date", "starts_at", "clinic__name", "pk")


def session(id_: int) -> Session:
    """A session with its clinic, doctor and organisation.

    Raises:
        SessionUnknown: there is none.
    """
    row = Session.objects.select_related("clinic", "practitioner", "organization").filter(pk=id_).first()
    if row is None:
        raise SessionUnknown(where=str(id_))
    return row


def held_in(session: int) -> QuerySet[Appointment]:
    """The appointments that closing a session would end, by number."""
    return Appointment.objects.filter(session_id=session, status__in=APPOINTMENT.before("suspend")).order_by("number")


def schedules_of(organization: int) -> QuerySet[Schedule]:
    """An organisation's schedules with their doctors."""
    return Schedule.objects.filter(clinic__organization_id=organization).select_related("practitioner")


def schedule(id_: int) -> Schedule:
    """A schedule with its clinic, organisation and doctor.

    Raises:
        ScheduleUnknown: there is none.
    """
    row = Schedule.objects.select_related("clinic__organization", "practitioner").filter(pk=id_).first()
    if row is None:
        raise ScheduleUnknown(where=f"schedule {id_}")
    return row


def _of(organization: int | None) -> Q:
    return Q(organization__isnull=True) if organization is None else Q(organization_id=organization)


def own_policy(organization: int | None) -> BookingPolicy | None:
    """The booking policy that an organisation set for itself; of None, the city's."""
    return BookingPolicy.objects.filter(_of(organization)).first()


def city_policy() -> BookingPolicy:
    """The policy of those who set none for themselves."""
    return own_policy(None) or BookingPolicy()


def windows_of(organization: int | None) -> QuerySet[ReleaseWindow]:
    """The release windows in force of an organisation; of None, the city's."""
    rows = ReleaseWindow.objects.filter(_of(organization), valid_to__isnull=True)
    return rows.order_by("-audience", "channel_kind")


def shares_of(organization: int | None) -> QuerySet[PoolShare]:
    """The kept shares of an organisation; of None, the city's."""
    return PoolShare.objects.filter(_of(organization))


def kinds() -> list[tuple[str, str]]:
    """``(code, name)`` of the kinds of routes."""
    return [(kind.code, kind.name) for kind in ChannelKind.objects.all()]


def suspension(id_: int) -> Suspension:
    """A suspension, lifted or not.

    Raises:
        SuspensionUnknown: there is none.
    """
    row = Suspension.objects.filter(pk=id_).first()
    if row is None:
        raise SuspensionUnknown(where=f"suspension {id_}")
    return row
