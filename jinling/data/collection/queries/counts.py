"""What was sent and is held, counted from the manifest: by institution or district, by day, by month, by rule.

``by`` says whose ids are the keys; a day or a data set of a district counts once, whichever of its institutions sent
it. An institution counts for the district in which it lay on the last day of what is counted, wherever it lies today.
A row is loaded once, when it is received for the first time: a correction is accepted, but loads no row.
``required_of`` says whose list of data sets is meant: ``hospital`` or ``district``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from jinling.data.collection.models import Part, PartDay, Rejection, RejectionCount, Submission
from jinling.data.collection.queries.manifest import current_parts, received_files
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period, Span

By = Literal["organization", "district"]
PLACES: Mapping[By, str] = {"organization": "organization_id", "district": "version__district_id"}
# How the codes of a list's data sets begin.
PREFIXES: Mapping[str, str] = {"hospital": "H_", "district": "D_"}
# Rows of a file that were not held before. The others were, and count in the month in which they came first.
LOADED = F("rows_accepted") - F("corrections")


@dataclass(frozen=True, slots=True)
class Received:
    """What came in a span: data sets of which a row was accepted, rows, days with a file.

    ``accepted`` rows are those ``loaded``, which came for the first time, and corrections of earlier ones. ``apart``
    holds the loaded rows of each group of data sets that was asked for by name.
    """

    tables: int
    received: int
    accepted: int
    loaded: int
    rejected: int
    days: int
    apart: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DayCount:
    """One institution's data set on one day of receipt; ``corrections`` are among the accepted rows."""

    organization: str
    data_set: str
    day: date
    received: int
    accepted: int
    rejected: int
    duplicates: int
    files: int
    corrections: int


@dataclass(frozen=True, slots=True)
class EventDay:
    """Rows of one event day and the day on which they were received."""

    data_set: str
    received_on: date
    day: date
    rows: int


def received(
    span: Span, by: By, required_of: str, *, apart: Mapping[str, Collection[str]] | None = None
) -> dict[int, Received]:
    """Tables, rows and days of those who sent something.

    Args:
        apart: groups of data sets by a name, whose loaded rows are counted by themselves.
    """
    groups = apart or {}
    # Under names of their own: an annotation may not be called as a field of the table is.
    counted = (
        placed(_of_list(span, required_of), by, span.last)
        .values_list(PLACES[by])
        .annotate(
            in_tables=Count("data_set", distinct=True, filter=Q(rows_accepted__gt=0)),
            in_received=Sum("rows_received"),
            in_accepted=Sum("rows_accepted"),
            in_loaded=Sum(LOADED),
            in_rejected=Sum("rows_rejected"),
            in_days=Count("received_on", distinct=True),
            **{
                f"in_group_{name}": Sum(LOADED, filter=Q(data_set__in=codes), default=0)
                for name, codes in groups.items()
            },
        )
    )
    return {
        key: Received(tables, received, accepted, new, rejected, days, dict(zip(groups, rows, strict=True)))
        for key, tables, received, accepted, new, rejected, days, *rows in known(counted)
    }


def loaded(span: Span, by: By, required_of: str) -> dict[int, int]:
    """Rows loaded, alone: over a month or over years."""
    rows = placed(_of_list(span, required_of), by, span.last)
    return dict(known(rows.values_list(PLACES[by]).annotate(n=Sum(LOADED))))


def held(on: date, by: By, data_sets: Iterable[str]) -> dict[int, dict[str, int]]:
    """Rows that were held on a day, by data set: received up to then, and not replaced or taken out by then."""
    rows = Part.objects.filter(
        Q(removed_by=None) | Q(removed_by__received_on__gt=on),
        data_set__in=list(data_sets),
        added_by__received_on__lte=on,
    )
    found: dict[int, dict[str, int]] = {}
    for key, code, count in known(placed(rows, by, on).values_list(PLACES[by], "data_set").annotate(n=Sum("rows"))):
        found.setdefault(key, {})[code] = count
    return found


def held_in_all() -> int:
    """Current rows of everybody."""
    return current_parts().aggregate(n=Sum("rows"))["n"] or 0


def paths(data_set: str, organization: int) -> list[str]:
    """The current parts of an institution's data set, as the lake calls them."""
    return sorted(current_parts(data_sets=[data_set], organization=organization).values_list("path", flat=True))


def rows_by_month(until: Period, *, organization: int | None = None) -> dict[tuple[str, str], dict[str, int]]:
    """Current rows by (institution, data set) and event month up to a month, oldest month first."""
    rows = (
        current_parts(organization=organization)
        .filter(period__lte=str(until))
        .values_list("organization__code", "data_set", "period")
        .annotate(n=Sum("rows"))
        .order_by("organization__code", "data_set", "period")
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for code, data_set, month, rows_of_month in rows:
        counts.setdefault((code, data_set), {})[month] = rows_of_month
    return counts


def event_days(period: Period, organization: int) -> list[EventDay]:
    """When the rows happened that an institution sent in files received in the period."""
    days = PartDay.objects.filter(part__added_by__in=_stored(period), part__organization_id=organization)
    rows = days.values_list("part__data_set", "part__added_by__received_on", "day", "rows")
    return [EventDay(*row) for row in rows]


def senders(period: Period) -> int:
    """How many institutions have a file that was received in the period."""
    return _stored(period).order_by().values("organization_id").distinct().count()


def last_uploads(*, required_of: str | None = None, until: date | None = None) -> dict[int, date]:
    """The day of receipt of each institution's latest stored file: of one list, up to a day."""
    found = received_files()
    if required_of is not None:
        found = found.filter(data_set__startswith=PREFIXES[required_of])
    if until is not None:
        found = found.filter(received_on__lte=until)
    return dict(found.values_list("organization_id").annotate(n=Max("received_on")).order_by())


def open_rows(required_of: str) -> dict[int, int]:
    """Rejected rows of a list's data sets that wait to be mended, by institution."""
    waiting = Rejection.objects.filter(closed_at=None, submission__data_set__startswith=PREFIXES[required_of])
    return dict(waiting.values_list("submission__organization_id").annotate(n=Sum("open_rows")).order_by())


def rows_by_day(
    period: Period, *, organization: int | None = None, data_set: str | None = None
) -> dict[date, tuple[int, int]]:
    """Accepted and rejected rows of every day of the period; days without an upload count none."""
    found = _stored(period)
    if organization is not None:
        found = found.filter(organization_id=organization)
    if data_set is not None:
        found = found.filter(data_set=data_set)
    rows = found.order_by().values_list("received_on").annotate(a=Sum("rows_accepted"), b=Sum("rows_rejected"))
    counted = {day: (accepted, rejected) for day, accepted, rejected in rows}
    return {day: counted.get(day, (0, 0)) for day in period.days()}


def daily(period: Period, *, organization: int | None = None) -> list[DayCount]:
    """Rows received, accepted, rejected, repeated and corrected, by institution, data set and day of receipt."""
    found = _stored(period) if organization is None else _stored(period).filter(organization_id=organization)
    rows = (
        found.values_list("organization__code", "data_set", "received_on")
        .annotate(
            a=Sum("rows_received"),
            b=Sum("rows_accepted"),
            c=Sum("rows_rejected"),
            d=Sum("duplicates"),
            e=Count("pk"),
            f=Sum("corrections"),
        )
        .order_by("organization__code", "data_set", "received_on")
    )
    return [DayCount(*row) for row in rows]


def rejected_by_rule(period: Period, *, organization: int | None = None) -> dict[tuple[str, str, str], int]:
    """Findings by (data set, rule, column) in files received in the period."""
    counts = RejectionCount.objects.filter(submission__in=_stored(period))
    if organization is not None:
        counts = counts.filter(submission__organization_id=organization)
    rows = counts.values_list("submission__data_set", "rule", "column").annotate(n=Sum("rows")).order_by()
    return {(code, rule, column): n for code, rule, column, n in rows}


def placed(rows: Any, by: By, on: date) -> Any:
    """Rows with whose they are, by ``PLACES``: an institution's, or of the district in which it lay on a day."""
    return rows.annotate(version=directory.in_force(on)) if by == "district" else rows


def known(rows: Any) -> Iterator[Any]:
    """Rows of somebody: an institution of the city as a whole lies in no district."""
    return (row for row in rows.order_by() if row[0] is not None)


def _stored(period: Period | Span) -> QuerySet[Submission]:
    """Submissions stored with a day of receipt in the period."""
    return received_files().filter(received_on__range=(period.first, period.last))


def _of_list(span: Span, required_of: str) -> QuerySet[Submission]:
    return _stored(span).filter(data_set__startswith=PREFIXES[required_of])
