"""Reads for the pages of one institution: months, tables, days, submissions and rows to repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Channel, Rejection, RejectionCount, Submission
from jinling.data.collection.queries.counts import LOADED
from jinling.data.collection.queries.manifest import received_files
from jinling.data.collection.queries.participation import declared_by, participant
from jinling.data.collection.rules import Way
from jinling.engine.spec import DataSet
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one data set in a month of receipt, and when the last file of it ever came.

    ``loaded`` are the accepted rows that came for the first time; the others correct earlier ones.
    """

    files: int = 0
    received: int = 0
    accepted: int = 0
    loaded: int = 0
    rejected: int = 0
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A data set of the institution's list: declared or not, and what was sent of it."""

    data_set: DataSet
    declared: bool
    sent: Sent


@dataclass(slots=True)
class Days:
    """A data set's days of receipt in a month: rows received by day, and the days without an upload so far."""

    data_set: DataSet
    rows: dict[date, int] = field(default_factory=dict)
    gaps: int = 0


def months(organization: int | None = None) -> list[Period]:
    """Months of receipt that have a submission, latest first."""
    found = Submission.objects.order_by().exclude(channel=Channel.CARRIED)
    if organization is not None:
        found = found.filter(organization_id=organization)
    return [Period.month_of(day) for day in found.dates("received_on", "month", order="DESC")]


def required_of(organization: directory.Organization) -> str:
    """Which list an institution owes: the one it takes part with, else the one of its kind."""
    takes_part = participant(organization.pk, on=timezone.localdate())
    if takes_part:
        return takes_part.required_of
    return "district" if organization.kind == directory.Kind.COMMUNITY_HEALTH_CENTRE else "hospital"


def way_of(organization: int) -> str:
    """How an institution takes part; one that is not listed has not reported."""
    takes_part = participant(organization, on=timezone.localdate())
    return takes_part.way if takes_part else Way.NOT_REPORTED


def sent_by_table(organization: int, period: Period) -> dict[str, Sent]:
    """Counts by data set of an institution's stored files."""
    inside = Q(received_on__range=(period.first, period.last))
    rows = (
        received_files()
        .filter(organization_id=organization)
        .values_list("data_set")
        .annotate(
            a=Count("pk", filter=inside),
            b=Sum("rows_received", filter=inside, default=0),
            c=Sum("rows_accepted", filter=inside, default=0),
            d=Sum(LOADED, filter=inside, default=0),
            e=Sum("rows_rejected", filter=inside, default=0),
            f=Max("received_on"),
        )
        .order_by()
    )
    return {code: Sent(*counts) for code, *counts in rows}


def last_upload(organization: int) -> date | None:
    """The day of receipt of an institution's latest stored file."""
    found = received_files().filter(organization_id=organization)
    latest: date | None = found.aggregate(last=Max("received_on"))["last"]
    return latest


def own_tables(organization: directory.Organization, period: Period) -> list[OwnTable]:
    """The institution's list in the catalogue's order; declared ones first, then those that were ever sent."""
    declared = declared_by(organization.pk, on=period.last)
    sent = sent_by_table(organization.pk, period)
    listed = catalogue().required_of(required_of(organization), on=period.last)
    tables = [OwnTable(one, one.code in declared, sent.get(one.code, Sent())) for one in listed]
    return sorted(tables, key=lambda table: (not table.declared, table.sent.last_on is None))


def days_of(organization: int, period: Period, *, on: date) -> list[Days]:
    """Days of receipt of every data set that is declared or was sent; ``on`` is the last day that can have a gap."""
    rows = (
        received_files()
        .filter(organization_id=organization, received_on__range=(period.first, period.last))
        .values_list("data_set", "received_on")
        .annotate(n=Sum("rows_received"))
        .order_by()
    )
    known = catalogue().data_sets
    found: dict[str, Days] = {
        code: Days(known[code]) for code in sorted(declared_by(organization, on=period.last)) if code in known
    }
    for code, day, count in rows:
        if code in known:
            found.setdefault(code, Days(known[code])).rows[day] = count
    past = [day for day in period.days() if day <= on]
    for one in found.values():
        one.gaps = sum(day not in one.rows for day in past)
    return sorted(found.values(), key=lambda one: (-len(one.rows), one.data_set.code))


def rejections_of(organization: int | None = None, *, only_open: bool = True) -> QuerySet[Rejection]:
    """Rejected rows as pieces of work, the oldest open one first."""
    rows = Rejection.objects.select_related("submission__organization")
    if organization is not None:
        rows = rows.filter(submission__organization_id=organization)
    if only_open:
        return rows.filter(closed_at=None).order_by("opened_at")
    return rows.order_by("-opened_at")


def rules_of(submissions: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, str, int]]]:
    """(rule, column, rows) by submission, most frequent first."""
    found: dict[UUID, list[tuple[str, str, int]]] = {}
    rows = RejectionCount.objects.filter(submission__in=submissions).order_by("-rows", "rule", "column")
    for one in rows:
        found.setdefault(one.submission_id, []).append((one.rule, one.column, one.rows))
    return found
