"""Factories for tests and demos: a hospital with a clinic, sessions and people, through the real verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor, system
from jinling.services.scheduling.models import ChannelKind, Route
from jinling.services.scheduling.queries.policies import forget, zone
from jinling.services.scheduling.rules.kinds import Audience, Part, Release
from jinling.services.scheduling.usecases.plans import open_clinic
from jinling.services.scheduling.usecases.policies import set_release_window
from jinling.services.scheduling.usecases.sessions import publish_many
from jinling.services.scheduling.values import NewSession

BY = system("tests", purpose="BOOKING")
CLIENT = Actor(kind="client", id="partner", role="partner", purpose="BOOKING", channel="app")
HOURS = {Part.AM: (time(8), time(12)), Part.PM: (time(13, 30), time(17)), Part.EVENING: (time(18), time(20))}
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital of the tests."""

    id: int
    code: str
    clinic: int


def a_hospital(
    *, public: tuple[int, int] | None = (0, 30), community: tuple[int, int] | None = None, **clinic: object
) -> Hospital:
    """A hospital with one clinic, open from now to a month ahead unless said otherwise."""
    serial = next(_serial)
    for code, kind, audience in (
        ("app", "online", Audience.PUBLIC),
        ("desk", "in_clinic", Audience.PUBLIC),
        ("centre", "online", Audience.COMMUNITY),
    ):
        kind_row, _made = ChannelKind.objects.get_or_create(code=kind, defaults={"name": kind})
        Route.objects.get_or_create(code=code, defaults={"name": code, "kind": kind_row, "audience": audience})
    row = directory.register(
        by=BY,
        code=f"H{serial}",
        name=f"Hospital {serial}",
        name_en=f"Hospital {serial}",
        kind="hospital",
        ownership="municipal",
    )
    for audience, days in ((Audience.PUBLIC, public), (Audience.COMMUNITY, community)):
        set_release_window(by=BY, organization=row.pk, audience=audience, days=days, valid_from=date(2018, 1, 1))
    forget()
    made = open_clinic(by=BY, organization=row.code, code="C1", name="General clinic", department="General", **clinic)
    return Hospital(row.pk, row.code, made.pk)


def a_session(
    hospital: Hospital,
    *,
    capacity: int = 10,
    in_days: int = 3,
    part: str = Part.AM,
    clinic: int | None = None,
    practitioner: int | None = None,
    minutes: int = 30,
    release: str = Release.RUSH,
    day: date | None = None,
) -> int:
    """A session of a hospital's clinic; returns its id."""
    on = day or timezone.now().astimezone(zone()).date() + timedelta(days=in_days)
    hours = HOURS[Part(part)]
    return publish_many(
        by=BY,
        sessions=[
            NewSession(
                clinic=clinic or hospital.clinic,
                date=on,
                part=part,
                starts=hours[0],
                ends=hours[1],
                capacity=capacity,
                practitioner=practitioner,
                segment_minutes=minutes,
                release=release,
            )
        ],
    )[0]


def some_patients(number: int, *, seed: int = 1) -> list[UUID]:
    """Verified synthetic people, registered; other seeds give other people."""
    people = list(mpi.synthetic_people(count=number, seed=seed, prefixes=["320102"]))
    return mpi.find_or_register_many(by=BY, people=people, names_must_agree=False)


def at_hour(hour: int, *, in_days: int = 0) -> datetime:
    """An instant of a day from today, in the city."""
    day = timezone.now().astimezone(zone()).date() + timedelta(days=in_days)
    return datetime.combine(day, time(hour), tzinfo=zone())
