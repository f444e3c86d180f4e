"""The bulletin of a month: every table of the city's layout counted, and checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries import coverage
from jinling.data.statistics.queries.counting import Counting, Sums, counted_now
from jinling.data.statistics.queries.coverage import Coverage
from jinling.data.statistics.queries.figures import dimensions, members_of
from jinling.data.statistics.queries.layout import Layout, layout, zone
from jinling.data.statistics.queries.sayings import said
from jinling.data.statistics.rules import cells, checks
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.layout import TableLayout, Wording
from jinling.data.statistics.rules.missing import NAMES
from jinling.data.statistics.rules.plausible import declared
from jinling.data.statistics.rules.plausible.sheets import limits_of
from jinling.data.statistics.rules.refusals import TableUnknown
from jinling.data.statistics.rules.tables import Table
from jinling.kernel.periods import Period


def bulletin(period: str | Period, *, only: Iterable[str] = (), sums: Sums = counted_now) -> Bulletin:
    """Count a month's tables from the events that stand, in one snapshot of the database.

    Args:
        only: names of the tables wanted; all that the city prints by default.
        sums: where the months before come from, for totals to date; counted as well by default.

    Raises:
        PeriodUnreadable, NotAMonth, PeriodInFuture: no month.
        MonthNotCounted: a month without figures.
        TableUnknown: a wanted table that the city does not print.
    """
    chosen = coverage.month(period)
    tables = chosen_tables(only)
    plan = layout()
    with _one_snapshot():
        as_of = timezone.now()
        covered = Coverage.now()
        coverage.require(chosen, covered.months())
        counting = Counting(covered, chosen, sums)
        parts = tuple(counting.table(table) for table in tables)
        found = [check for part in parts for check in checks.sums(part.layout, part.rows, part.total)]
        for part in parts:
            limits = limits_of(part.layout, counting.indicators)
            found += declared.limits_kept(part, limits, chosen)
        found += _between(plan, parts)
        shown = {part.layout.name for part in parts}
        runs = covered.of(chosen, shown)
        found += [check for run in runs for check in checks.from_stored(run.differences) if check.table in shown]
        found = said_checks(found, chosen)
    return Bulletin(
        chosen,
        plan.title,
        plan.publisher,
        parts,
        tuple(found),
        reasons(plan),
        as_of,
        closed=as_of >= chosen.end(zone()),
        scales=tuple(sorted({run.scale for run in runs})),
        partial=any(run.state == ReplayRun.State.RUNNING for run in runs),
    )


def reasons(plan: Layout) -> dict[str, Wording]:
    """How each reason for a missing figure reads: the pack's own first, the platform's in its own words."""
    own = {str(code): said(partial(_plainly, text)) for code, text in NAMES.items()}
    return {**own, **plan.reasons}


def _plainly(text: str, language: str) -> str:
    return gettext(text)


def chosen_tables(only: Iterable[str]) -> list[TableLayout]:
    """The tables of these names, or all of them, in the order in which the city prints them.

    Raises:
        TableUnknown: the city prints none of that name.
    """
    tables, wanted = layout().tables, set(only)
    for name in sorted(wanted.difference(tables)):
        near = difflib.get_close_matches(name, tables, n=3, cutoff=0.5)
        raise TableUnknown(where=name, table=name, tables=", ".join(near or tables) or "-")
    return [table for table in tables.values() if not wanted or table.name in wanted]


def said_checks(found: Iterable[checks.Check], period: Period) -> list[checks.Check]:
    """Checks of a month with their texts in both languages; columns and rows are called as the table prints them."""
    offered, plan, names = dimensions(), layout(), dict[str, dict[str, Wording]]()

    def rows(table: str) -> dict[str, Wording]:
        if table not in names:
            members = members_of(plan.tables[table], offered, period.last) if table in plan.tables else []
            names[table] = {one.name: Wording(one.name, one.name_en) for one in members}
        return names[table]

    return [replace(check, said=_wording(check, rows(check.table) if "row" in check.fields else {})) for check in found]


def _wording(check: checks.Check, rows: Mapping[str, Wording]) -> Wording:
    own = layout().tables.get(check.table)

    def text(language: str) -> str:
        between = check.wording.text(language) if check.wording else ""
        if between and not check.code.startswith(checks.PRINTED):
            return between
        fields = {"text": between or check.code, **check.fields}
        if own is not None:
            fields |= {key: own.heading(fields[key], language) for key in {"column", "other"} & fields.keys()}
        if "row" in fields:
            name = rows.get(str(fields["row"]))
            fields["row"] = name.text(language) if name is not None else fields["row"]
        return gettext(check.msgid()) % fields

    return said(text)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Tables that are read one after another must not see a booking made in between."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _between(plan: Layout, counted: Iterable[Table]) -> list[checks.Check]:
    """The city's checks between tables whose compared columns were both counted."""
    rows: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    missing: set[tuple[str, str]] = set()
    for table in counted:
        name = table.layout.name_place() or 0
        rows[table.layout.name] = table.rows
        missing |= {
            (table.layout.name, code) for code, (n, of) in table.complete.items() if table.missing or (of and not n)
        }
        groups[table.layout.name] = {
            cells.printed(row[name], "name", {}): of for row, of in zip(table.rows, table.groups, strict=True)
        }
    compared = [
        one
        for one in plan.checks
        if not missing & {(one.left.table, one.left.column), (one.right.table, one.right.column)}
    ]
    return checks.between(compared, plan.tables, rows, lambda table, name: groups[table].get(name, {}))
