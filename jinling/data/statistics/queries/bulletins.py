"""The bulletin of a month: every offered table counted, and checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.figures import Counting, dimensions, members_of
from jinling.data.statistics.queries.layout import Layout, layout, zone
from jinling.data.statistics.rules import cells, checks
from jinling.data.statistics.rules.layout import TableLayout
from jinling.data.statistics.rules.plans import digest
from jinling.data.statistics.rules.refusals import PeriodInFuture, TableUnknown
from jinling.data.statistics.rules.tables import Table, document as document_of
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period

KEPT_FOR = 60  # seconds


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A month's tables and checks. ``as_of`` is when they were counted; ``closed`` whether the month was over;
    ``scales`` are the scales of the replays that its tables rest on, ``partial`` whether one is not complete."""

    period: Period
    parts: tuple[Table, ...]
    checks: tuple[checks.Check, ...]
    as_of: datetime
    closed: bool
    scales: tuple[float, ...] = ()
    partial: bool = False


def offered() -> tuple[TableLayout, ...]:
    """Every table of the city's bulletin that shows an indicator, in the order in which the city prints them."""
    return tuple(table for table in layout().tables.values() if table.indicators)


def month(text: str | Period) -> Period:
    """The month of a bulletin.

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


def bulletin(period: str | Period, *, only: Iterable[str] = ()) -> Bulletin:
    """Count a month's tables from the events that stand, in one snapshot of the database.

    Args:
        only: names of the tables wanted; all that are offered by default.

    Raises:
        PeriodUnreadable, NotAMonth, PeriodInFuture: no month that can be counted.
        TableUnknown: a wanted table that no context offers.
    """
    chosen = month(period)
    tables = _chosen(only)
    plan = layout()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            # Tables that are read one after another must not see a booking made in between.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        as_of = timezone.now()
        counting = Counting.of(plan, chosen)
        parts = tuple(counting.table(table) for table in tables)
        found = [check for part in parts for check in checks.sums(part.layout, part.rows, part.total)]
        found += _between(plan, parts)
        shown = {part.layout.name for part in parts}
        runs = _runs(chosen, shown)
        found += [check for run in runs for check in checks.from_stored(run.differences) if check.table in shown]
    return Bulletin(
        chosen,
        parts,
        tuple(found),
        as_of,
        closed=as_of >= chosen.end(zone()),
        scales=tuple(sorted({run.scale for run in runs})),
        partial=any(run.state == ReplayRun.State.RUNNING for run in runs),
    )


def document(of: Bulletin) -> dict[str, Any]:
    """The bulletin as JSON: ``period``, ``tables`` (``columns``, ``rows``, ``total``, ``cumulative``), ``checks``.

    Texts of checks are in the active language; names in tables are canonical ones whatever the language.
    """
    reasons = layout().reason_names()
    return {
        "period": str(of.period),
        "tables": {part.layout.name: document_of(part, reasons) for part in of.parts},
        "checks": [check_document(check, of.period) for check in of.checks],
    }


def check_document(check: checks.Check, period: Period) -> dict[str, Any]:
    """A check as JSON, its text in the active language."""
    return {
        "code": check.code,
        "table": check.table,
        "ok": check.ok,
        "expected": check.expected,
        "counted": check.counted,
        "text": check_text(check, period),
    }


def check_text(check: checks.Check, period: Period) -> str:
    """What a check of a month says, in the active language; columns and rows are called as the table prints them."""
    language = get_language() or "zh-hans"
    between = check.wording.text(language) if check.wording else ""
    if between and not check.code.startswith(checks.PRINTED):
        return between
    fields = {"text": between or check.code, **check.fields}
    own = layout().tables.get(check.table)
    if own is not None and "column" in fields:
        fields["column"] = own.heading(fields["column"], language)
    if own is not None and "row" in fields and not language.startswith("zh"):
        english = {member.name: member.name_en for member in members_of(own, dimensions(), period.last)}
        fields["row"] = english.get(str(fields["row"]), fields["row"])
    return gettext(check.msgid()) % fields


def periods() -> list[Period]:
    """Months that the list of bulletins shows, newest first: the last twelve, and every month replayed."""
    latest = Period.month_of(timezone.now().astimezone(zone()).date())
    shown = {latest}
    for _ in range(11):
        shown.add(min(shown).previous())
    replayed = ReplayRun.objects.exclude(state=ReplayRun.State.WITHDRAWN).values_list("period", flat=True)
    return sorted(shown | {Period(text) for text in replayed.distinct()}, reverse=True)


def kept_bulletin(period: str | Period, *, only: Iterable[str] = ()) -> Bulletin:
    """``bulletin``, counted again at most once a minute: for pages and the API, which anyone may ask.

    A replay that begins or ends shows at once.

    Raises:
        As ``bulletin``.
    """
    chosen, names = month(period), [table.name for table in _chosen(only)]
    runs = ReplayRun.objects.filter(period=str(chosen)).order_by("id").values_list("id", "state", "differences")
    key = digest(["bulletin", str(directory.current_pack().path), str(chosen), names, list(runs)])
    kept = cache.get(key)
    if kept is None:
        kept = bulletin(chosen, only=names)
        cache.set(key, kept, KEPT_FOR)
    return kept


def _chosen(only: Iterable[str]) -> list[TableLayout]:
    tables, wanted = list(offered()), set(only)
    names = [table.name for table in tables]
    for name in sorted(wanted.difference(names)):
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        raise TableUnknown(where=name, table=name, tables=", ".join(near or names) or "-")
    return [table for table in tables if not wanted or table.name in wanted]


def _between(plan: Layout, counted: Iterable[Table]) -> list[checks.Check]:
    """The city's checks between tables."""
    rows, groups = {}, {}
    for table in counted:
        name = table.layout.name_place() or 0
        rows[table.layout.name] = table.rows
        groups[table.layout.name] = {
            cells.printed(row[name], "name", {}): of for row, of in zip(table.rows, table.groups, strict=True)
        }
    return checks.between(plan.checks, plan.tables, rows, lambda table, name: groups[table].get(name, {}))


def _runs(period: Period, tables: set[str]) -> list[ReplayRun]:
    """Replays that stand of any of the tables."""
    runs = ReplayRun.objects.filter(period=str(period)).exclude(state=ReplayRun.State.WITHDRAWN).order_by("id")
    return [run for run in runs if tables.intersection(run.tables)]
