"""What the sockets ``figures`` and ``replays`` offer: what is counted, by what; how printed figures become events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, runtime_checkable

from jinling.kernel.outcomes import Invalid
from jinling.kernel.periods import Span

# -- figures -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an indicator: a number, or the reason why there is none."""

    value: int | float | str | None
    reason: str = ""


# What an indicator's figures can be. ``other`` is another indicator, compared row by row where a table prints both.


@dataclass(frozen=True, slots=True)
class Ceiling:
    """No figure is above ``most``; one above ``usual`` is possible, but worth a look."""

    most: float | Literal["days_of_month"]
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class AtMost:
    """In no row more than the other figure."""

    other: str


@dataclass(frozen=True, slots=True)
class Along:
    """Nought where the other figure is nought and only there; ``steady``: the ratio of the two changes little from
    month to month (a rate and what it is a rate of, an amount and how many payments it is made of)."""

    other: str
    steady: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """What there is, not what happened in the month: it changes little from month to month."""


@dataclass(frozen=True, slots=True)
class Running:
    """What the other figure came to in the months so far."""

    other: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons that may stand for a figure, by code; of an indicator without them no reason is told."""

    codes: tuple[str, ...]


Limit = Ceiling | AtMost | Along | Held | Running | Reasons


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted, and nothing of how it is printed.

    ``count(span)`` gives ``{key: number, text or Figure}`` for whole days of the city (``kernel.periods.Span``); the
    parts of a key are named by ``dimensions``. ``since(span)`` is the same over any run of days, for totals to date;
    None where a sum over days means nothing. ``definition`` is the msgid of the counting rule, ``unit`` of its unit.
    ``missing`` stands for a row without a figure. An indicator whose values are texts says by ``words``, for the
    fixed parts of a key, how they read: ``{text in the city's language: text in English}``, ``{n}`` for a number.

    ``begins()`` gives the first day on which its source lived something that was not replayed, None while it has not:
    a month before is not counted, which is not 0; without it every month that has a bulletin is counted. ``late(span)``
    gives the row keys (institutions, say) of which something sent within the span (of what is held on its last day: up
    to then) is not counted yet.
    """

    code: str
    name: str
    unit: str
    definition: str
    dimensions: tuple[str, ...]
    count: Callable[[Span], Mapping[tuple[Any, ...], Any]]
    since: Callable[[Span], Mapping[tuple[Any, ...], int]] | None = None
    missing: Any = 0
    words: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None
    begins: Callable[[], date | None] | None = None
    late: Callable[[Span], Collection[Any]] | None = None
    limits: tuple[Limit, ...] = ()


NOT_THERE = "not_there"  # an institution before it opened, or after it closed


@dataclass(frozen=True, slots=True)
class Member:
    """One thing of which figures are counted: ``key`` as it stands in the keys of indicators.

    ``groups`` are what it belongs to (``{"ownership": "municipal"}``), ``sets`` names of choices that it is among;
    one that is among ``NOT_THERE`` has a row only where it has figures.
    """

    key: Any
    code: str
    name: str
    name_en: str
    groups: Mapping[str, str] = field(default_factory=dict)
    sets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Declared:
    """What a city pack declares of a dimension: canonical ``names`` by code; ``find(text)`` gives the code that a text
    means there, None where it means none or several.
    """

    names: Mapping[str, str]
    find: Callable[[str], str | None]

    def name(self, text: str) -> str | None:
        """The canonical name that a text means, None where it means none or several."""
        return self.names.get(self.find(text) or "")


@dataclass(frozen=True, slots=True)
class Dimension:
    """What figures are counted by: ``members(on)``, as they were on a day, in the order of the city.

    ``resolve(text, on)`` gives the key that a code or a name means (meant, where a day is given), however it is
    written, or raises ``Refused``, with the ``nearest`` names in its fields where it knows some; None where only codes
    and exact names stand.
    ``declared(pack)`` reads a city pack that is not loaded, None where the pack does not say. ``sets`` and ``groups``
    are all that members may have, but for ``NOT_THERE``. ``coded``: keys are the codes, so that a column can fix one;
    of others the keys are the database's own.
    """

    name: str
    members: Callable[[date], Sequence[Member]]
    resolve: Callable[[str, date | None], Any] | None = None
    declared: Callable[[Any], Declared | None] | None = None
    sets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    coded: bool = False


# -- replays -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What is to be replayed: tables (those asked for, and those of the month that stand), period and how much of it.

    ``digest`` identifies figures, scale and seed together; a replayer derives ids from it.
    """

    period: str
    tables: Mapping[str, Mapping[str, Any]]
    scale: float
    seed: int
    digest: str

    def rows(self, table: str) -> Iterator[PrintedRow]:
        """The rows of a table, in the file's order; none where the table is not among them."""
        if table in self.tables:
            columns = self.tables[table]["columns"]
            for number, row in enumerate(self.tables[table]["rows"], start=1):
                yield PrintedRow(table, number, dict(zip(columns, row, strict=True)))


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a table that is replayed: its place, and its cells by column."""

    table: str
    number: int
    cells: Mapping[str, Any]

    def where(self, column: str = "") -> str:
        """The row or one of its cells, as whoever wrote the file finds it."""
        return f"tables.{self.table} row {self.number}" + (f", column {column}" if column else "")

    def figure(self, column: str) -> int:
        """The whole number of a cell of which events are made.

        Raises:
            FigureNotReplayed: a reason or nothing stands there; the bulletin would print a number.
        """
        cell = self.cells[column]
        if isinstance(cell, bool) or not isinstance(cell, int):
            raise FigureNotReplayed(where=self.where(column), cell="-" if cell is None else str(cell))
        return cell


class FigureNotReplayed(Invalid):
    """A cell that no replay can make the bulletin print."""

    code = "figure_not_replayed"
    text = "The bulletin never prints %(cell)s here: it counts events."
    mend = "Write the number that was counted, 0 where there was nothing."


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as a replayer takes it, whatever a city calls and how it lays out its own.

    ``rows`` is the dimension of its rows, and its column of their names; ``columns`` gives, for an indicator, the
    column of its figures from the parts of the key that the city's column fixes (``{"channel_kind": "phone"}``), or
    "" where the replayer has none for them.
    """

    rows: str
    columns: Mapping[str, Callable[[Mapping[str, str]], str]]


@runtime_checkable
class Replayer(Protocol):
    """How a context turns printed figures into events through its own verbs.

    ``events`` names the kind of event that its ``tables`` print, by context (``cards.card``). One replayer makes the
    events of a kind: tables that print the same events are its tables, and those of a month that stand are planned
    together with those that are asked for, so that each event is made once. ``draws_on`` are kinds that another
    replayer makes and of which this one's tables print some again (the cards issued at kiosks): its plan is made
    after theirs has been carried out and finds their events there, and made anew when they change. Where theirs are
    not replayed, it makes its own.

    ``printed`` describes its tables (``PrintedTable`` by name), so that any city's are read by what they count; a
    replayer without it takes tables of these very names and columns.
    """

    tables: tuple[str, ...]
    events: str
    draws_on: tuple[str, ...]

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """Split the work into chunks that are each replayed in one transaction.

        What no event can make true is refused here, before anything is written: at scale 1 the bulletin prints what
        the file says. Scaled figures that are summed come from ``kernel.spreading.shares`` or ``margins_kept``.

        Raises:
            Refused: where in the file, and how it is mended.
        """

    def withdraw(self, period: str) -> int:
        """Take back an earlier replay of the period; returns how many events were taken back."""


@dataclass(frozen=True, slots=True)
class ReplayChunk:
    """A part of a replay. ``run()`` is called inside a transaction, once, and returns events made."""

    label: str
    events: int
    run: Callable[[], int]
