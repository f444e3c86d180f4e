"""Months are counted by the platform itself, and kept: strangers read what was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.utils import timezone

from jinling.data.statistics.models import KeptMonth, KeptSum
from jinling.data.statistics.queries import kept, releases, stored
from jinling.data.statistics.queries.bulletins import bulletin
from jinling.data.statistics.queries.counting import counted_now
from jinling.data.statistics.queries.coverage import Coverage
from jinling.data.statistics.queries.figures import indicators
from jinling.data.statistics.queries.layout import layout
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.figures import Indicator
from jinling.kernel.periods import Period

T = TypeVar("T")
log = structlog.get_logger(__name__)
RUNNING_FOR = timedelta(minutes=5)  # a running month is at most so old


@dataclass(frozen=True, slots=True)
class Moved:
    """A kept sum that a recount did not find again."""

    indicator: str
    period: str
    before: int
    after: int


def keep_due(*, now: datetime) -> list[Period]:
    """Count every month whose kept figures are missing or overtaken; returns those that were counted.

    Due is a month that was never counted, whose replays or those of a month before it began or ended since, the running
    month every five minutes, and a month that has ended since it was counted.

    Raises:
        Exception: what kept the first month from being counted; the others were counted all the same.
    """
    today, changed = timezone.localdate(now), kept.touched()
    counted_at = dict(KeptMonth.objects.values_list("period", "counted_at"))
    months = Coverage.now().months()
    KeptMonth.objects.exclude(period__in=[str(month) for month in months]).delete()
    due = []
    for month in sorted(months):
        at = counted_at.get(str(month))
        ended = month.last < today
        if at is not None:
            moved = any(period <= str(month) and when >= at for period, when in changed.items())
            stale = not ended and now - at >= RUNNING_FOR
            just_ended = ended and timezone.localdate(at) <= month.last
            if not (moved or stale or just_ended):
                continue
        due.append(month)
    _fail(_each(due, keep))
    return due


def keep(month: Period) -> None:
    """Count a month and keep it; months before it are counted once and kept for totals to date."""
    _keep_sums(month)
    counted = bulletin(month, sums=kept.kept_sums(kept.touched()))
    with transaction.atomic():
        row, new = KeptMonth.objects.select_for_update().get_or_create(
            period=str(month), defaults={"document": stored.plain(counted), "counted_at": counted.as_of}
        )
        if not new and row.counted_at < counted.as_of:  # of two that counted at once, the later one stays
            row.document, row.counted_at = stored.plain(counted), counted.as_of
            row.save(update_fields=["document", "counted_at"])


def recount(*, by: Actor, now: datetime) -> list[Moved]:
    """Hold every kept sum to the events that stand; what moved is mended, told in the audit, and its months counted
    again. Releases stay as they are, and are held to their digests.

    Raises:
        Exception: the first thing that failed, once all others are done.
    """
    moved: list[Moved] = []
    known = indicators()

    @transaction.atomic  # what is mended is told, or neither
    def hold(row: KeptSum) -> None:
        indicator = known.get(row.indicator)
        found = {} if indicator is None else counted_now(indicator, Period(row.period))
        before = {tuple(key): n for *key, n in row.counts}
        if before != dict(found):
            row.counts, row.counted_at = _rows(found), now
            row.save(update_fields=["counts", "counted_at"])
            moved.append(Moved(row.indicator, row.period, sum(before.values()), sum(found.values())))
            audit.record(
                by=by,
                action="statistics.sum_moved",
                target=f"KeptSum/{row.indicator}/{row.period}",
                detail={"before": moved[-1].before, "after": moved[-1].after},
            )

    failed = _each(KeptSum.objects.order_by("period", "indicator"), hold)
    first = min((one.period for one in moved), default="")
    ended = [month for month in Coverage.now().months() if month.last < timezone.localdate(now)]
    released = releases.periods()
    failed += _each([month for month in ended if str(month) not in released or (first and str(month) >= first)], keep)
    failed += _each(releases.editions_of_all(), releases.ensure_as_prepared)
    _fail(failed)
    return moved


def _each(things: Iterable[T], do: Callable[[T], None]) -> list[Exception]:
    """Do all that can be done: what fails stops nothing behind it, is logged and returned."""
    failed: list[Exception] = []
    for thing in things:
        try:
            do(thing)
        except Exception as error:
            log.exception("statistics_not_counted", what=str(thing))
            failed.append(error)
    return failed


def _fail(failed: list[Exception]) -> None:
    """A job of which a part failed counts as failed, once everything else is done."""
    if failed:
        raise failed[0]


def _keep_sums(until: Period) -> None:
    """Keep what months before one add to totals to date, where that is not kept yet."""
    known, changed, covered = indicators(), kept.touched(), Coverage.now()
    stamps = KeptSum.objects.values_list("indicator", "period", "counted_at")
    there = {(one, period): at for one, period, at in stamps}
    for code, months in _summed(covered, until, known).items():
        for month in months:
            at = there.get((code, str(month)))
            if at is not None and (str(month) not in changed or at > changed[str(month)]):
                continue
            now = timezone.now()
            counts = _rows(counted_now(known[code], month))
            KeptSum.objects.update_or_create(
                indicator=code, period=str(month), defaults={"counts": counts, "counted_at": now}
            )


def _summed(covered: Coverage, until: Period, known: Mapping[str, Indicator]) -> dict[str, list[Period]]:
    """The months before one that each indicator's totals to date add up."""
    found: dict[str, set[Period]] = {}
    for table in layout().tables.values():
        if table.cumulative is None:
            continue
        code = table.columns[table.place(table.cumulative.column)].indicator
        if code in known and known[code].since is not None:
            found.setdefault(code, set()).update(covered.months_of(table.cumulative, until))
    return {code: sorted(months - {until}) for code, months in found.items()}


def _rows(counts: Mapping[tuple[Any, ...], int]) -> list[list[Any]]:
    return sorted(([*key, n] for key, n in counts.items()), key=repr)
