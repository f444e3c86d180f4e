"""Rows of a data set made up from its own description, so that a replayed month is stored and counted like a sent one.

Only what the rules ask for is filled: required cells, the business key, the event date and names that go with codes.
Every row passes the same checks on its way; a row that did not would be missing from the count, and the caller is told.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from jinling.engine.check.dialects import DuckDB
from jinling.engine.check.rules import ROW, Plan, Receipt, compile_checks
from jinling.engine.duck import literal, scalar
from jinling.engine.spec import Column, DataSet

STRIDE = 10_000_000  # more than the rows of one order
# Texts that fit the patterns in use; the first that matches is taken.
CANDIDATES = ("1", "I10", "210008", "02583106666", "320106", "718-7", "426010135", "A1", "CN", "1,2", "156")
MADE_NAMES = ("AN", "BO", "CHEN", "DU", "FAN", "GAO", "HU", "JIN", "LI", "MA", "NI", "PAN", "QIN", "SUN", "WU", "XU")


@dataclass(frozen=True, slots=True)
class Order:
    """Rows of one institution, with event days spread over ``first`` to ``last``; ``start`` numbers their keys."""

    institution: str
    rows: int
    first: date
    last: date
    start: int


class GenerationShort(RuntimeError):
    """The data set's own rules reject rows made for it; names how many."""


def generated(data_set: DataSet, orders: Sequence[Order]) -> str:
    """A query of all orders' rows as texts with ``_row``, as a file of them would be read.

    ``_row`` is the order's place times ``STRIDE`` plus the line; ``write`` takes the two apart again.
    """
    dialect = DuckDB()
    filled = filled_columns(data_set)
    cells = ", ".join(
        (_cell(column, data_set, dialect) if column.name in filled else "NULL::VARCHAR")
        + f" AS {dialect.identifier(column.name)}"
        for column in data_set.columns
    )
    listed = ", ".join(
        f"({place}::BIGINT, {dialect.text(order.institution)}, {order.rows}::BIGINT, DATE '{order.first:%Y-%m-%d}', "
        f"{(order.last - order.first).days + 1}, {order.start}::BIGINT)"
        for place, order in enumerate(orders)
    )
    return (
        f"(SELECT n * {STRIDE} + i + 2 AS {ROW}, {cells} FROM (SELECT n, o, i, start + i AS k, "
        f"strftime(first + (i * days // rows)::INT, '%Y%m%d') AS d FROM (SELECT *, unnest(range(rows)) AS i "
        f"FROM (VALUES {listed}) AS orders(n, o, rows, first, days, start))))"
    )


def write(
    database: duckdb.DuckDBPyConnection, plan: Plan, orders: Sequence[Order], places: Sequence[Path]
) -> list[tuple[tuple[date, int], ...]]:
    """Make the rows, send them through the checks, and write what is accepted, each order to its place.

    Returns:
        For each order its rows by event day.

    Raises:
        GenerationShort: not every row was accepted.
    """
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
    event = f'CAST("{plan.data_set.event_date}" AS DATE)'
    whole = f"SELECT * REPLACE (({ROW} % {STRIDE})::INT AS {ROW})"
    made = f"({plan.accepted(generated(plan.data_set, orders))})"
    scratch = places[0].with_name(f"{places[0].name}.made")
    if len(orders) == 1:
        accepted = scalar(database.execute(f"COPY ({whole} FROM {made}) TO {literal(places[0])} (FORMAT parquet)"))
        found = [
            (0, *row)
            for row in database.execute(
                f"SELECT {event}, count(*) FROM read_parquet({literal(places[0])}) GROUP BY 1 ORDER BY 1"
            ).fetchall()
        ]
    else:
        accepted = scalar(
            database.execute(
                f"COPY ({whole}, {ROW} // {STRIDE} AS _order FROM {made}) TO {literal(scratch)} "
                "(FORMAT parquet, PARTITION_BY (_order))"
            )
        )
        found = database.execute(
            f"SELECT _order, {event}, count(*) FROM read_parquet({literal(scratch / '*' / '*.parquet')}, "
            "hive_partitioning=true) GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    if accepted != sum(order.rows for order in orders):
        shutil.rmtree(scratch, ignore_errors=True)
        places[0].unlink(missing_ok=True)
        raise GenerationShort(f"{plan.data_set.code}: {accepted} rows pass their checks")
    if len(orders) > 1:
        for number, place in enumerate(places):
            (only,) = (scratch / f"_order={number}").iterdir()
            only.rename(place)
        shutil.rmtree(scratch)
    days: list[list[tuple[date, int]]] = [[] for _ in orders]
    for number, day, rows in found:
        days[number].append((day, rows))
    return [tuple(one) for one in days]


def plan_for(data_set: DataSet, today: date, foreign: Sequence[str] = ()) -> Plan:
    """The checks that generated rows go through: those of a received file."""
    return compile_checks(data_set, DuckDB(), Receipt(today, tuple(foreign)))


def capacity(data_set: DataSet) -> int:
    """How many different keys can be made for one institution."""
    serial = _serial_column(data_set)
    if serial is None:
        return 1
    return int(10 ** min(serial.format.length, 15)) if serial.format.kind != "day" else 31


def filled_columns(data_set: DataSet) -> frozenset[str]:
    """The columns that generated rows fill."""
    filled = {column.name for column in data_set.columns if column.required} | set(data_set.key) | {data_set.event_date}
    for rule in data_set.rules:
        if rule.kind == "together" and rule.columns[0] in filled:
            filled.add(rule.columns[1])
    return frozenset(filled)


def _serial_column(data_set: DataSet) -> Column | None:
    """The key's column that tells rows apart: its longest text without a code list."""
    texts = [
        data_set.by_name[name]
        for name in data_set.key
        if name != data_set.institution
        and data_set.by_name[name].format.kind in ("text", "number")
        and not data_set.by_name[name].values
    ]
    return max(texts, key=lambda column: column.format.length, default=None)


def _cell(column: Column, data_set: DataSet, dialect: DuckDB) -> str:
    if column.name == data_set.institution:
        return "o"
    if column is _serial_column(data_set):
        return "(k + 1)::VARCHAR" if column.format.kind == "number" else "k::VARCHAR"
    if column.format.kind == "day":
        return _date(column, "d", "'19491231'")
    if column.format.kind == "instant":
        return _date(column, "d || 'T083000'", "'19491231T083000'")
    if column.format.kind == "number":
        return dialect.text(str(_number(column, data_set)))
    if column.check == "resident_id":
        return "'11010519491231002X'"
    if column.values:
        return dialect.text(_code(column, data_set))
    if column.pattern:
        return dialect.text(
            next(
                text for text in CANDIDATES if re.fullmatch(column.pattern, text) and len(text) <= column.format.length
            )
        )
    if column.format.exact:
        return dialect.text("1" * column.format.length)
    if column.format.length >= 8:
        names = ", ".join(f"'{name}'" for name in MADE_NAMES)
        return f"[{names}][(k % {len(MADE_NAMES)} + 1)::INT]"
    return "'1'"


def _date(column: Column, event: str, birth: str) -> str:
    """The event's own day; a birth lies before it, and everything planned may be the same day."""
    return birth if _is_birth(column) else event


def _is_birth(column: Column) -> bool:
    return column.element == "DE02.01.005.01" or column.name in ("CSRQ", "CSNY", "BIRTH", "DATE_OF_BIRTH", "HZCSRQ")


def _number(column: Column, data_set: DataSet) -> int:
    low = max(int(column.low or 0), 0)
    for rule in data_set.rules:
        if rule.kind in ("greater", "at_most") and column.name in rule.columns:
            larger = rule.columns[0] if rule.kind == "greater" else rule.columns[1]
            return 120 if column.name == larger else 80
        if rule.kind == "within" and column.name == rule.columns[0]:
            return 100
    return low + 1


def _code(column: Column, data_set: DataSet) -> str:
    """A code that calls for nothing else and agrees with the one citizen number in use."""
    if any(rule.kind == "id_sex" and rule.columns[1] == column.name for rule in data_set.rules):
        return "2"
    calling = {
        code
        for rule in data_set.rules
        if rule.kind in ("required_when", "identity") and rule.columns[0] == column.name
        for code in rule.when
    }
    return next((code for code in column.values if code not in calling), next(iter(column.values)))
