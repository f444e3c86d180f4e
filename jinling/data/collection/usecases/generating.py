"""Verbs: rows made from the catalogue, through the same checks into the same manifest, and taken back again."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from threading import local
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.data.collection import queries
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Channel, Deployment, Part, PartDay, State, Submission
from jinling.engine import generation
from jinling.engine.duck import connect, cores
from jinling.engine.lake import Part as LakePart
from jinling.engine.spec import DataSet
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id

MOST = 1_000_000  # rows of one part
INSERTS = 5000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One upload to be made up: so many rows of a data set, received on a day, with events in a span of days.

    ``start`` numbers the business keys; deliveries of one institution and data set must not overlap.
    """

    data_set: str
    organization: directory.Organization
    rows: int
    received_on: date
    first: date
    last: date
    start: int


@transaction.atomic
def deliver_many(*, by: Actor, deliveries: Sequence[Delivery], batch: str) -> int:
    """Make, check and store rows; every delivery is a submission of its own. Returns the rows stored.

    Raises:
        GenerationShort: a data set's rules reject rows made for it; nothing is stored.
    """
    lake = queries.lake()
    made: list[tuple[Delivery, UUID, list[LakePart]]] = []
    held = local()
    try:
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            made = list(pool.map(lambda one: _make(one, lake.root, held), deliveries))
    except BaseException:
        for _one, pk, _parts in made:
            lake.sweep([], submission=str(pk))
        raise
    now = timezone.now()
    Submission.objects.bulk_create(
        (
            Submission(
                id=pk,
                organization=one.organization,
                data_set=one.data_set,
                file_name="",
                kind="generated",
                size=sum(part.size for part in parts),
                channel=Channel.REPLAY,
                state=State.STORED,
                batch=batch,
                sha256=hashlib.sha256(
                    f"{batch}/{one.data_set}/{one.organization.code}/{one.start}".encode()
                ).hexdigest(),
                received_at=timezone.make_aware(datetime.combine(one.received_on, time(3))),
                received_on=one.received_on,
                received_by=by.id,
                finished_at=now,
                rows_received=one.rows,
                rows_accepted=one.rows,
            )
            for one, pk, parts in made
        ),
        batch_size=INSERTS,
    )
    listed = [(one, pk, part) for one, pk, parts in made for part in parts]
    rows = Part.objects.bulk_create(
        (
            Part(
                path=part.path,
                organization=one.organization,
                data_set=one.data_set,
                period=part.period,
                rows=part.rows,
                size=part.size,
                added_by_id=pk,
            )
            for one, pk, part in listed
        ),
        batch_size=INSERTS,
    )
    PartDay.objects.bulk_create(
        (
            PartDay(part=row, day=day, rows=count)
            for row, (_one, _pk, part) in zip(rows, listed, strict=True)
            for day, count in part.days
        ),
        batch_size=INSERTS,
    )
    total = sum(part.rows for _one, _pk, part in listed)
    audit.record(by=by, action="collection.deliver", target="Batch", detail={"deliveries": len(made), "rows": total})
    return total


def _make(one: Delivery, root: Path, held: local) -> tuple[Delivery, UUID, list[LakePart]]:
    """The parts of one delivery, at most a million rows each."""
    if not hasattr(held, "database"):
        held.database, held.plans = connect(threads=1, memory="600MB"), {}
    data_set = catalogue().find(one.data_set)
    today = max(one.received_on, one.last)
    if (one.data_set, today) not in held.plans:
        held.plans[one.data_set, today] = generation.plan_for(data_set, today)
    pk = new_id()
    parts: list[LakePart] = []
    for place, (begin, count, first, last) in enumerate(_pieces(one)):
        path = (
            Path(one.data_set)
            / f"period={first:%Y-%m}"
            / f"institution={one.organization.code}"
            / f"{pk}-{place:04}.parquet"
        )
        order = generation.Order(one.organization.code, count, first, last, one.start + begin)
        days = generation.write(held.database, held.plans[one.data_set, today], order, root / path)
        parts.append(LakePart(str(path), f"{first:%Y-%m}", count, (root / path).stat().st_size, days))
    return one, pk, parts


def _pieces(one: Delivery) -> Iterator[tuple[int, int, date, date]]:
    """Begin, rows, first and last day of each part; the delivery's days lie in one month."""
    for begin in range(0, one.rows, MOST):
        yield begin, min(MOST, one.rows - begin), one.first, one.last


@transaction.atomic
def take_back(*, by: Actor, batch: str) -> int:
    """Remove every delivery whose batch begins so, and its files after the commit. Returns the rows taken back."""
    found = Submission.objects.filter(channel=Channel.REPLAY, batch__startswith=batch)
    parts = Part.objects.filter(added_by__in=found)
    paths, rows = list(parts.values_list("path", flat=True)), sum(parts.values_list("rows", flat=True))
    PartDay.objects.filter(part__in=parts).delete()
    parts.delete()
    found.delete()
    Deployment.objects.filter(batch__startswith=batch).delete()
    audit.record(by=by, action="collection.take_back", target="Batch", detail={"rows": rows})
    root = queries.lake().root
    transaction.on_commit(lambda: _remove(root, paths))
    return rows


def _remove(root: Path, paths: Sequence[str]) -> None:
    for path in paths:
        (root / path).unlink(missing_ok=True)
    shutil.rmtree(root / "_scratch", ignore_errors=True)


def room_for_keys(data_set: DataSet) -> int:
    """How many different business keys can be made up for one institution."""
    return generation.capacity(data_set)
