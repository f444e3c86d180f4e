"""What contexts count, gathered, and the tables of the bulletin made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinling.data.statistics.queries.layout import Layout, zone
from jinling.data.statistics.rules import tables
from jinling.data.statistics.rules.layout import LISTED, TableLayout
from jinling.data.statistics.rules.refusals import IndicatorUnknown
from jinling.kernel.contexts import each, once
from jinling.kernel.figures import Dimension, Indicator, Member
from jinling.kernel.periods import Period, Span
from jinling.kernel.sockets import gather


def indicators() -> dict[str, Indicator]:
    """Every indicator that a context offers, by code.

    Raises:
        SocketBroken: two contexts offer one of the same code.
    """
    return once(each(gather("figures"), "INDICATORS"), lambda one: str(one.code), "the indicator")


def dimensions() -> dict[str, Dimension]:
    """Every dimension that a context offers, by name.

    Raises:
        SocketBroken: two contexts offer one of the same name.
    """
    return once(each(gather("figures"), "DIMENSIONS"), lambda one: str(one.name), "the dimension")


def members_of(table: TableLayout, known: Mapping[str, Dimension], on: date) -> list[Member]:
    """Everything of which a table may have a row on a day: of the dimension, or what the table itself lists."""
    dimension = known.get(table.rows)
    if dimension is not None:
        return list(dimension.members(on))
    return [
        Member(code, code, wording.zh if wording else code, wording.en if wording else code)
        for code, wording in table.listed.items()
    ]


def keys_listed(table: TableLayout, known: Mapping[str, Dimension], members: Iterable[Member]) -> list[Any]:
    """Keys of what a table lists, in its order.

    Raises:
        Refused: the dimension knows no such name.
    """
    dimension = known.get(table.rows)
    if dimension is not None and dimension.resolve is not None:
        return [dimension.resolve(text) for text in table.listed]
    by_name = {text: member.key for member in members for text in (member.name, member.code)}
    return [by_name[text] for text in table.listed]


def groups_of(layouts: Mapping[str, TableLayout], on: date) -> Callable[[str, str], Mapping[str, str]]:
    """What a row belongs to on a day, by its table and name."""
    offered = dimensions()
    found: dict[str, dict[str, Mapping[str, str]]] = {}

    def of(table: str, name: str) -> Mapping[str, str]:
        layout = layouts[table]
        if layout.rows not in found:
            found[layout.rows] = {member.name: member.groups for member in members_of(layout, offered, on)}
        return found[layout.rows].get(name, {})

    return of


@dataclass(slots=True)
class Counting:
    """One bulletin being counted: what several tables share is asked once."""

    layout: Layout
    period: Period
    indicators: Mapping[str, Indicator]
    dimensions: Mapping[str, Dimension]
    span: Span
    _members: dict[str, list[Member]]

    @classmethod
    def of(cls, layout: Layout, period: Period) -> Counting:
        """Ready to count a period's tables."""
        return cls(layout, period, indicators(), dimensions(), Span.of(period, zone()), {})

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
        figures = {
            column.code: tables.pick(
                self.indicators[column.indicator], self._count(column.indicator), column, layout.rows
            )
            for column in layout.columns
            if column.indicator
        }
        members = self.members(layout)
        listed = keys_listed(layout, self.dimensions, members)
        rows = tables.choose(layout, members, listed, {key for found in figures.values() for key in found})
        made = tables.build(layout, rows, figures, self.indicators)
        shown = layout.indicators if layout.definitions is None else layout.definitions
        return tables.finished(
            made,
            cumulative=self._cumulative(layout, None if layout.which != LISTED else set(listed)),
            definitions=[
                tables.Definition(one.name, one.unit, one.definition) for one in (self.indicators[c] for c in shown)
            ],
        )

    def members(self, layout: TableLayout) -> list[Member]:
        """The members of a table's dimension."""
        if layout.rows not in self.dimensions:
            return members_of(layout, self.dimensions, self.period.last)
        if layout.rows not in self._members:
            self._members[layout.rows] = members_of(layout, self.dimensions, self.period.last)
        return self._members[layout.rows]

    def _count(self, code: str) -> Mapping[tuple[Any, ...], Any]:
        return self.span.once(_counted, self.indicators[code].code, self.indicators[code].count)

    def _cumulative(self, layout: TableLayout, only: set[Any] | None) -> int | None:
        """The opening balance and everything since, up to the period's end; None before the opening.

        The opening balance is the total at that month's beginning: earlier totals are not known.
        """
        opened = self.layout.opened
        if layout.cumulative is None or opened is None or self.period.last < opened.first:
            return None
        column = layout.columns[layout.place(layout.cumulative.column)]
        indicator = self.indicators[column.indicator]
        if indicator.since is None:
            return None
        counts = indicator.since(Span(opened.first, self.period.last, zone()))
        found = tables.pick(indicator, counts, column, layout.rows)
        return layout.cumulative.opening + sum(n for key, n in found.items() if only is None or key in only)


def _counted(span: Span, code: str, count: Callable[[Span], Any]) -> Any:
    return count(span)
