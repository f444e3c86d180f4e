"""Reads of quality, from the manifest and the counters alone: what came, what was good, what was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max

from jinling.data.collection import public as collection
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.rules import (
    Loss,
    Measure,
    Rate,
    Returned,
    Stage,
    costliest,
    outlier,
    stages,
    trend,
    upload_rate,
)
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period

VISITS = ("H_YL_MZ_MEDICAL_RECORD", "D_YL_MZ_MEDICAL_RECORD")
DISCHARGES = ("H_HIS_ZY_DIS_REG", "D_HIS_ZY_DIS_REG")
LAG_AFTER = 3  # days of silence
RECORDS = {"basic": "D_CHSS_GRJKDA", "hypertension": "D_JBGL_GXYSQBG", "diabetes": "D_JBGL_TNBSQBG"}


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a month of one institution shrinks from what was asked to what can be compared, and what cost most."""

    stages: Sequence[Stage]
    losses: Sequence[Loss]
    rate: Rate


def returns(period: Period) -> dict[tuple[str, int, str], Returned]:
    """Returned values by ("organization" or "district", id, measure)."""
    return {
        (
            "organization" if row.organization_id else "district",
            row.organization_id or row.district_id or 0,
            row.measure,
        ): Returned(row.value, row.comparable)
        for row in StatisticalReturn.objects.filter(period=str(period))
    }


def subject_of(organization: int, required_of: str, *, on: date) -> tuple[str, int]:
    """Whose returns an institution is held against: of a district's list, those of where it lay on a day."""
    district = directory.as_of(on, ids=[organization])[organization].district if required_of == "district" else None
    return ("district", district) if district else ("organization", organization)


def returned_months() -> list[tuple[str, int, int, int, datetime]]:
    """``(period, institutions, districts, values, imported at)`` of the latest 36 months with returns."""
    rows = StatisticalReturn.objects.order_by("-period").values_list("period")
    counted = rows.annotate(
        institutions=Count("organization", distinct=True),
        districts=Count("district", distinct=True),
        values=Count("pk"),
        imported=Max("imported_at"),
    )
    return list(counted[:36])


def history(period: Period, *, organization: int | None = None) -> dict[tuple[str, str], dict[str, int]]:
    """Current rows by (institution, data set) and event month up to ``period``, which stands last; oldest first.

    Only data sets with rows in ``period`` are listed.
    """
    counts = collection.rows_by_month(period, organization=organization)
    return {key: months for key, months in counts.items() if str(period) in months}


def outliers(period: Period, *, organization: int | None = None) -> list[tuple[str, str, int, float]]:
    """(institution, data set, rows, score) where the month's rows lie far from the institution's own earlier months."""
    found = []
    for (code, data_set), months in history(period, organization=organization).items():
        *earlier, count = months.values()
        score = outlier(count, earlier)
        if score is not None:
            found.append((code, data_set, count, score))
    return found


def trends(period: Period, organization: int) -> dict[str, float | None]:
    """Change of each data set's rows against the month before, in percent; None where that month had none."""
    before = str(period.previous())
    return {
        code: trend([months.get(before, 0), months[str(period)]])
        for (_one, code), months in history(period, organization=organization).items()
    }


def timeliness(period: Period, organization: int) -> dict[str, float]:
    """Days between event and receipt by data set, weighted by rows."""
    total: dict[str, tuple[float, int]] = {}
    for one in collection.event_days(period, organization):
        spent, seen = total.get(one.data_set, (0.0, 0))
        total[one.data_set] = (spent + (one.received_on - one.day).days * one.rows, seen + one.rows)
    return {code: round(spent / seen, 1) for code, (spent, seen) in total.items() if seen}


def links(organization: int, data_set: str) -> dict[str, tuple[int, int]]:
    """For each link of a data set: rows that name something there, and how many of them name nothing that is stored."""
    one = collection.catalogue().find(data_set)
    here = collection.paths(data_set, organization)
    told = {}
    for link in one.references:
        there = collection.paths(link.to, organization)
        told[link.to] = collection.lake().unlinked(here, link.columns, there, link.on)
    return told


@dataclass(frozen=True, slots=True)
class Lag:
    """An institution that takes part and was silent: since when (None: it never sent), and for how many days."""

    organization: directory.Organization
    way: str
    last_on: date | None
    days: int


def lags(*, on: date, days: int = LAG_AFTER, since: date | None = None) -> list[Lag]:
    """Institutions that were silent for more than ``days``, the longest first.

    ``since`` is the day from which silence counts for those that never sent (by default the month's first).
    """
    last = collection.last_uploads(until=on)
    found = []
    for one in collection.participants(on=on):
        last_on = last.get(one.organization.pk)
        silent = (on - (last_on or since or on.replace(day=1))).days
        if silent > days or last_on is None:
            found.append(Lag(one.organization, one.way, last_on, silent))
    return sorted(found, key=lambda lag: (lag.last_on is not None, -lag.days))


def lagging(period: Period, *, on: date, days: int = LAG_AFTER) -> list[tuple[str, int]]:
    """(institution, days since its last upload) of those that take part and were silent for more than ``days``."""
    found = lags(on=on, days=days, since=period.first)
    return sorted(((lag.organization.code, lag.days) for lag in found if lag.days > days), key=lambda pair: -pair[1])


def waterfall(period: Period, organization: int) -> Waterfall:
    """Required, declared, uploaded, received, valid, against the returns; and what cost most by rule, table and day."""
    takes_part = collection.participant(organization, on=period.last)
    required_of = takes_part.required_of if takes_part else "hospital"
    declared = collection.declared(period.last, "organization", required_of).get(organization, 0)
    mine = collection.daily(period, organization=organization)
    rules = collection.rejected_by_rule(period, organization=organization)
    sent = sum(day.accepted - day.corrections for day in mine if day.data_set in VISITS)
    # A district's return covers all its institutions; it is kept under the district.
    subject = subject_of(organization, required_of if takes_part else "", on=period.last)
    returned = returns(period).get((*subject, Measure.OUTPATIENT), Returned())
    steps = stages(
        required=len(collection.catalogue().required_of(required_of, on=period.last)),
        declared=declared,
        uploaded=len({day.data_set for day in mine if day.accepted}),
        received=sum(day.received for day in mine),
        accepted=sum(day.accepted for day in mine),
        returned=returned.value,
        sent=sent,
    )
    by_table, by_day = _sum(mine, "data_set"), _sum(mine, "day")
    losses = [
        loss
        for loss in (
            costliest(
                "rule", {f"{code} {rule}:{column}".rstrip(":"): rows for (code, rule, column), rows in rules.items()}
            ),
            costliest("table", by_table),
            costliest("day", by_day),
        )
        if loss is not None
    ]
    return Waterfall(steps, losses, upload_rate(sent, *returned))


def _sum(days: Sequence[collection.DayCount], name: str) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for day in days:
        key = str(getattr(day, name))
        total[key] = total.get(key, 0) + day.rejected
    return total
