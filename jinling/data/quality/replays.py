"""How the bulletin's collection tables become rows: made from the catalogue, checked and stored like sent ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.data.quality.rules import (
    TOO_FEW,
    CollectionImpossible,
    DaysImpossible,
    Measure,
    RecordsImpossible,
    returned_for,
)
from jinling.data.quality.usecases import Return, keep_returns, take_back_returns
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.figures import PrintedTable, ReplayChunk, ReplayRequest
from jinling.kernel.periods import Period
from jinling.kernel.spreading import scaled, spread

REPLAYER = system("quality.replay", purpose="STATS", channel="replay")
CHUNK = 4_000_000  # rows of one transaction
# Detail tables bring many rows for each visit; the others one or few.
HEAVY = ("FEE_DETAIL", "LIS_INDICATORS", "PRESCRIPTION_DETAIL", "DRADVICE_DETAIL", "DIAGNOSIS_DETAIL", "LIS_REPORT")
KEY_ROOM = 100_000_000  # keys of one month and data set begin this far apart
# Health records are opened once and held for years: as if all in one month, long before any that is replayed.
OPENED = Period("2009-01")


@dataclass(frozen=True, slots=True)
class Sender:
    """One row of a table: who sends (for a district, one of its institutions), and what the row says."""

    name: str
    organization: directory.Organization
    required_of: str
    cells: Mapping[str, Any]
    district: int | None = None

    def count(self, column: str) -> int:
        """A figure of the row; a reason or an empty cell counts as none."""
        value = self.cells.get(column)
        return int(value) if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else 0


def _always(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda at: name


def _printed(rows: str, prefix: str) -> PrintedTable:
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

    tables = ("collection_district", "collection_hospital")
    printed = {
        "collection_district": _printed("district", "district_"),
        "collection_hospital": _printed("organization", ""),
    }
    events = "collection.row"
    draws_on: tuple[str, ...] = ()

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """One chunk for what is declared, returned and deployed, then one for each four million rows.

        Raises:
            CollectionImpossible: more tables sent than the catalogue lists.
        """
        period, batch = Period(request.period), f"replay:{request.period}"
        senders = list(_senders(request))
        deliveries = [one for sender in senders for one in _deliveries(sender, period, request.scale)]
        chunks = [ReplayChunk("declarations", 0, partial(_set_up, senders, period, request.scale, batch))]
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


def _senders(request: ReplayRequest) -> Iterator[Sender]:
    for table, required_of in (("collection_district", "district"), ("collection_hospital", "hospital")):
        if table not in request.tables:
            continue
        columns = request.tables[table]["columns"]
        for row in request.tables[table]["rows"]:
            cells = dict(zip(columns, row, strict=True))
            if required_of == "district":
                district = directory.district(str(cells["district"]))
                centre = _centre(district.pk, Period(request.period).last)
                if centre is not None:
                    yield Sender(district.name, centre, required_of, cells, district.pk)
            else:
                organization = directory.resolve(str(cells["organization"]))
                yield Sender(organization.name, organization, required_of, cells)


def _centre(district: int, on: date) -> directory.Organization | None:
    """Who sends for a district: a health centre that was open there on a day, else any institution."""
    there = [one for one in directory.as_of(on).values() if one.district == district and one.active]
    there.sort(key=lambda one: one.kind != directory.Kind.COMMUNITY_HEALTH_CENTRE)
    return directory.get(there[0].code) if there else None


def _deliveries(sender: Sender, period: Period, scale: float) -> Iterator[Any]:
    """The month's uploads of one sender, and the health records that the district holds from its first day on.

    Those are the same records in every month, as many as the month says: their keys begin at 0.
    """
    records, visits = scaled(sender.count("records_loaded"), scale), scaled(sender.count("outpatient_visits"), scale)
    discharges, days = scaled(sender.count("discharges"), scale), sender.count("upload_days")
    _check(sender, period)
    prefix = "D_" if sender.required_of == "district" else "H_"
    month_start = (period.first.year * 12 + period.first.month) * KEY_ROOM
    rows_of: dict[str, int] = {}
    if visits:
        rows_of[f"{prefix}YL_MZ_MEDICAL_RECORD"] = visits
    if discharges:
        rows_of[f"{prefix}HIS_ZY_DIS_REG"] = discharges
    rest, tables = records - visits - discharges, sender.count("tables_uploaded") - len(rows_of)
    others = [
        one.code for one in collection.catalogue().required_of(sender.required_of, on=period.last) if _may_fill(one)
    ]
    if tables > len(others):
        raise CollectionImpossible(subject=sender.name, tables=sender.count("tables_uploaded"), most=len(others) + 2)
    chosen = sorted(others, key=lambda code: (not code.endswith(HEAVY), code))[: min(max(tables, 0), max(rest, 0))]
    if chosen:
        weights = [40 if code.endswith(HEAVY) else 1 for code in chosen]
        rows_of.update(zip(chosen, spread(rest, weights, least=1), strict=True))
    yield from _month(sender, period, rows_of, days, month_start)
    if sender.required_of == "district":
        for kind, code in queries.RECORDS.items():
            held = scaled(sender.count(f"health_records_{kind}"), scale)
            yield collection.Delivery(
                code, sender.organization, held, period.first, OPENED.first, OPENED.last, 0, carried=True
            )


def _check(sender: Sender, period: Period) -> None:
    """Refuse a row whose figures cannot all become true; where one is a reason, the others stand alone."""
    names = ("records_loaded", "outpatient_visits", "discharges", "tables_uploaded", "upload_days")
    records, visits, discharges, tables, days = (sender.count(name) for name in names)
    most = (period.last - period.first).days + 1
    if days > most:
        raise DaysImpossible(subject=sender.name, days=days, most=most)
    if any(not isinstance(sender.cells.get(name), int) for name in names):
        return
    rest, others = records - visits - discharges, tables - bool(visits) - bool(discharges)
    if min(rest, others) < 0 or bool(rest) != bool(others) or rest < others or records < days or (records and not days):
        raise RecordsImpossible(
            subject=sender.name, records=records, visits=visits, discharges=discharges, tables=tables, days=days
        )


def _may_fill(data_set: Any) -> bool:
    """Tables of events with room for keys; visits, discharges and health records are counted by themselves."""
    code = data_set.code
    apart = {*queries.VISITS, *queries.DISCHARGES, *queries.RECORDS.values()}
    return code not in apart and not code[2:].startswith("DIC_") and collection.room_for_keys(data_set) >= KEY_ROOM


def _month(sender: Sender, period: Period, rows_of: Mapping[str, int], days: int, start: int) -> Iterator[Any]:
    """Every table on at least one day, and an upload on each of the days."""
    codes = list(rows_of)
    if not codes:
        return
    uploads: dict[str, list[date]] = {code: [] for code in codes}
    biggest = max(codes, key=lambda code: rows_of[code])
    for place in range(max(len(codes), days)):
        day = period.first + timedelta(days=place % max(days, 1))
        uploads[codes[place] if place < len(codes) else biggest].append(day)
    for code, received in uploads.items():
        received = received[: rows_of[code]]
        begin = 0
        for day, rows in zip(received, spread(rows_of[code], [1] * len(received), least=1), strict=True):
            yield collection.Delivery(code, sender.organization, rows, day, period.first, day, start + begin)
            begin += rows


def _set_up(senders: Sequence[Sender], period: Period, scale: float, batch: str) -> int:
    returns: list[Return] = []
    beats: list[Any] = []
    at = timezone.make_aware(datetime.combine(period.last, time(12)))
    reasons = {reason["name"]: reason["code"] for reason in directory.current_pack().section("missing_figures")}
    for sender in senders:
        declared = sender.cells.get("tables_declared")
        way = collection.Way.DECLARED if isinstance(declared, int) else _way(reasons, str(declared))
        listed = [one.code for one in collection.catalogue().required_of(sender.required_of, on=period.last)]
        collection.declare(
            by=REPLAYER,
            organization=sender.organization.code,
            required_of=sender.required_of,
            way=way,
            data_sets=listed[: sender.count("tables_declared")],
            from_on=period.first,
            batch=batch,
        )
        returns += _returns(sender, scale, reasons)
        for kind in ("browser", "hint"):
            beats += [
                collection.Heartbeat(sender.organization.pk, kind, f"{period}-{number:05}", at)
                for number in range(scaled(sender.count(f"{kind}s_deployed"), scale))
            ]
    keep_returns(by=REPLAYER, period=str(period), returns=returns, source=batch)
    collection.beat_many(by=REPLAYER, heartbeats=beats, batch=batch)
    return 0


def _way(reasons: Mapping[str, str], printed: str) -> str:
    return reasons.get(printed, collection.Way.NOT_REPORTED)


def _returns(sender: Sender, scale: float, reasons: Mapping[str, str]) -> Iterator[Return]:
    """The return of which the sent visits are the printed percentage; none where the reason says so."""
    subject = {"district": sender.district} if sender.district else {"organization": sender.organization.pk}
    for measure, column, rate in (
        (Measure.OUTPATIENT, "outpatient_visits", "outpatient_rate"),
        (Measure.DISCHARGE, "discharges", "discharge_rate"),
    ):
        sent, printed = scaled(sender.count(column), scale), sender.cells.get(rate)
        if isinstance(printed, (int, float, Decimal)):
            yield Return(measure, returned_for(sent, float(printed)), **subject)
        elif reasons.get(str(printed)) == TOO_FEW:
            yield Return(measure, max(sent // 50, 1), **subject)


REPLAYS = [CollectionReplay()]
