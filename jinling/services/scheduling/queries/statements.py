"""Statements that run thousands of times a second: prepared once on each connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection

# Above psycopg's own counting: these are prepared at their first use.
THRESHOLD = 5


def rows_of(sql: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a prepared statement, within the transaction that is open, if one is.

    Values are bound by the server. A pool in transaction mode between the platform and its database
    would lose prepared statements; docs/how-to/run-on-a-server.md says to use session mode.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        link = cursor.connection
        if link.prepare_threshold is None:
            link.prepare_threshold = THRESHOLD
        with psycopg.Cursor(link) as prepared:
            prepared.execute(sql, values, prepare=True)
            return prepared.fetchall()
