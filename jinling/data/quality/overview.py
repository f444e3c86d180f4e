"""Reads for the centre's pages: where every institution stands, and who has to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from jinling.data.collection import public as collection
from jinling.data.quality import counting, queries
from jinling.data.quality.counting import Sent
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.rules import Measure, Rate, Returned, upload_rate
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period, Span


@dataclass(frozen=True, slots=True)
class Standing:
    """One institution's month on one list: tables, rows, days, rates, open work. Dates are days of receipt.

    The institution is called, and on the districts' list lies in the ``district``, as on the month's last day.
    """

    organization: directory.OrganizationOn
    district: str
    way: str
    declared: int
    required: int
    sent: Sent
    outpatient: Rate
    discharge: Rate
    last_on: date | None
    open_rows: int

    @property
    def valid(self) -> float | None:
        """Accepted of received rows in percent; None where nothing came."""
        return round(100 * self.sent.accepted / self.sent.received, 2) if self.sent.received else None


def default_month() -> Period:
    """The latest month in which at least half of those who take part sent something, else the latest with any."""
    known = collection.months()
    if not known:
        return Period.month_of(timezone.localdate())
    half = len(collection.taking_part(on=timezone.localdate())) / 2
    for month in known[:24]:
        sent = collection.senders(month)
        if sent and sent >= half:
            return month
    return known[0]


def standings(period: Period, required_of: str) -> list[Standing]:
    """Every institution that takes part by a list, or sent tables of it, in the directory's order."""
    span = Span.of(period, timezone.get_default_timezone())
    ways = collection.ways(span.last, "organization", required_of)
    sent = counting.sent(span, "organization", required_of)
    declared = collection.declared(span.last, "organization", required_of)
    last = collection.last_uploads(required_of=required_of)
    open_rows = collection.open_rows(required_of)
    returned = queries.returns(period)
    required = len(collection.catalogue().required_of(required_of, on=span.last))
    named = directory.districts_as_of(span.last) if required_of == "district" else {}
    found = []
    for one in directory.as_of(span.last, ids={*ways, *sent}).values():
        own = sent.get(one.pk, counting.NOTHING)
        subject = ("district", one.district) if required_of == "district" and one.district else ("organization", one.pk)
        found.append(
            Standing(
                one,
                named[one.district].name if one.district in named else "",
                next(iter(ways.get(one.pk, ())), collection.Way.NOT_REPORTED),
                declared.get(one.pk, 0),
                required,
                own,
                upload_rate(own.visits, *returned.get((*subject, Measure.OUTPATIENT), Returned())),
                upload_rate(own.discharges, *returned.get((*subject, Measure.DISCHARGE), Returned())),
                last.get(one.pk),
                open_rows.get(one.pk, 0),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """One month and measure of an institution: what it sent, what it returned, and the rate or the reason."""

    period: Period
    measure: str
    sent: int
    returned: int | None
    rate: Rate


def compared(organization: directory.Organization, *, required_of: str, limit: int = 12) -> list[Compared]:
    """An institution's latest months against its returns (a district's institution: against the district's)."""
    lay = directory.places(organization.pk) if required_of == "district" else {}

    def subject(month: Period) -> tuple[str, int]:
        district = next((lay[day] for day in sorted(lay, reverse=True) if day <= month.last), None)
        return ("district", district) if district else ("organization", organization.pk)

    own = Q(organization=organization) | Q(district__in=[district for district in lay.values() if district])
    rows = StatisticalReturn.objects.filter(own)
    returned = {
        (("district", district) if district else ("organization", one), Period(period), measure): Returned(value, fit)
        for one, district, period, measure, value, fit in rows.values_list(
            "organization_id", "district_id", "period", "measure", "value", "comparable"
        )
    }
    returned = {key: value for key, value in returned.items() if key[0] == subject(key[1])}
    months = {*collection.months(organization.pk), *(month for _subject, month, _measure in returned)}
    found = []
    for month in sorted(months, reverse=True)[:limit]:
        sent = collection.sent_by_table(organization.pk, month)
        for measure, codes in ((Measure.OUTPATIENT, queries.VISITS), (Measure.DISCHARGE, queries.DISCHARGES)):
            count = sum(sent[code].loaded for code in codes if code in sent)
            value = returned.get((subject(month), month, measure), Returned())
            found.append(Compared(month, measure, count, value.value, upload_rate(count, *value)))
    return found


@dataclass(frozen=True, slots=True)
class Deployed:
    """Workstations of one institution heard in a month by kind, and when the last one was heard."""

    organization: directory.Organization
    counts: dict[str, int]
    last_at: datetime | None
    silent: int


def deployments(period: Period, *, now: datetime, quiet: timedelta = timedelta(days=1)) -> list[Deployed]:
    """Institutions that take part or have a deployment; ``silent`` counts workstations unheard for ``quiet``."""
    counts: dict[int, dict[str, int]] = {}
    last: dict[int, datetime] = {}
    silent: dict[int, int] = {}
    for one in collection.heard(period, silent_since=now - quiet):
        pk = one.organization
        counts.setdefault(pk, {})[one.kind] = one.count
        last[pk] = max(one.last_at, last.get(pk, one.last_at))
        silent[pk] = silent.get(pk, 0) + one.silent
    taking_part = collection.taking_part(on=period.last)
    return [
        Deployed(place, counts.get(place.pk, {}), last.get(place.pk), silent.get(place.pk, 0))
        for place in directory.organizations(active=None).filter(pk__in={*taking_part, *counts})
    ]


def owners() -> dict[str, list[str]]:
    """Open accounts of hospital IT by institution code."""
    found: dict[str, list[str]] = {}
    for account in access.accounts():
        if not account.is_active:
            continue
        for assigned in account.assignments.all():
            place = assigned.scope or account.organization
            if assigned.role == collection.rights.HOSPITAL_IT and place:
                found.setdefault(place, []).append(str(account.pk))
    return found
