"""The bulletin of a month: every offered table counted, and checked."""

from __future__ import annotations

import dataclasses
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
from jinling.data.statistics.queries.layout import Layout, layout, zone
from jinling.data.statistics.rules import cells, checks
from jinling.data.statistics.rules.plans import digest
from jinling.data.statistics.rules.refusals import NotAMonth, PeriodInFuture, UnknownTable
from jinling.kernel.periods import Period
from jinling.kernel.sockets import BulletinTable, TableResult, gather

KEPT_FOR = 60  # seconds


@dataclass(frozen=True, slots=True)
class BulletinPart:
    """One table of a bulletin, counted."""

    table: BulletinTable
    result: TableResult


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A month's tables and checks. ``as_of`` is when they were counted; ``closed`` whether the month was over;
    ``scales`` are the scales of the replays that its tables rest on, ``partial`` whether one is not complete."""

    period: Period
    parts: tuple[BulletinPart, ...]
    checks: tuple[checks.Check, ...]
    as_of: datetime
    closed: bool
    scales: tuple[float, ...] = ()
    partial: bool = False


def offered() -> tuple[BulletinTable, ...]:
    """Every table that a context fills, in the order in which the city prints them."""
    tables = [table for _context, module in gather("figures") for table in getattr(module, "TABLES", ())]
    places = {name: place for place, name in enumerate(layout().tables)}
    return tuple(sorted(tables, key=lambda table: (places.get(table.name, len(places)), table.order, table.name)))


def month(text: str | Period) -> Period:
    """The month of a bulletin.

    Raises:
        PeriodUnreadable: not a period.
        NotAMonth: a year or a day.
        PeriodInFuture: the month has not begun in the city.
    """
    period = text if isinstance(text, Period) else Period(text)
    if period.kind != "monthly":
        raise NotAMonth(period=str(period))
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
        UnknownTable: a wanted table that no context offers.
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
        parts = tuple(BulletinPart(table, _result(table, chosen, plan)) for table in tables)
        found = [check for part in parts for check in _checks(part)]
        found += checks.route_checks(
            {part.table.name: {"columns": list(part.result.columns), "rows": part.result.rows} for part in parts},
            plan.routes,
            code="routes_within_kind",
        )
        shown = {part.table.name for part in parts}
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
        "tables": {part.table.name: cells.document(part.result, reasons) for part in of.parts},
        "checks": [check_document(check) for check in of.checks],
    }


def check_document(check: checks.Check) -> dict[str, Any]:
    """A check as JSON, its text in the active language."""
    return {
        "code": check.code,
        "table": check.table,
        "ok": check.ok,
        "expected": check.expected,
        "counted": check.counted,
        "text": check_text(check),
    }


def check_text(check: checks.Check) -> str:
    """What a check says, in the active language; columns and rows are called as the table prints them."""
    text = gettext(check.msgid()) if check.msgid() else ""
    if not check.fields:
        return text
    plan, language = layout(), get_language() or "zh-hans"
    fields = dict(check.fields)
    for field, table in (("column", check.table), ("kind", "booking_by_hospital")):
        own = plan.tables.get(table)
        if own is not None and fields.get(field) in own.headings:
            fields[field] = own.headings[fields[field]].text(language)
    if "row" in fields:
        fields["row"] = plan.name(str(fields["row"]), language)
    return text % fields


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
    chosen, names = month(period), sorted({table.name for table in _chosen(only)})
    runs = ReplayRun.objects.filter(period=str(chosen)).order_by("id").values_list("id", "state", "differences")
    key = digest(["bulletin", str(chosen), names, list(runs)])
    kept = cache.get(key)
    if kept is None:
        kept = bulletin(chosen, only=names)
        kept = dataclasses.replace(
            kept, parts=tuple(BulletinPart(_plain(part.table), part.result) for part in kept.parts)
        )
        cache.set(key, kept, KEPT_FOR)
    return kept


def _plain(table: BulletinTable) -> BulletinTable:
    """The table without its functions, which no cache can keep."""
    indicators = tuple(dataclasses.replace(item, count=_not_counted) for item in table.indicators)
    return dataclasses.replace(table, build=_not_counted, indicators=indicators)


def _not_counted(period: Any) -> Any:
    raise TypeError("a kept table is not counted again")


def _chosen(only: Iterable[str]) -> list[BulletinTable]:
    tables, wanted = list(offered()), set(only)
    names = [table.name for table in tables]
    for name in sorted(wanted.difference(names)):
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        raise UnknownTable(where=name, table=name, tables=", ".join(near or names) or "-")
    return [table for table in tables if not wanted or table.name in wanted]


def _result(table: BulletinTable, period: Period, plan: Layout) -> TableResult:
    result = table.build(period)
    if plan.opened is not None and period < plan.opened and result.cumulative is not None:
        # The opening balance is the total at that month's beginning: earlier totals are not known.
        return dataclasses.replace(result, cumulative=None)
    return result


def _checks(part: BulletinPart) -> list[checks.Check]:
    name, result = part.table.name, part.result
    return [
        *checks.sums(name, list(result.columns), result.rows, result.total),
        *(checks.declared(name, check) for check in result.checks),
    ]


def _runs(period: Period, tables: set[str]) -> list[ReplayRun]:
    """Replays that stand of any of the tables."""
    runs = ReplayRun.objects.filter(period=str(period)).exclude(state=ReplayRun.State.WITHDRAWN).order_by("id")
    return [run for run in runs if tables.intersection(run.tables)]
