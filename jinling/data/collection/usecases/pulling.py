"""Verb: read what changed in an opened database, as one more file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import OpenedDatabase
from jinling.data.collection.rules import Outcome
from jinling.data.collection.usecases.intake import ingest
from jinling.engine.connector import Agreement, SourceRefused, pull
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused


def pull_one(*, by: Actor, source: OpenedDatabase) -> Outcome | None:
    """Read from the watermark on and take the rows in; None where nothing is new.

    The watermark moves only after the rows are stored: a crash in between reads them again, and intake knows them.

    Raises:
        SourceRefused: the database cannot be read; the watermark stays.
    """
    url = os.environ.get(source.secret, "")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{source.data_set}.csv"
        try:
            if not url:
                raise SourceRefused(where=source.secret, reason="no address is set")
            agreement = Agreement(source.table, source.columns, source.watermark_column)
            found = pull(url, agreement, catalogue().find(source.data_set), after=source.watermark or None, to=file)
            outcome = None
            if found.rows:
                outcome = ingest(
                    by=by,
                    file=file,
                    data_set=source.data_set,
                    organization=source.organization.code,
                    channel="database",
                )
        except Refused as refused:
            OpenedDatabase.objects.filter(pk=source.pk).update(problem=refused.code, read_at=timezone.now())
            raise
    OpenedDatabase.objects.filter(pk=source.pk).update(
        problem="", read_at=timezone.now(), watermark=found.watermark or source.watermark
    )
    return outcome


def pull_all(*, by: Actor) -> list[Outcome]:
    """Read every opened database that is active; one that refuses does not hold up the others."""
    done = []
    for source in OpenedDatabase.objects.filter(active=True).select_related("organization").order_by("pk"):
        try:
            outcome = pull_one(by=by, source=source)
        except Refused:
            continue
        if outcome is not None:
            done.append(outcome)
    return done
