"""Verbs: declare an opened database, and read what changed in it, as one more file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import OpenedDatabase
from jinling.data.collection.rules import AgreementInvalid, ColumnsMissing, ColumnsUnknown, Outcome, SourceUnknown
from jinling.data.collection.usecases.intake import ingest
from jinling.engine.connector import Agreement, SourceRefused, pull
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")


@transaction.atomic
def open_database(
    *,
    by: Actor,
    organization: str,
    data_set: str,
    secret: str,
    table: str,
    watermark: str,
    columns: Mapping[str, str] | None = None,
) -> OpenedDatabase:
    """Declare a table that is read from now on, or change what was declared; a new table is read from its beginning.

    Args:
        secret: name of the environment variable that holds the database's address; the address is not kept.
        watermark: the table's column that grows with every change.
        columns: the table's column for each column of the data set; those not named are left out. None: the
            table's columns are called as the data set's.

    Raises:
        DataSetUnknown, OrganizationUnknown, AgreementInvalid: nothing is changed.
    """
    one, owner = catalogue().find(data_set), directory.resolve(organization)
    chosen = dict(columns) if columns else {name: name for name in one.names}
    if not _VARIABLE.fullmatch(secret):
        raise AgreementInvalid(reason="the address stands in an environment variable, such as HIS_ADDRESS; name that")
    unknown = sorted(set(chosen) - set(one.names))
    if unknown:
        raise ColumnsUnknown(columns=", ".join(unknown[:8]))
    missing = [column.name for column in one.columns if column.required and column.name not in chosen]
    if missing:
        raise ColumnsMissing(columns=", ".join(missing[:8]))
    if not table or not watermark:
        raise AgreementInvalid(reason="a table and its watermark column are needed")
    held = OpenedDatabase.objects.filter(organization=owner, data_set=one.code).first()
    source = held or OpenedDatabase(organization=owner, data_set=one.code)
    if (source.table, source.watermark_column) != (table, watermark):
        source.watermark = ""
    source.secret, source.table, source.columns, source.watermark_column = secret, table, chosen, watermark
    source.active, source.problem = True, ""
    source.save()
    audit.record(
        by=by,
        action="collection.open_database",
        target=f"OpenedDatabase/{source.pk}",
        organization=owner.code,
        detail={"data_set": one.code, "columns": len(chosen)},
    )
    return source


@transaction.atomic
def close_database(*, by: Actor, organization: str, data_set: str) -> OpenedDatabase:
    """Stop reading a table; what was read stays, and opening it again goes on from its watermark.

    Raises:
        DataSetUnknown, OrganizationUnknown, SourceUnknown: nothing is changed.
    """
    source = opened(organization=organization, data_set=data_set)
    source.active = False
    source.save(update_fields=["active"])
    audit.record(
        by=by,
        action="collection.close_database",
        target=f"OpenedDatabase/{source.pk}",
        organization=source.organization.code,
        detail={"data_set": source.data_set},
    )
    return source


def opened(*, organization: str, data_set: str) -> OpenedDatabase:
    """What was declared of an institution's data set.

    Raises:
        DataSetUnknown, OrganizationUnknown, SourceUnknown: there is none.
    """
    code, owner = catalogue().find(data_set).code, directory.resolve(organization)
    source = OpenedDatabase.objects.select_related("organization").filter(organization=owner, data_set=code).first()
    if source is None:
        raise SourceUnknown(where=f"{owner.code} {code}")
    return source


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
