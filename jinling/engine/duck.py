"""Connections to DuckDB that keep to their limits: no extension is fetched, no file outside is touched by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb


def connect(*, threads: int = 1, memory: str = "500MB", spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database.

    Args:
        threads: how many it may use.
        memory: its limit, as DuckDB writes it.
        spill: where it may put what does not fit; without it nothing is put down.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(spill) if spill else "",
        "preserve_insertion_order": True,
    }
    return duckdb.connect(":memory:", config=settings)


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def literal(path: Path | str) -> str:
    """A path as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def listed(paths: list[Path]) -> str:
    """Several paths as an SQL list."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"


def first(found: duckdb.DuckDBPyConnection) -> Any:
    """The first row of an answer that always has one."""
    row = found.fetchone()
    assert row is not None
    return row


def scalar(found: duckdb.DuckDBPyConnection) -> Any:
    """The only cell of an answer."""
    return first(found)[0]
