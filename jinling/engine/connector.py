"""Reads a hospital's opened database: rows changed since a watermark, as a file that intake takes like any other.

PostgreSQL, MySQL and SQL Server, through SQLAlchemy. Only columns that were agreed on are read, only by comparison with
the watermark, in a transaction that cannot write where the database offers one.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinling.engine.intake.conversion import as_text
from jinling.engine.spec import DataSet
from jinling.kernel.outcomes import Refused

BATCH = 5000
# A watermark is kept as text with its kind in front, so that it comes back as what it was.
KINDS = {"i": int, "d": Decimal, "s": str}


class SourceRefused(Refused):
    """The opened database does not let itself be read as agreed."""

    code = "source_refused"
    text = "The opened database cannot be read: %(reason)s."
    mend = "Check the address, the account's rights, and the agreed table and columns."


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is read: a table (schema, dot, name), its column for each column of the data set, and the watermark."""

    table: str
    columns: Mapping[str, str]
    watermark: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many rows were written, and the highest watermark among them (None where there were none)."""

    rows: int
    watermark: str | None


def pull(
    url: str, agreement: Agreement, data_set: DataSet, *, after: str | None, to: Path, limit: int = 1_000_000
) -> Pulled:
    """Write rows from the watermark on (the row at it comes again; intake knows it) as CSV, lowest first.

    After ``limit`` rows it stops, but never between rows of one watermark: the rest of them would not be seen again.

    Raises:
        SourceRefused: no connection, no such table or column, no right to read; nothing is left at ``to``.
    """
    import sqlalchemy as sa

    names = [name for name in data_set.names if name in agreement.columns]
    engine = None
    try:
        engine = sa.create_engine(url, pool_pre_ping=True, connect_args=_manners(url))
        schema, _, table = agreement.table.rpartition(".")
        source = sa.table(
            table,
            *(sa.column(one) for one in {*agreement.columns.values(), agreement.watermark}),
            schema=schema or None,
        )
        mark = source.c[agreement.watermark]
        wanted = sa.select(*(source.c[agreement.columns[name]].label(name) for name in names), mark.label("_watermark"))
        wanted = wanted.where(mark.is_not(None))
        if after is not None:
            wanted = wanted.where(mark >= _read(after))
        wanted = wanted.order_by(mark)
        rows, last = 0, None
        with engine.connect() as connection, to.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(names)
            columns = [data_set.by_name[name] for name in names]
            for row in connection.execution_options(stream_results=True, yield_per=BATCH).execute(wanted):
                *cells, reached = row
                if rows >= limit and reached != last:
                    break
                last = reached
                writer.writerow([as_text(_trimmed(cell), column) for cell, column in zip(cells, columns, strict=True)])
                rows += 1
        return Pulled(rows, None if last is None else _written(last))
    except (sa.exc.SQLAlchemyError, ImportError, OSError, ValueError) as error:
        to.unlink(missing_ok=True)
        raise SourceRefused(where=agreement.table, reason=type(error).__name__) from None
    finally:
        if engine is not None:
            engine.dispose()


def _manners(url: str) -> dict[str, Any]:
    """How long to wait for a connection, and that nothing is written, in each driver's own words."""
    if url.startswith("postgresql"):
        return {"connect_timeout": 15, "options": "-c default_transaction_read_only=on"}
    if url.startswith("mysql"):
        return {"connect_timeout": 15, "init_command": "SET SESSION TRANSACTION READ ONLY"}
    return {"login_timeout": 15} if url.startswith("mssql") else {}


def _trimmed(cell: Any) -> Any:
    """CHAR columns come filled up with blanks."""
    return cell.rstrip(" ") if isinstance(cell, str) else cell


def _written(mark: Any) -> str:
    if isinstance(mark, dt.datetime):
        return f"t:{mark.isoformat()}"
    if isinstance(mark, dt.date):
        return f"D:{mark.isoformat()}"
    kind = "i" if isinstance(mark, int) else "d" if isinstance(mark, Decimal) else "s"
    return f"{kind}:{mark}"


def _read(text: str) -> Any:
    kind, _, value = text.partition(":")
    if kind == "t":
        return dt.datetime.fromisoformat(value)
    if kind == "D":
        return dt.date.fromisoformat(value)
    return KINDS[kind](value)
