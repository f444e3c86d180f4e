"""The counting rules of collection: what every figure of its two tables counts.

Each is offered for institutions and, as ``collection.district_...``, for districts: a district's days and tables are
not the sums of its institutions'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from jinling.data.collection import public as collection
from jinling.data.quality import counting, queries
from jinling.data.quality.counting import NOTHING, Sent
from jinling.data.quality.rules import MISSING, TOO_FEW, Returned, upload_rate
from jinling.foundation.directory import public as directory
from jinling.kernel.figures import Along, AtMost, Ceiling, Figure, Held, Indicator, Limit, Reasons
from jinling.kernel.periods import Span

Count = Callable[[Span], Mapping[tuple[Any, ...], Any]]
Begins = Callable[[], date | None]
# Whose list of data sets is followed, by whom a table has rows of.
LISTS: Mapping[collection.By, str] = {"organization": "hospital", "district": "district"}
# When each list's sources begin. One function a source, whichever indicators share it: it is asked once for them all.
SENDING: Mapping[collection.By, Begins] = {by: partial(collection.first_day, one) for by, one in LISTS.items()}
HEARING: Mapping[collection.By, Begins] = {by: partial(collection.first_heard, one) for by, one in LISTS.items()}
# Only districts' data sets are of health records, whoever sends them.
RECORDING: Mapping[collection.By, Begins] = dict.fromkeys(LISTS, SENDING["district"])


def _sent(pick: Callable[[Sent], int]) -> Callable[[collection.By], Count]:
    """Count one thing of what each sent."""
    return lambda by: lambda span: {(key,): pick(one) for key, one in span.once(counting.sent, by, LISTS[by]).items()}


def _loaded(by: collection.By) -> Count:
    return lambda span: {(key,): n for key, n in collection.loaded(span, by, LISTS[by]).items()}


def _kinds(count: Callable[[Span, collection.By], Mapping[int, Mapping[str, int]]]) -> Callable[[collection.By], Count]:
    """A thing of several kinds, by (id, kind)."""
    return lambda by: (
        lambda span: {
            (key, kind): number for key, kinds in span.once(count, by).items() for kind, number in kinds.items()
        }
    )


def _deployed(span: Span, by: collection.By) -> Mapping[int, Mapping[str, int]]:
    return collection.deployed(span, by, LISTS[by])


def _declared(by: collection.By) -> Count:
    """Who opened its database declares nothing."""

    def count(span: Span) -> Mapping[tuple[Any, ...], Any]:
        declared = collection.declared(span.last, by, LISTS[by])
        found: dict[tuple[Any, ...], Any] = {}
        for key, ways in span.once(_ways, by).items():
            if collection.Way.DATABASE_OPENED in ways:
                found[key,] = Figure(None, collection.Way.DATABASE_OPENED)
            elif collection.Way.DECLARED in ways:
                found[key,] = declared.get(key, 0)
        return found

    return count


def _required(by: collection.By) -> Count:
    """Everybody who is open on the last day owes the list, but those whose database is read."""

    def count(span: Span) -> Mapping[tuple[Any, ...], Any]:
        listed, ways = len(collection.catalogue().required_of(LISTS[by], on=span.last)), span.once(_ways, by)
        if by == "organization":
            keys = {one.pk for one in directory.as_of(span.last).values() if one.active} | set(ways)
        else:
            keys = set(directory.districts_as_of(span.last))
        return {(key,): None if collection.Way.DATABASE_OPENED in ways.get(key, ()) else listed for key in keys}

    return count


def _rate(measure: str, pick: Callable[[Sent], int]) -> Callable[[collection.By], Count]:
    """Sent over returned; a rate that cannot be had is a reason."""

    def of(by: collection.By) -> Count:
        def count(span: Span) -> Mapping[tuple[Any, ...], Any]:
            sent, returns = span.once(counting.sent, by, LISTS[by]), span.once(_returns)
            returned = {key: n for (kind, key, measured), n in returns.items() if (kind, measured) == (by, measure)}
            rates = {
                key: upload_rate(pick(sent.get(key, NOTHING)), *returned.get(key, Returned()))
                for key in {*sent, *returned}
            }
            return {(key,): Figure(rate.value, rate.reason) for key, rate in rates.items()}

        return count

    return of


def _ways(span: Span, by: collection.By) -> Mapping[int, set[str]]:
    return collection.ways(span.last, by, LISTS[by])


def _returns(span: Span) -> Mapping[tuple[str, int, str], Returned]:
    return queries.returns(span.month)


def _both(
    code: str,
    name: str,
    unit: str,
    definition: str,
    count: Callable[[collection.By], Count],
    *,
    parts: tuple[str, ...] = (),
    missing: Any = 0,
    since: Callable[[collection.By], Count] | None = None,
    begins: Mapping[collection.By, Begins] = SENDING,
    late: Callable[[collection.By, Span], Collection[int]] | None = None,
    limits: Callable[[str], tuple[Limit, ...]] = lambda own: (),
) -> list[Indicator]:
    """An indicator for institutions and one for districts; ``late``: whose is not known while files are checked."""
    return [
        Indicator(
            f"collection.{prefix}{code}",
            name,
            unit,
            definition,
            (by, *parts),
            count(by),
            since(by) if since else None,
            missing,
            begins=begins[by],
            late=partial(late, by) if late else None,
            limits=limits(f"collection.{prefix}"),
        )
        for by, prefix in BOTH
    ]


def _unfinished(by: collection.By, span: Span) -> Collection[int]:
    return collection.unfinished(span, by, LISTS[by])


def _unfinished_records(by: collection.By, span: Span) -> Collection[int]:
    """Of what is held on the last day, a file of any earlier month may be what is not checked yet."""
    return collection.unfinished_until(span.last, by, queries.RECORDS.values())


# More was sent than returned now and then; twice as much and more never.
RATE = Ceiling(200, usual=150)
UNDECLARED = (collection.Way.NOT_REPORTED.value, collection.Way.DATABASE_OPENED.value)
WITHOUT_RATE = (MISSING, TOO_FEW)
BOTH: tuple[tuple[collection.By, str], ...] = (("organization", ""), ("district", "district_"))
INDICATORS = [
    *_both(
        "records_loaded",
        _("Records loaded"),
        _("records"),
        _(
            "Rows accepted for the first time in files received in the period. A duplicate is no row; one that is "
            "corrected later counts in the month in which it came first."
        ),
        _sent(lambda one: one.loaded),
        since=_loaded,
        late=_unfinished,
        limits=lambda own: (Along(f"{own}upload_days", steady=False),),
    ),
    *_both(
        "tables_declared",
        _("Tables declared"),
        _("tables"),
        _("Data sets that the institution had declared to send on the period's last day."),
        _declared,
        missing=Figure(None, collection.Way.NOT_REPORTED),
        limits=lambda own: (Held(), AtMost(f"{own}tables_required"), Reasons(UNDECLARED)),
    ),
    *_both(
        "tables_required",
        _("Tables required"),
        _("tables"),
        _("Data sets on the list that the institution follows; none where the centre reads its database."),
        _required,
        limits=lambda own: (Held(),),
    ),
    *_both(
        "tables_uploaded",
        _("Tables sent"),
        _("tables"),
        _("Different data sets of which at least one row was accepted in the period."),
        _sent(lambda one: one.tables),
        late=_unfinished,
        limits=lambda own: (Held(), AtMost(f"{own}tables_required")),
    ),
    *_both(
        "upload_days",
        _("Days with an upload"),
        _("days"),
        _("Days of the period on which a stored file was received; a district counts a day once."),
        _sent(lambda one: one.days),
        late=_unfinished,
        limits=lambda own: (Held(), Ceiling("days_of_month")),
    ),
    *_both(
        "outpatient_visits",
        _("Outpatient visits"),
        _("visits"),
        _("Outpatient and emergency visits accepted for the first time in files received in the period."),
        _sent(lambda one: one.visits),
        late=_unfinished,
    ),
    *_both(
        "outpatient_rate",
        _("Outpatient upload rate"),
        _("percent"),
        _(
            "Outpatient and emergency visits accepted for the first time in the period over those returned to the "
            "statistics office, in percent; digits beyond the second are cut off. Above 100 when more was sent than "
            "returned."
        ),
        _rate("outpatient", lambda one: one.visits),
        missing=Figure(None, MISSING),
        late=_unfinished,
        limits=lambda own: (RATE, Along(f"{own}outpatient_visits"), Reasons(WITHOUT_RATE)),
    ),
    *_both(
        "discharges",
        _("Discharges"),
        _("patients"),
        _("Patients discharged, accepted for the first time in files received in the period."),
        _sent(lambda one: one.discharges),
        late=_unfinished,
    ),
    *_both(
        "discharge_rate",
        _("Discharge upload rate"),
        _("percent"),
        _("Discharges accepted for the first time in the period over those returned, in the same way."),
        _rate("discharge", lambda one: one.discharges),
        missing=Figure(None, MISSING),
        late=_unfinished,
        limits=lambda own: (RATE, Along(f"{own}discharges"), Reasons(WITHOUT_RATE)),
    ),
    *_both(
        "health_records",
        _("Health records held"),
        _("records"),
        _(
            "Rows of the tables of health records, hypertension and diabetes that were held on the period's last day: "
            "received up to then, and not replaced by then."
        ),
        _kinds(counting.held),
        parts=("kind",),
        begins=RECORDING,
        late=_unfinished_records,
        limits=lambda own: (Held(),),
    ),
    *_both(
        "deployments",
        _("Record browsers and hints deployed"),
        _("workstations"),
        _("Workstations that were heard of in the period."),
        _kinds(_deployed),
        parts=("kind",),
        begins=HEARING,
        missing=Figure(None, "not_deployed"),
        limits=lambda own: (Held(), Reasons(("not_deployed",))),
    ),
]
