"""Whom a clinic sees, how much one person may book, and what missed appointments cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jinling.kernel.ages import age_on
from jinling.services.scheduling.rules.refusals import AgeOutside, PatientUnknown, RealNameRequired, SexOutside


@dataclass(frozen=True, slots=True)
class Limits:
    """How many live bookings one patient may hold; 0 means no limit."""

    per_day: int = 3
    per_department_day: int = 1
    per_doctor_day: int = 1
    active: int = 6


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """After ``no_shows`` missed appointments within ``no_show_days`` days a patient may not book for
    ``no_show_suspend_days``; the same for cancellations. 0: no such rule."""

    no_shows: int = 3
    no_show_days: int = 180
    no_show_suspend_days: int = 180
    cancels: int = 0
    cancel_days: int = 30
    cancel_suspend_days: int = 30


@dataclass(frozen=True, slots=True)
class ClinicLimits:
    """Whom a clinic sees: ages in whole years, both ends included; sex empty, male or female."""

    age_min: int | None = None
    age_max: int | None = None
    sex: str = ""


def check_patient(
    *, known: bool, active: bool, real_name: bool, birth: date | None, sex: str, clinic: ClinicLimits, day: date
) -> None:
    """Whether a patient may be seen by a clinic on a day.

    Raises:
        PatientUnknown, RealNameRequired, AgeOutside, SexOutside.
    """
    if not known or not active:
        raise PatientUnknown
    if not real_name:
        raise RealNameRequired
    if clinic.sex and sex and sex != clinic.sex:
        raise SexOutside
    if birth is not None:
        age = age_on(birth, day)
        if (clinic.age_min is not None and age < clinic.age_min) or (
            clinic.age_max is not None and age > clinic.age_max
        ):
            raise AgeOutside(youngest=clinic.age_min or 0, oldest=clinic.age_max if clinic.age_max is not None else 150)


def suspension_state(*, ends_at: datetime, lifted_at: datetime | None, at: datetime) -> str:
    """``lifted``, ``ended`` or ``in_force``."""
    return "lifted" if lifted_at is not None else "ended" if ends_at <= at else "in_force"


def suspension_until(*, events: int, limit: int, at: datetime, days: int) -> datetime | None:
    """The end of the suspension that the latest of ``events`` brings about, if any."""
    if limit and events >= limit and days:
        return at + timedelta(days=days)
    return None
