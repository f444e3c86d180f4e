"""Bring every sealed value and keyed index to the newest keys, in small steps that can be stopped and resumed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction

from jinling.kernel.contexts import each, once
from jinling.kernel.sealing import Keyring
from jinling.kernel.sockets import SealedColumn, gather

STEP = 500
TOTP_PLACE = "access.totp"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many values of a column were brought to the newest keys so far."""

    column: str
    done: int


def columns() -> list[SealedColumn]:
    """Every sealed column that a context declares.

    Raises:
        SocketBroken: one is declared twice.
    """
    found = once(each(gather("sealed"), "SEALED"), lambda one: f"{one.model}.{one.column}", "the sealed column")
    return list(found.values())


def outdated(column: SealedColumn, ring: Keyring) -> int:
    """How many values of a column are not under the newest keys."""
    model = apps.get_model(column.model)
    with connection.cursor() as cursor:
        where, values = _condition(column, ring)
        # Names of tables and columns are our own and quoted; values are parameters.
        cursor.execute(f"SELECT count(*) FROM {_quoted(model._meta.db_table)} WHERE {where}", values)  # nosec B608
        return int(cursor.fetchone()[0])


def reseal(ring: Keyring, *, step: int = STEP) -> Iterator[Progress]:
    """Reseal everything; each step is one transaction, so that a stop loses at most one step.

    What is under the newest keys already is passed over: running it again goes on where it was stopped.

    Raises:
        SealBroken: a value does not open; steps before it stand.
    """
    for column in columns():
        done, name = 0, f"{column.model}.{column.column}"
        while changed := _step(column, ring, step):
            done += changed
            yield Progress(name, done)
        yield Progress(name, done)
    yield Progress("mfa.Authenticator.data", _second_factors(ring))


def _step(column: SealedColumn, ring: Keyring, step: int) -> int:
    model = apps.get_model(column.model)
    where, values = _condition(column, ring)
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key} LIMIT %s FOR UPDATE",  # nosec B608
                [*values, step],
            )
            ids = [row[0] for row in cursor.fetchall()]
        rows = list(model._default_manager.filter(pk__in=ids))
        for row in rows:
            _renew(row, column, ring)
        if rows:
            model._default_manager.bulk_update(rows, [column.column, *column.indexes])
    return len(rows)


def _renew(row: models.Model, column: SealedColumn, ring: Keyring) -> None:
    place = column.place(row)
    sealed = bytes(getattr(row, column.column))
    text = ring.open(sealed, place=place)
    setattr(row, column.column, ring.reseal(sealed, place=place))
    for name, made_of in column.indexes.items():
        value, space = made_of(row, text)
        setattr(row, name, ring.index(value, space=space))


def _condition(column: SealedColumn, ring: Keyring) -> tuple[str, list[Any]]:
    """SQL for values under older keys: the head of a sealed value and the first byte of an index tell the version."""
    sealed = _quoted(column.column)
    head = ring.seal("x", place="head")[:3]
    parts, values = [f"substring({sealed} FROM 1 FOR 3) <> %s"], [head]
    version = ring.index("x", space="head")[:1]
    for name in column.indexes:
        parts.append(f"(length({_quoted(name)}) > 0 AND substring({_quoted(name)} FROM 1 FOR 1) <> %s)")
        values.append(version)
    return f"length({sealed}) > 0 AND ({' OR '.join(parts)})", values


def _second_factors(ring: Keyring) -> int:
    """Secrets of authenticator apps, which lie in a library's table as text."""
    return _renewed(Authenticator.objects.all(), lambda text: _renewed_text(text, ring))


def _renewed(rows: Any, renew: Callable[[str], str]) -> int:
    count = 0
    for row in rows:
        for name in ("secret", "seed"):
            text = row.data.get(name)
            if text and (fresh := renew(text)) != text:
                row.data[name] = fresh
                row.save(update_fields=["data"])
                count += 1
    return count


def _renewed_text(text: str, ring: Keyring) -> str:
    return base64.b64encode(ring.reseal(base64.b64decode(text), place=TOTP_PLACE)).decode()


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
