"""Reads of messaging."""

from __future__ import annotations

from django.db.models import Count

from jinling.foundation.messaging.models import Message


def counts() -> dict[tuple[str, str, str], int]:
    """How many messages by template, status and reason."""
    rows = Message.objects.values_list("template", "status", "reason").annotate(n=Count("*")).order_by()
    return {(template, status, reason): n for template, status, reason, n in rows}
