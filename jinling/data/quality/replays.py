"""How the bulletin's collection tables become rows: made from the catalogue, checked and stored like sent ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.data.quality.rules import (
    MISSING,
    TOO_FEW,
    CollectionImpossible,
    DaysImpossible,
    Measure,
    NobodySends,
    NoneDeployed,
    RateImpossible,
    RecordsImpossible,
    RequiredOtherwise,
    days_of,
    returned_for,
    upload_rate,
)
from jinling.data.quality.usecases import Return, keep_returns, take_back_returns
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.figures import PrintedRow, PrintedTable, ReplayChunk, ReplayRequest
from jinling.kernel.periods import Period
from jinling.kernel.spreading import margins_kept, shares, spread

REPLAYER = system("quality.replay", purpose="STATS", channel="replay")
CHUNK = 4_000_000  # rows of one transaction
# Detail tables bring many rows for each visit; the others one or few.
HEAVY = ("FEE_DETAIL", "LIS_INDICATORS", "PRESCRIPTION_DETAIL", "DRADVICE_DETAIL", "DIAGNOSIS_DETAIL", "LIS_REPORT")
KEY_ROOM = 100_000_000  # keys of one month and data set begin this far apart
# Health records are opened once and held for years: as if all in one month, long before any that is replayed.
OPENED = Period("2009-01")
TABLES = {"collection_district": "district", "collection_hospital": "hospital"}
RATES = (
    (Measure.OUTPATIENT, "outpatient_visits", "outpatient_rate"),
    (Measure.DISCHARGE, "discharges", "discharge_rate"),
)
KINDS = ("browser", "hint")
NOT_DEPLOYED = "not_deployed"
# What may stand in place of a number: where the bulletin prints it, and nowhere else.
REASONS: Mapping[str, tuple[str, ...]] = {
    "tables_declared": (collection.Way.NOT_REPORTED, collection.Way.DATABASE_OPENED),
    **{rate: (MISSING, TOO_FEW) for _measure, _of, rate in RATES},
    **{f"{kind}s_deployed": (NOT_DEPLOYED,) for kind in KINDS},
}


@dataclass(frozen=True, slots=True)
class Sender:
    """One row of a table: who sends (for a district, one of its institutions), and what the row says at the scale.

    ``reasons`` are codes of what stands in place of numbers; ``rates`` are as printed, and so are tables and days.
    """

    name: str
    organization: directory.Organization
    required_of: str
    row: PrintedRow
    figures: Mapping[str, int]
    reasons: Mapping[str, str]
    rates: Mapping[str, Decimal]
    district: int | None = None


def _always(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda at: name


def _form(rows: str, prefix: str) -> PrintedTable:
    """A table whose columns bear the names of what they count; of what has kinds, by kind."""
    plain = (
        "tables_declared tables_required tables_uploaded records_loaded upload_days outpatient_visits outpatient_rate "
        "discharges discharge_rate"
    )
    columns = {f"collection.{prefix}{name}": _always(name) for name in plain.split()}
    columns[f"collection.{prefix}health_records"] = lambda at: f"health_records_{at['kind']}" if "kind" in at else ""
    columns[f"collection.{prefix}deployments"] = lambda at: f"{at['kind']}s_deployed" if "kind" in at else ""
    return PrintedTable(rows, columns)


class CollectionReplay:
    """Both tables: declarations, rows received on as many days, returns, deployments."""

    tables = tuple(TABLES)
    printed = {
        "collection_district": _form("district", "district_"),
        "collection_hospital": _form("organization", ""),
    }
    events = "collection.row"
    draws_on: tuple[str, ...] = ()

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """One chunk for what is declared, returned and deployed, then one for each four million rows.

        Raises:
            FigureNotReplayed, CollectionImpossible, RequiredOtherwise, DaysImpossible, RecordsImpossible,
            RateImpossible, NoneDeployed, NobodySends: a cell that the bulletin could not print; nothing is written.
        """
        period, batch = Period(request.period), f"replay:{request.period}"
        printed = [sender for table in TABLES for sender in _senders(request, table)]
        for sender in printed:
            _check(sender, period)
        senders = [
            one for table in TABLES for one in _scaled([s for s in printed if s.row.table == table], request.scale)
        ]
        deliveries = [one for sender in senders for one in _deliveries(sender, period)]
        chunks = [ReplayChunk("declarations", 0, partial(_set_up, senders, period, batch))]
        group: list[Any] = []
        for one in deliveries:
            group.append(one)
            if sum(delivery.rows for delivery in group) >= CHUNK:
                chunks.append(_chunk(group, batch))
                group = []
        return [*chunks, _chunk(group, batch)] if group else chunks

    def withdraw(self, period: str) -> int:
        """Take back rows, returns and deployments that a replay of the period made."""
        batch = f"replay:{period}"
        take_back_returns(by=REPLAYER, source=batch)
        return collection.take_back(by=REPLAYER, batch=batch)


def _chunk(group: list[Any], batch: str) -> ReplayChunk:
    rows = sum(one.rows for one in group)
    run = partial(collection.deliver_many, by=REPLAYER, deliveries=list(group), batch=batch)
    return ReplayChunk(f"{group[0].organization.code} to {group[-1].organization.code}", rows, run)


def _senders(request: ReplayRequest, table: str) -> Iterator[Sender]:
    """The rows of a table as they are printed."""
    reasons = {reason["name"]: reason["code"] for reason in directory.current_pack().section("missing_figures")}
    last = Period(request.period).last
    printed = [str(row.cells["organization"]) for row in request.rows("collection_hospital")]
    hospitals = {one.pk for one in directory.resolve_many(printed, last).values()}
    for row in request.rows(table):
        district = directory.district(str(row.cells["district"]), last) if "district" in row.cells else None
        if district is None:
            organization = directory.resolve(str(row.cells["organization"]), last)
        else:
            found = _centre(district.pk, last, hospitals)
            if found is None:
                raise NobodySends(where=row.where(), subject=district.name)
            organization = found
        said, rates = {}, {}
        for column, allowed in REASONS.items():
            cell = row.cells.get(column)
            if isinstance(cell, str) and reasons.get(cell) in allowed:
                said[column] = reasons[cell]
            elif isinstance(cell, Decimal | int) and column.endswith("_rate"):
                rates[column] = Decimal(cell)
        numbers = row.cells.keys() - said.keys() - rates.keys() - {"district", "organization", "tables_required"}
        yield Sender(
            organization.name if district is None else district.name,
            organization,
            TABLES[table],
            row,
            {column: row.figure(column) for column in row.cells if column in numbers},
            said,
            rates,
            None if district is None else district.pk,
        )


def _centre(district: int, on: date, hospitals: Collection[int]) -> directory.Organization | None:
    """Who sends for a district: a health centre that was open there on a day, else any but the hospitals of rows."""
    there = [
        one
        for key, one in directory.as_of(on).items()
        if one.district == district and one.active and key not in hospitals
    ]
    there.sort(key=lambda one: one.kind != directory.Kind.COMMUNITY_HEALTH_CENTRE)
    return directory.get(there[0].code) if there else None


def _check(sender: Sender, period: Period) -> None:
    """Refuse a row of which the bulletin could not print every cell."""
    row, figures = sender.row, sender.figures
    names = ("records_loaded", "outpatient_visits", "discharges", "tables_uploaded", "upload_days")
    records, visits, discharges, tables, days = (figures.get(name, 0) for name in names)
    listed = collection.catalogue().required_of(sender.required_of, on=period.last)
    opened = sender.reasons.get("tables_declared") == collection.Way.DATABASE_OPENED
    owed = None if opened else len(listed)
    required = row.cells.get("tables_required", owed)
    if required != owed:
        shown = ["-" if number is None else str(number) for number in (required, owed)]
        where = row.where("tables_required")
        raise RequiredOtherwise(where=where, subject=sender.name, tables=shown[0], most=shown[1])
    most = (period.last - period.first).days + 1
    if days > most:
        raise DaysImpossible(where=row.where("upload_days"), subject=sender.name, days=days, most=most)
    apart = bool(visits) + bool(discharges)
    fillable = sum(map(_may_fill, listed)) + apart
    if tables > fillable:
        where = row.where("tables_uploaded")
        raise CollectionImpossible(where=where, subject=sender.name, tables=tables, most=fillable)
    rest, others = records - visits - discharges, tables - apart
    if min(rest, others) < 0 or bool(rest) != bool(others) or rest < others or records < days or (records and not days):
        raise RecordsImpossible(
            where=row.where("records_loaded"),
            subject=sender.name,
            records=records,
            visits=visits,
            discharges=discharges,
            tables=tables,
            days=days,
        )
    for _measure, of, column in RATES:
        sent, rate = figures.get(of, 0), sender.rates.get(column)
        nearest = None if rate is None else upload_rate(sent, returned_for(sent, rate), True).value
        if rate is not None and Decimal(str(nearest)) != rate:
            where = row.where(column)
            raise RateImpossible(where=where, subject=sender.name, sent=sent, rate=str(rate), nearest=str(nearest))
    for kind in KINDS:
        column = f"{kind}s_deployed"
        if figures.get(column) == 0:
            raise NoneDeployed(where=row.where(column), subject=sender.name, reason=_printed(NOT_DEPLOYED))


def _printed(reason: str) -> str:
    """How the city prints a reason."""
    section = directory.current_pack().section("missing_figures")
    return next((str(one["name"]) for one in section if one["code"] == reason), reason)


def _scaled(senders: Sequence[Sender], scale: float) -> list[Sender]:
    """The rows of one table at a scale: each column adds up, and what a row loaded is visits, discharges and the rest.

    Tables and days stand as they are printed.
    """
    if not senders:
        return []
    of_rows = ("outpatient_visits", "discharges", "records_loaded")
    made = [dict(one.figures) for one in senders]
    parts = [[one.figures.get(column, 0) for column in of_rows] for one in senders]
    for figures, (visits, discharges, rest) in zip(
        made, margins_kept([[v, d, all_of - v - d] for v, d, all_of in parts], scale), strict=True
    ):
        figures |= dict(zip(of_rows, (visits, discharges, visits + discharges + rest), strict=True))
    kinds = {*(f"health_records_{kind}" for kind in queries.RECORDS), *(f"{kind}s_deployed" for kind in KINDS)}
    for column in sorted(kinds):
        having = [figures for figures in made if column in figures]
        for figures, share in zip(having, shares([one[column] for one in having], scale), strict=True):
            figures[column] = share
    return [replace(one, figures=figures) for one, figures in zip(senders, made, strict=True)]


def _deliveries(sender: Sender, period: Period) -> Iterator[Any]:
    """The month's uploads of one sender, and the health records that the district holds from its first day on.

    Those are the same records in every month, as many as the month says: their keys begin at 0.
    """
    figures = sender.figures
    visits, discharges, tables = figures["outpatient_visits"], figures["discharges"], figures["tables_uploaded"]
    prefix = "D_" if sender.required_of == "district" else "H_"
    rows_of: dict[str, int] = {}
    if visits:
        rows_of[f"{prefix}YL_MZ_MEDICAL_RECORD"] = visits
    if discharges:
        rows_of[f"{prefix}HIS_ZY_DIS_REG"] = discharges
    rest = figures["records_loaded"] - visits - discharges
    listed = collection.catalogue().required_of(sender.required_of, on=period.last)
    others = sorted((one.code for one in listed if _may_fill(one)), key=lambda code: (not code.endswith(HEAVY), code))
    chosen = others[: min(tables - len(rows_of), rest)]
    if chosen:
        weights = [40 if code.endswith(HEAVY) else 1 for code in chosen]
        rows_of.update(zip(chosen, spread(rest, weights, least=1), strict=True))
    month_start = (period.first.year * 12 + period.first.month) * KEY_ROOM
    yield from _month(sender, period, rows_of, figures["upload_days"], month_start)
    if sender.required_of == "district":
        for kind, code in queries.RECORDS.items():
            held = figures[f"health_records_{kind}"]
            yield collection.Delivery(
                code, sender.organization, held, period.first, OPENED.first, OPENED.last, 0, carried=True
            )


def _may_fill(data_set: Any) -> bool:
    """Tables of events with room for keys; visits, discharges and health records are counted by themselves."""
    code = data_set.code
    apart = {*queries.VISITS, *queries.DISCHARGES, *queries.RECORDS.values()}
    return code not in apart and not code[2:].startswith("DIC_") and collection.room_for_keys(data_set) >= KEY_ROOM


def _month(sender: Sender, period: Period, rows_of: Mapping[str, int], days: int, start: int) -> Iterator[Any]:
    """Every table on at least one day, and an upload on each of the days while there are rows for it."""
    for code, places in days_of(rows_of, days).items():
        begin = 0
        for place, rows in zip(places, spread(rows_of[code], [1] * len(places), least=1), strict=True):
            day = period.first + timedelta(days=place)
            yield collection.Delivery(code, sender.organization, rows, day, period.first, day, start + begin)
            begin += rows


def _set_up(senders: Sequence[Sender], period: Period, batch: str) -> int:
    returns: list[Return] = []
    beats: list[Any] = []
    at = timezone.make_aware(datetime.combine(period.last, time(12)))
    for sender in senders:
        declared = sender.figures.get("tables_declared", 0)
        listed = [one.code for one in collection.catalogue().required_of(sender.required_of, on=period.last)]
        collection.declare(
            by=REPLAYER,
            organization=sender.organization.code,
            required_of=sender.required_of,
            way=sender.reasons.get("tables_declared", collection.Way.DECLARED),
            data_sets=listed[:declared],
            unlisted=max(declared - len(listed), 0),
            from_on=period.first,
            batch=batch,
        )
        returns += _returns(sender)
        for kind in KINDS:
            beats += [
                collection.Heartbeat(sender.organization.pk, kind, f"{period}-{number:05}", at)
                for number in range(sender.figures.get(f"{kind}s_deployed", 0))
            ]
    keep_returns(by=REPLAYER, period=str(period), returns=returns, source=batch)
    collection.beat_many(by=REPLAYER, heartbeats=beats, batch=batch)
    return 0


def _returns(sender: Sender) -> Iterator[Return]:
    """The return of which the sent visits are the printed percentage; none where the reason says so."""
    subject = {"district": sender.district} if sender.district else {"organization": sender.organization.pk}
    for measure, of, column in RATES:
        sent = sender.figures[of]
        if column in sender.rates:
            yield Return(measure, returned_for(sent, sender.rates[column]), **subject, comparable=True)
        elif sender.reasons[column] == TOO_FEW:
            yield Return(measure, max(sent // 50, 1), **subject, comparable=False)


REPLAYS = [CollectionReplay()]
