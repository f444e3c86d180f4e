"""One bulletin being counted: what several tables share is asked once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from jinling.data.statistics.queries.coverage import Coverage
from jinling.data.statistics.queries.figures import dimensions, indicators, keys_listed, members_of
from jinling.data.statistics.queries.layout import zone
from jinling.data.statistics.queries.sayings import said
from jinling.data.statistics.rules import tables
from jinling.data.statistics.rules.layout import LISTED, Column, TableLayout, Wording
from jinling.data.statistics.rules.missing import Missing
from jinling.data.statistics.rules.refusals import IndicatorUnknown
from jinling.kernel.figures import Dimension, Figure, Indicator, Member
from jinling.kernel.periods import Period, Span

# What ``since`` counted in a month, by the indicator: counted now, or kept.
Sums = Callable[[Indicator, Period], Mapping[tuple[Any, ...], int]]
SINCE = gettext_noop("%(columns)s: counted from %(day)s on, not for the whole month.")


def counted_now(indicator: Indicator, month: Period) -> Mapping[tuple[Any, ...], int]:
    """A month of an indicator whose months add up, counted from the events that stand."""
    if indicator.since is None:
        return {}
    return indicator.since(Span.of(month, zone()))


@dataclass(slots=True)
class Counting:
    """Counts the tables of a month. ``sums`` gives the months before it for totals to date."""

    coverage: Coverage
    period: Period
    sums: Sums = counted_now
    indicators: Mapping[str, Indicator] = field(default_factory=indicators)
    dimensions: Mapping[str, Dimension] = field(default_factory=lambda: dimensions())
    span: Span = field(init=False)
    _members: dict[str, list[Member]] = field(default_factory=dict)
    _sums: dict[tuple[str, Period], Mapping[tuple[Any, ...], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.span = Span.of(self.period, zone())

    def table(self, layout: TableLayout) -> tables.Table:
        """One table, counted.

        Raises:
            IndicatorUnknown: a column shows what nobody counts.
        """
        for code in layout.indicators:
            if code not in self.indicators:
                raise IndicatorUnknown(
                    where=f"bulletin.yaml, {layout.name}", indicator=code, indicators=", ".join(sorted(self.indicators))
                )
        missing = self._missing(layout)
        figures = {
            column.code: self._figures(layout, column)
            for column in layout.columns
            if column.indicator and column.code not in missing
        }
        members = self.members(layout)
        listed = keys_listed(layout, self.dimensions, members)
        rows = tables.choose(layout, members, listed, {key for found in figures.values() for key in found})
        made = tables.build(layout, rows, figures, self.indicators, missing)
        late = layout.cumulative is not None and tables.lacks(made, layout.cumulative.column, Missing.SOURCE_LATE)
        run = self.coverage.runs.get(str(self.period), {}).get(layout.name)
        cumulative, months = self._cumulative(layout, None if layout.which != LISTED else set(listed), missing)
        return replace(
            made,
            cumulative=cumulative,
            cumulative_of=(months[0] - 1, months[1]) if late and months[0] else months,
            definitions=tuple(definition(self.indicators[code]) for code in layout.defined),
            scale=run.scale if run is not None else None,
            notes=tuple(self._notes(layout)),
        )

    def members(self, layout: TableLayout) -> list[Member]:
        """The members of a table's dimension on the month's last day."""
        if layout.rows not in self.dimensions:
            return members_of(layout, self.dimensions, self.period.last)
        if layout.rows not in self._members:
            self._members[layout.rows] = members_of(layout, self.dimensions, self.period.last)
        return self._members[layout.rows]

    def _missing(self, layout: TableLayout) -> dict[str, str]:
        """Why columns are not counted in the month, by code."""
        shown = [one for one in layout.columns if one.figures or (one.holds in ("word", "text") and not one.group)]
        found = {column.code: self.coverage.missing(self.period, layout, column) for column in shown}
        return {code: reason for code, reason in found.items() if reason}

    def _figures(self, layout: TableLayout, column: Column) -> dict[Any, Any]:
        indicator = self.indicators[column.indicator]
        found = tables.pick(indicator, self._count(indicator), column, layout.rows)
        over = self.period.last < timezone.localdate()
        if over and indicator.late is not None and self.coverage.lived(self.period, layout):
            found.update(dict.fromkeys(indicator.late(self.span), Figure(None, Missing.SOURCE_LATE)))
        return found

    def _count(self, indicator: Indicator) -> Mapping[tuple[Any, ...], Any]:
        return self.span.once(_counted, indicator.code, indicator.count)

    def _cumulative(
        self, layout: TableLayout, only: set[Any] | None, missing: Mapping[str, str]
    ) -> tuple[int | None, tuple[int, int]]:
        """The total to date with how many of its months are counted; None before the opening, or not counted itself.

        The opening balance is the total at that month's beginning: earlier totals are not known.
        """
        cumulative = layout.cumulative
        if cumulative is None or cumulative.column in missing:
            return None, (0, 0)
        column = layout.columns[layout.place(cumulative.column)]
        indicator = self.indicators.get(column.indicator)
        months = self.coverage.months_of(cumulative, self.period)
        if indicator is None or indicator.since is None or not months:
            return None, (0, 0)
        total = cumulative.opening
        for month in months:
            found = tables.pick(indicator, self._sum(indicator, month), column, layout.rows)
            total += sum(n for key, n in found.items() if only is None or key in only)
        return total, (sum(not self.coverage.missing(month, layout, column) for month in months), len(months))

    def _sum(self, indicator: Indicator, month: Period) -> Mapping[tuple[Any, ...], int]:
        key = (indicator.code, month)
        if key not in self._sums:
            # The month itself is counted anew with its figures; those before it may be kept.
            self._sums[key] = (counted_now if month == self.period else self.sums)(indicator, month)
        return self._sums[key]

    def _notes(self, layout: TableLayout) -> Iterator[Wording]:
        """From which day columns are counted that were not for the whole month."""
        days: dict[date, list[Column]] = {}
        for column in filter(lambda one: one.figures, layout.columns):
            since = self.coverage.since(self.period, layout, column)
            if since is not None:
                days.setdefault(since, []).append(column)
        for day, columns in days.items():
            yield said(partial(_since, day, columns))


def _since(day: date, columns: Sequence[Column], language: str) -> str:
    headings = ", ".join(column.heading.text(language) for column in columns)
    return gettext(SINCE) % {"columns": headings, "day": date_format(day, "DATE_FORMAT")}


def definition(indicator: Indicator) -> tables.Definition:
    """What an indicator counts, in both languages."""
    name, unit, text = indicator.name, indicator.unit, indicator.definition
    version = hashlib.sha256("\n".join((indicator.code, name, unit, text, *indicator.dimensions)).encode()).hexdigest()
    return tables.Definition(
        indicator.code,
        version[:12],
        said(lambda language: gettext(name)),
        said(lambda language: gettext(unit) if unit else ""),
        said(lambda language: gettext(text)),
    )


def _counted(span: Span, code: str, count: Callable[[Span], Any]) -> Any:
    return count(span)
