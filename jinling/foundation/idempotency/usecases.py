"""Do a thing once for a client's key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from jinling.foundation.idempotency.models import Answer
from jinling.foundation.idempotency.rules import KeyReused, StillRunning

KEPT_FOR = timedelta(days=7)  # a kiosk's offline queue may hold a request for days


def body_hash(body: Any) -> bytes:
    """SHA-256 over the canonical JSON of what is asked."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()).digest()


def once(*, client: str, key: str, body: Any, run: Callable[[], Any]) -> Any:
    """``run()`` in a transaction and keep its JSON answer, or give the kept one.

    Without a key the work is simply done.

    Raises:
        KeyReused: the key names another body.
        StillRunning: another transaction is doing this work now.
    """
    with transaction.atomic():
        if not key:
            return run()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [f"{client}\x1f{key}"])
            if not cursor.fetchone()[0]:
                raise StillRunning
        digest = body_hash(body)
        kept = Answer.objects.filter(client=client, key=key).first()
        if kept is not None:
            if bytes(kept.body_hash) != digest:
                raise KeyReused
            return kept.answer
        answer = run()
        Answer.objects.create(client=client, key=key, body_hash=digest, answer=answer)
        return answer


def forget_old(now: datetime) -> int:
    """Remove answers that nobody will ask for again."""
    return Answer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
