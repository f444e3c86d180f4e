"""Which months have figures, and which columns of a month are counted: what nobody counted is not 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.figures import indicators
from jinling.data.statistics.queries.layout import Layout, layout, zone
from jinling.data.statistics.rules.layout import Column, Cumulative, TableLayout
from jinling.data.statistics.rules.missing import Missing
from jinling.data.statistics.rules.refusals import MonthNotCounted, PeriodInFuture
from jinling.kernel.periods import Period

NAMED = 12  # months that a refusal names


@dataclass(frozen=True, slots=True)
class Coverage:
    """The replays that stand of any month, by month and table, and the first day that each indicator's source lived:
    ``date.min`` where it counts every month."""

    plan: Layout
    runs: Mapping[str, Mapping[str, ReplayRun]]
    starts: Mapping[str, date]

    @classmethod
    def now(cls) -> Coverage:
        """As replays and sources stand."""
        plan = layout()
        runs: dict[str, dict[str, ReplayRun]] = {}
        for run in ReplayRun.objects.exclude(state=ReplayRun.State.WITHDRAWN).order_by("id"):
            runs.setdefault(run.period, {}).update(dict.fromkeys(run.tables, run))
        shown = {code for table in plan.tables.values() for code in table.indicators}
        offered = {code: one for code, one in indicators().items() if code in shown}
        asked: dict[Any, date | None] = {one.begins: None for one in offered.values() if one.begins is not None}
        asked = {begins: begins() for begins in asked}  # several indicators of one source ask it once
        starts = {code: asked[one.begins] if one.begins is not None else date.min for code, one in offered.items()}
        return cls(plan, runs, {code: start for code, start in starts.items() if start is not None})

    def months(self) -> list[Period]:
        """Months that have figures, newest first: every month replayed, and those since a source began."""
        this = Period.month_of(timezone.now().astimezone(zone()).date())
        found = {Period(text) for text in self.runs}
        first = min((start for start in self.starts.values() if start != date.min), default=None)
        if first is not None:
            month = Period.month_of(first)
            while month.first <= this.last:
                found.add(month)
                month = month.next()
        return sorted(found, reverse=True)

    def missing(self, period: Period, table: TableLayout, column: Column) -> str:
        """Why a column of figures is not counted in a month; empty where it is."""
        runs = self.runs.get(str(period), {})
        if not table.indicators:
            return Missing.NO_COUNTER
        if table.name in runs:
            return "" if runs[table.name].state == ReplayRun.State.DONE else Missing.REPLAY_INCOMPLETE
        start = self.starts.get(column.indicator)
        if start is not None and start <= period.last:
            return ""
        return Missing.NOT_REPLAYED if runs else Missing.BEFORE_START

    def since(self, period: Period, table: TableLayout, column: Column) -> date | None:
        """The day within the month from which a column is counted; None where it is the whole month or none of it."""
        start = self.starts.get(column.indicator)
        lived = start is not None and period.first < start <= period.last
        return start if lived and table.name not in self.runs.get(str(period), {}) else None

    def lived(self, period: Period, table: TableLayout) -> bool:
        """Whether a table's figures of a month come from what happened, not from a replay."""
        return table.name not in self.runs.get(str(period), {})

    def months_of(self, cumulative: Cumulative, until: Period) -> list[Period]:
        """The months that a total to date adds up, oldest first; none before the opening."""
        first = cumulative.first(until, self.plan.opened)
        months: list[Period] = []
        while first is not None and first.first <= until.first:
            months.append(first)
            first = first.next()
        return months

    def of(self, period: Period, tables: Iterable[str]) -> list[ReplayRun]:
        """Replays that stand in a month of any of the tables, each once, in the order in which they began."""
        runs = self.runs.get(str(period), {})
        found = {runs[name].pk: runs[name] for name in tables if name in runs}
        return [found[pk] for pk in sorted(found)]


def month(text: str | Period) -> Period:
    """The month that a text names, as far as it can have figures at all.

    Raises:
        PeriodUnreadable: not a period.
        NotAMonth: a year or a day.
        PeriodInFuture: the month has not begun in the city.
    """
    period = Period.month(str(text))
    today = timezone.now().astimezone(zone()).date()
    if period.first > today:
        raise PeriodInFuture(period=str(period), today=f"{today:%Y-%m}")
    return period


def require(period: Period, months: Iterable[Period]) -> None:
    """Refuse a month that has no figures.

    Raises:
        MonthNotCounted: it is none of the months.
    """
    known = list(months)
    if period not in known:
        near = sorted(known, key=lambda one: abs((one.first - period.first) // timedelta(days=1)))[:NAMED]
        named = ", ".join(str(one) for one in sorted(near))
        raise MonthNotCounted(period=str(period), months=named or "-")
