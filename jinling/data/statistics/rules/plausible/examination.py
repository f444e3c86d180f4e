"""A month examined by every rule, and what was so before made less of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jinling.data.statistics.rules.plausible import sequence
from jinling.data.statistics.rules.plausible.declared import declared
from jinling.data.statistics.rules.plausible.findings import ERROR, WARNING, Finding
from jinling.data.statistics.rules.plausible.moved import moved
from jinling.data.statistics.rules.plausible.sheets import City, Month
from jinling.data.statistics.rules.plausible.unlikely import Pasts, outlooks, unlikely

WINDOW = 14  # months before that count: a year, and the holiday that moves


@dataclass(frozen=True, slots=True)
class History:
    """The months before, oldest first: what they tell of each table, and what did not hold in the last of them."""

    months: tuple[Month, ...]
    pasts: Mapping[str, Pasts]
    known: frozenset[tuple[str, str, str, str]]

    @classmethod
    def of(cls, months: Sequence[Month], city: City) -> History:
        """What months tell; those long ago do not count."""
        months = tuple(months[-WINDOW:])
        names = {name for month in months for name in month.sheets}
        pasts = {name: Pasts.of([month.sheets[name] for month in months if name in month.sheets]) for name in names}
        last = [*declared(months[-1], city), *sequence.cumulated(months[-1], months[:-1])] if months else []
        return cls(months, pasts, frozenset(finding.place for finding in last))


def examine(month: Month, history: History, city: City) -> list[Finding]:
    """Everything found in a month, errors first, in the order of the city's tables.

    What does not hold but did not hold in the month before either is worth a look, and no error; what only usually
    holds and did not hold then is not told again.
    """
    before = history.months
    tables = outlooks(month, history.pasts)
    found = list(_chronic([*declared(month, city), *sequence.cumulated(month, before)], history))
    found += sequence.period(month, before)
    found += sequence.listed(month, before, city)
    found += sequence.rows(month, before)
    found += sequence.changed(month, before, city)
    found += sequence.running(month, before)
    found += sequence.again(month, before, tables)
    found += moved(tables)
    found += unlikely(tables)
    order = {name: at for at, name in enumerate(city.layouts)}
    return sorted(found, key=lambda one: (one.severity != ERROR, order.get(one.table, -1)))


def _chronic(found: Sequence[Finding], history: History) -> Iterator[Finding]:
    for finding in found:
        if finding.place not in history.known:
            yield finding
        elif finding.severity == ERROR:
            yield replace(finding, severity=WARNING)
