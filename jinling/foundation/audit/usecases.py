"""Verbs of the audit: append entries in the transaction of the act."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from jinling.foundation.audit.rules import entry_document
from jinling.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """What is told of one act: ``action`` reads ``scheduling.book``, ``target`` ``Appointment/<id>``."""

    action: str
    patient: str = ""
    target: str = ""
    outcome: str = "ok"
    organization: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(*, by: Actor, action: str, patient: str = "", target: str = "", outcome: str = "ok",
           organization: str = "", detail: Mapping[str, Any] | None = None) -> None:
    """Append one entry. Raises whatever the database raises: then the act must not happen."""
    record_many(by=by, acts=[Act(action, patient, target, outcome, organization, detail or {})])


def record_many(*, by: Actor, acts: Iterable[Act]) -> None:
    """Append entries in one statement, in the order given, within the caller's transaction."""
    documents = [
        entry_document(by, action=act.action, patient=act.patient, target=act.target, outcome=act.outcome,
                       organization=act.organization, detail=act.detail)
        for act in acts
    ]
    if not documents:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_append(%s::jsonb)", [json.dumps(documents)])
