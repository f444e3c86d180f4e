"""Verbs of the outbox: announce, deliver, try again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.outbox import models
from jinling.foundation.outbox.rules import event_document, next_try
from jinling.kernel import sockets
from jinling.kernel.contexts import SocketBroken, each, once

log = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def handlers() -> tuple[sockets.Handler, ...]:
    """Every handler that a context offers.

    Raises:
        SocketBroken: two have one name or one has another context's, or it waits for nothing.
    """
    found = once(each(sockets.gather("handlers"), "HANDLERS"), lambda one: str(one.name), "the handler", own=True)
    if idle := [name for name, handler in found.items() if not handler.types]:
        raise SocketBroken(f"these handlers wait for no type of event: {', '.join(idle)}")
    return tuple(found.values())


def announce(*events: Any) -> None:
    """Write events in the caller's transaction; they are delivered after it commits."""
    announce_many(events)


def announce_many(events: Iterable[Any]) -> None:
    """Write many events in one statement."""
    documents = [event_document(event) for event in events]
    if documents:
        with connection.cursor() as cursor:
            cursor.execute("SELECT outbox_append(%s::jsonb, %s)", [json.dumps(documents, default=str), timezone.now()])


def deliver(*, limit: int = 500) -> int:
    """Hand waiting events to their handlers, in order; returns how many events were taken.

    One transaction: a handler's writes and the delivered mark stand or fall together. A handler
    that raises is tried event by event, so that one bad event does not hold up its batch.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            models.Event.objects.select_for_update(skip_locked=True)
            .filter(delivered_at__isnull=True)
            .order_by("id")[:limit]
        )
        if not rows:
            return 0
        for handler in handlers():
            wanted = [_event(row) for row in rows if row.type in handler.types]
            if not wanted or _runs(handler, wanted) is None:
                continue
            for event in wanted:
                error = _runs(handler, [event])
                if error is not None:
                    models.Failure.objects.update_or_create(
                        event_id=event.id,
                        handler=handler.name,
                        defaults={"error": error, "next_try_at": next_try(1, now)},
                    )
        models.Event.objects.filter(id__in=[row.pk for row in rows]).update(delivered_at=now)
    return len(rows)


def retry(*, now: datetime, everything: bool = False) -> int:
    """Try failed deliveries whose time has come (or all of them); returns how many went through."""
    by_name = {handler.name: handler for handler in handlers()}
    done = 0
    with transaction.atomic():
        waiting = models.Failure.objects.select_for_update(skip_locked=True).select_related("event")
        for failure in waiting.order_by("id") if everything else waiting.filter(next_try_at__lte=now).order_by("id"):
            handler = by_name.get(failure.handler)
            error = _runs(handler, [_event(failure.event)]) if handler else "the handler is gone"
            if error is None:
                failure.delete()
                done += 1
            else:
                failure.attempts += 1
                failure.error = error
                failure.next_try_at = next_try(failure.attempts, now)
                failure.save()
    return done


def _event(row: models.Event) -> sockets.Event:
    return sockets.Event(id=row.pk, type=row.type, payload=row.payload, at=row.at)


def _runs(handler: sockets.Handler, events: Sequence[sockets.Event]) -> str | None:
    """Run a handler in a savepoint; the kind of error when it fails (values stay out of logs)."""
    try:
        with transaction.atomic():
            handler.handle(events)
    except Exception as error:
        log.warning("handler_failed", handler=handler.name, events=len(events), error=type(error).__name__)
        return type(error).__name__
    return None
