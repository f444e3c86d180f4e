"""What strangers read: a month's release, or the month as it was counted last. Reading never starts a count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from jinling.data.statistics.models import KeptMonth, KeptSum, ReplayRun
from jinling.data.statistics.queries import coverage, releases, stored
from jinling.data.statistics.queries.bulletins import chosen_tables
from jinling.data.statistics.queries.counting import Sums, counted_now
from jinling.data.statistics.queries.layout import zone
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.refusals import BulletinPending, ColumnUnknown
from jinling.data.statistics.rules.series import Series, series
from jinling.kernel.figures import Indicator
from jinling.kernel.periods import Period


def kept_bulletin(period: str | Period, *, only: Iterable[str] = (), version: int | None = None) -> Bulletin:
    """A month's release, or what was counted last.

    Args:
        only: names of the tables wanted; all by default.
        version: a certain edition of the release; the latest by default.

    Raises:
        PeriodUnreadable, NotAMonth, PeriodInFuture, MonthNotCounted: no month that has figures.
        ReleaseUnknown: there is no such edition.
        BulletinPending: the month has figures, which nobody has counted yet.
        TableUnknown: a wanted table that the bulletin does not print.
    """
    chosen, wanted = coverage.month(period), list(only)
    found = releases.released(chosen, version)
    if found is None:
        kept = KeptMonth.objects.filter(period=str(chosen)).first()
        if kept is None:
            coverage.require(chosen, offered_months())
            raise BulletinPending(period=str(chosen))
        # Counted before the month's end and read after it, it is a past month's that nobody has counted since.
        found = replace(stored.bulletin_of(kept.document), closed=timezone.now() >= chosen.end(zone()))
    if not wanted:
        return found
    names = {part.layout.name for part in found.parts}
    for table in set(wanted) - names:
        chosen_tables([table])
    parts = tuple(part for part in found.parts if part.layout.name in wanted)
    shown = {part.layout.name for part in parts}
    return replace(found, parts=parts, checks=tuple(check for check in found.checks if check.table in shown))


def offered_months() -> list[Period]:
    """Months that have figures, newest first, as far as they were counted, replayed or released."""
    texts = {
        *KeptMonth.objects.values_list("period", flat=True),
        *ReplayRun.objects.exclude(state=ReplayRun.State.WITHDRAWN).values_list("period", flat=True),
        *releases.periods(),
    }
    return sorted((Period(text) for text in texts), reverse=True)


def kept_series(table: str, column: str, *, first: Period | None = None, last: Period | None = None) -> Series:
    """A column of a table over months, as each was released, or counted last.

    Args:
        first, last: the months in between; all that have figures by default.

    Raises:
        TableUnknown, ColumnUnknown: the city prints none of that name.
    """
    [own] = chosen_tables([table])
    codes = [one.code for one in own.columns]
    if column not in codes:
        raise ColumnUnknown(where=column[:60], column=column[:60], table=table, columns=", ".join(codes))
    months = [month for month in reversed(offered_months()) if (first or month) <= month <= (last or month)]
    found = []
    for month in months:
        try:
            found.append(kept_bulletin(month))
        except BulletinPending:  # one that nobody has counted yet is a gap
            continue
    return series(found, table, column)


def kept_sums(changed: Mapping[str, datetime]) -> Sums:
    """Months of totals to date as they are kept, those that are not kept counted now.

    Args:
        changed: when replays last touched a month: what was kept before that does not stand.
    """
    kept = {
        (one.indicator, one.period): {tuple(key): n for *key, n in one.counts}
        for one in KeptSum.objects.all()
        if one.period not in changed or one.counted_at > changed[one.period]
    }

    def sums(indicator: Indicator, month: Period) -> Mapping[tuple[Any, ...], int]:
        found = kept.get((indicator.code, str(month)))
        return counted_now(indicator, month) if found is None else found

    return sums


def touched() -> dict[str, datetime]:
    """When replays last touched each month: began, ended, or were taken back."""
    found: dict[str, datetime] = {}
    for period, started, ended in ReplayRun.objects.values_list("period", "started_at", "ended_at"):
        last = max(started, ended or started)
        found[period] = max(found.get(period, last), last)
    return found
