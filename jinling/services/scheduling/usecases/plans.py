"""Keeping clinics and their weekly schedules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Q

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.services.scheduling.models import Clinic, Schedule, ScheduleException, ScheduleRule
from jinling.services.scheduling.rules.kinds import Part, Release
from jinling.services.scheduling.rules.refusals import (
    ClinicUnknown,
    ScheduleExceptionInvalid,
    ScheduleInvalid,
    ScheduleRuleInvalid,
)
from jinling.services.scheduling.usecases.policies import check_fields


@transaction.atomic
def open_clinic(*, by: Actor, organization: str, code: str, name: str, department: str, **values: Any) -> Clinic:
    """Open a clinic of an institution, or change the one of that code.

    ``values``: category, kind, age_min, age_max, sex, fee_cents, place, name_en, active.

    Raises:
        OrganizationUnknown; FieldsInvalid: a value that cannot be.
    """
    owner = directory.get(organization)
    row = Clinic.objects.filter(organization=owner, code=code).first() or Clinic(organization=owner, code=code)
    row.name, row.department = name, department
    for field, value in values.items():
        setattr(row, field, value)
    syllables, initials = _keys(name)
    row.pinyin, row.initials = syllables[:200], initials[:60]
    check_fields(row, where=f"{organization} {code}", exclude=("organization",))
    row.save()
    audit.record(by=by, action="scheduling.open_clinic", target=f"Clinic/{row.pk}", organization=organization)
    return row


@transaction.atomic
def set_schedule(
    *,
    by: Actor,
    clinic: int,
    practitioner: int | None,
    valid_from: date,
    valid_to: date | None = None,
    release: str = Release.RUSH,
    hospital_managed: bool = False,
    fee_cents: int | None = None,
) -> Schedule:
    """When a clinic, or a doctor in it, sees patients: one schedule each; its rules are set apart.

    Raises:
        ClinicUnknown; ScheduleInvalid: it ends before it begins, or an unknown way of release.
    """
    if not Clinic.objects.filter(pk=clinic).exists():
        raise ClinicUnknown(where=f"clinic {clinic}")
    if release not in list(Release) or (valid_to is not None and valid_to < valid_from):
        raise ScheduleInvalid(where=f"clinic {clinic}, {release}, {valid_from}..{valid_to or ''}")
    of_doctor = Q(practitioner__isnull=True) if practitioner is None else Q(practitioner_id=practitioner)
    row, _made = Schedule.objects.filter(of_doctor).update_or_create(
        clinic_id=clinic,
        defaults={
            "practitioner_id": practitioner,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "release": release,
            "hospital_managed": hospital_managed,
            "fee_cents": fee_cents,
        },
    )
    audit.record(by=by, action="scheduling.set_schedule", target=f"Schedule/{row.pk}")
    return row


@transaction.atomic
def set_rule(
    *,
    by: Actor,
    schedule: int,
    weekday: int,
    part: str,
    starts: time | None,
    ends: time | None,
    capacity: int,
    segment_minutes: int = 30,
) -> None:
    """Set a weekly half-day of a schedule; capacity 0 takes it out. Sessions already published stay.

    Raises:
        ScheduleRuleInvalid: an impossible half-day.
    """
    _refuse_half_day(schedule, weekday, part, starts, ends, capacity, segment_minutes)
    ScheduleRule.objects.filter(schedule_id=schedule, weekday=weekday, part=part).delete()
    if capacity and starts is not None and ends is not None:
        ScheduleRule.objects.create(
            schedule_id=schedule,
            weekday=weekday,
            part=part,
            starts=starts,
            ends=ends,
            capacity=capacity,
            segment_minutes=segment_minutes,
        )
    audit.record(
        by=by,
        action="scheduling.set_rule",
        target=f"Schedule/{schedule}",
        detail={"weekday": weekday, "part": part, "capacity": capacity},
    )


@transaction.atomic
def set_week(*, by: Actor, schedule: int, week: Sequence[tuple[int, str, time, time, int]]) -> None:
    """Replace a schedule's whole week: (weekday, part, start, end, numbers) for each half-day.

    Raises:
        ScheduleRuleInvalid: an impossible half-day; the old week stays.
    """
    ScheduleRule.objects.filter(schedule_id=schedule).delete()
    for weekday, part, starts, ends, capacity in week:
        _refuse_half_day(schedule, weekday, part, starts, ends, capacity, 30)
    ScheduleRule.objects.bulk_create(
        ScheduleRule(schedule_id=schedule, weekday=weekday, part=part, starts=starts, ends=ends, capacity=capacity)
        for weekday, part, starts, ends, capacity in week
    )
    audit.record(by=by, action="scheduling.set_week", target=f"Schedule/{schedule}", detail={"half_days": len(week)})


@transaction.atomic
def set_exception(
    *,
    by: Actor,
    schedule: int,
    on: date,
    part: str = "",
    capacity: int | None = None,
    starts: time | None = None,
    ends: time | None = None,
    reason: str = "",
    remove: bool = False,
) -> None:
    """Set (or remove) a day that departs from the weekly rule: closed without a capacity.

    Raises:
        ScheduleExceptionInvalid: an unknown half-day, or hours out of order.
    """
    if (part and part not in list(Part)) or (starts is not None and ends is not None and starts >= ends):
        raise ScheduleExceptionInvalid(where=f"schedule {schedule}, {on} {part}")
    ScheduleException.objects.filter(schedule_id=schedule, on=on, part=part).delete()
    if not remove:
        ScheduleException.objects.create(
            schedule_id=schedule, on=on, part=part, capacity=capacity, starts=starts, ends=ends, reason=reason[:120]
        )
    audit.record(
        by=by,
        action="scheduling.set_exception",
        target=f"Schedule/{schedule}",
        detail={"on": str(on), "part": part, "capacity": capacity, "removed": remove},
    )


def _refuse_half_day(
    schedule: int, weekday: int, part: str, starts: time | None, ends: time | None, capacity: int, segment_minutes: int
) -> None:
    if (
        not 0 <= weekday <= 6
        or part not in list(Part)
        or capacity < 0
        or (capacity and (starts is None or ends is None or starts >= ends))
        or not 0 <= segment_minutes <= 480
    ):
        raise ScheduleRuleInvalid(where=f"schedule {schedule}, weekday {weekday}, {part}")


def _keys(name: str) -> tuple[str, str]:
    """Search keys of a name: syllables and initials of its first reading, lower case, without spaces."""
    readings = directory.readings(name)
    first = readings[0] if readings else ()
    words = first.split() if isinstance(first, str) else list(first)
    return "".join(words).lower(), "".join(word[0] for word in words if word).lower()
