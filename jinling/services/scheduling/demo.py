"""The demo city's clinics: departments and doctors of its hospitals, with numbers for the coming weeks."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from itertools import islice

from django.db import transaction

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.services.scheduling.data import departments, titles
from jinling.services.scheduling.models import Appointment, Clinic, Session
from jinling.services.scheduling.queries.finding import today
from jinling.services.scheduling.queries.policies import routes
from jinling.services.scheduling.rules.kinds import Audience, Part
from jinling.services.scheduling.usecases.plans import open_clinic, set_schedule, set_week
from jinling.services.scheduling.usecases.sessions import generate
from jinling.services.scheduling.usecases.taking import book_many
from jinling.services.scheduling.values import BookingRequest

DEMO = system("scheduling.demo", purpose="BOOKING")
HOSPITALS, DEPARTMENTS, EXPERTS = 24, 8, 2
DAYS = 15  # both weeks of the release windows
OPEN_DAYS = 7  # of which everybody may book so many
HOURS = {Part.AM: (time(8), time(12)), Part.PM: (time(13, 30), time(17))}
WEEKDAYS = range(5)
PATIENTS = 60  # of the first hospital: enough for its lists to show something


def load(scale: float, seed: int) -> int:
    """Open clinics with schedules at the city's first hospitals and publish two weeks of numbers.

    What stands already stays; returns the number of sessions published. ``scale`` does not matter: a
    city small or large shows the same hospitals.
    """
    hospitals = [o for o in directory.organizations() if o.kind in ("hospital", "branch")][:HOSPITALS]
    for place, hospital in enumerate(hospitals):
        _hospital(hospital, random.Random(f"{seed}/{place}"), seed * 1000 + place)
    before = Session.objects.count()
    generate(by=DEMO, until=today() + timedelta(days=DAYS))
    if hospitals:
        _bookings(hospitals[0], seed)
    return Session.objects.count() - before


@transaction.atomic
def _hospital(hospital: directory.Organization, draw: random.Random, seed: int) -> None:
    chosen = sorted(draw.sample(range(len(departments())), min(DEPARTMENTS, len(departments()))))
    names = [
        p.name for p in islice(mpi.synthetic_people(DEPARTMENTS * EXPERTS, seed, mpi.areas(0)), DEPARTMENTS * EXPERTS)
    ]
    if Clinic.objects.filter(organization=hospital, code=f"D{chosen[0]:02}").exists():
        return
    doctors = directory.register_practitioners(
        by=DEMO,
        practitioners=[
            directory.PractitionerEntry(hospital.code, f"D{number:03}", name, titles()[number % len(titles())])
            for number, name in enumerate(names)
        ],
    )
    for place, index in enumerate(chosen):
        entry = departments()[index]
        limits = {key: entry[key] for key in ("age_min", "age_max", "sex") if key in entry}
        clinic = open_clinic(
            by=DEMO,
            organization=hospital.code,
            code=f"D{index:02}",
            name=entry["name"],
            department=entry["name"],
            category=entry["category"],
            name_en=entry["name_en"],
            place=entry["place"],
            fee_cents=entry["fee"],
            **limits,
        )
        general = set_schedule(by=DEMO, clinic=clinic.pk, practitioner=None, valid_from=date(2018, 1, 1))
        set_week(
            by=DEMO, schedule=general.pk, week=[(day, part, *HOURS[part], 30) for day in WEEKDAYS for part in HOURS]
        )
        for doctor in doctors[place * EXPERTS : (place + 1) * EXPERTS]:
            plan = set_schedule(
                by=DEMO,
                clinic=clinic.pk,
                practitioner=doctor.pk,
                valid_from=date(2018, 1, 1),
                fee_cents=entry["fee"] + 1000,
            )
            half_days = draw.sample([(day, part) for day in WEEKDAYS for part in HOURS], 3)
            set_week(by=DEMO, schedule=plan.pk, week=[(day, part, *HOURS[part], 12) for day, part in half_days])


def _bookings(hospital: directory.Organization, seed: int) -> None:
    """Some people hold numbers of the hospital's coming days, once; who may not have one is left out."""
    coming = (today() + timedelta(days=1), today() + timedelta(days=OPEN_DAYS))
    sessions = Session.objects.filter(organization__code=hospital.code, date__range=coming)
    if not sessions.exists() or Appointment.objects.filter(session__in=sessions).exists():
        return
    draw = random.Random(f"{seed}/bookings")
    chosen = sorted(sessions.values_list("pk", flat=True))
    patients = mpi.find_or_register_many(
        by=DEMO, people=list(mpi.synthetic_people(PATIENTS, seed + 2, list(mpi.areas(0, 3)))), names_must_agree=False
    )
    ways = [one.code for one in routes().values() if one.audience == Audience.PUBLIC]
    book_many(
        by=DEMO,
        requests=[
            BookingRequest(session=session, patient=patient, route=draw.choice(ways))
            for session, patient in zip(draw.choices(chosen, k=PATIENTS), patients, strict=True)
        ],
    )
