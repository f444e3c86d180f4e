"""Verbs: rows made from the catalogue, through the same checks into the same manifest, and taken back again."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from threading import local
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import (
    Channel,
    Deployment,
    DeploymentMonth,
    Part,
    PartDay,
    Participation,
    State,
    Submission,
)
from jinling.data.collection.queries import manifest
from jinling.engine import generation
from jinling.engine.duck import connect, cores
from jinling.engine.lake.parts import Lake
from jinling.engine.lake.settling import Part as LakePart
from jinling.engine.spec import DataSet
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.ids import new_id

MOST = 1_000_000  # rows of one part
INSERTS = 5000
SMALL = 50_000  # parts up to this many rows are made together
TOGETHER = 60  # so many at once


@dataclass(frozen=True, slots=True)
class Delivery:
    """One upload to be made up: so many rows of a data set, received on a day, with events in a span of days.

    ``start`` numbers the business keys; deliveries of one institution and data set must not overlap. What is
    ``carried`` over counts as received in no month: the institution holds it from that day on, in place of what was
    carried over for an earlier day, and until something is for a later one.
    """

    data_set: str
    organization: directory.Organization
    rows: int
    received_on: date
    first: date
    last: date
    start: int
    carried: bool = False


@transaction.atomic
def deliver_many(*, by: Actor, deliveries: Sequence[Delivery], batch: str) -> int:
    """Make, check and store rows; every delivery is a submission of its own. Returns the rows stored.

    Raises:
        GenerationShort: a data set's rules reject rows made for it; nothing is stored.
    """
    lake = manifest.lake()
    made = {new_id(): one for one in deliveries}
    pieces = [piece for pk, one in made.items() for piece in _pieces(one, pk)]
    held = local()
    try:
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            stored = [
                pair for pairs in pool.map(lambda group: _make(group, lake, held), _groups(pieces)) for pair in pairs
            ]
    except BaseException:
        lake.remove(piece.path for piece in pieces)
        raise
    sizes = dict.fromkeys(made, 0)
    for piece, part in stored:
        sizes[piece.submission] += part.size
    now = timezone.now()
    Submission.objects.bulk_create(
        (
            Submission(
                id=pk,
                organization=one.organization,
                data_set=one.data_set,
                file_name="",
                kind="generated",
                size=sizes[pk],
                channel=Channel.CARRIED if one.carried else Channel.REPLAY,
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
            for pk, one in made.items()
        ),
        batch_size=INSERTS,
    )
    rows = Part.objects.bulk_create(
        (
            Part(
                path=part.path,
                organization=piece.delivery.organization,
                data_set=piece.delivery.data_set,
                period=part.period,
                rows=part.rows,
                size=part.size,
                added_by_id=piece.submission,
            )
            for piece, part in stored
        ),
        batch_size=INSERTS,
    )
    PartDay.objects.bulk_create(
        (
            PartDay(part=row, day=day, rows=count)
            for row, (_piece, part) in zip(rows, stored, strict=True)
            for day, count in part.days
        ),
        batch_size=INSERTS,
    )
    _carry_on({(one.organization.pk, one.data_set) for one in deliveries if one.carried})
    total = sum(part.rows for _piece, part in stored)
    audit.record(by=by, action="collection.deliver", target="Batch", detail={"deliveries": len(made), "rows": total})
    return total


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part to be made: at most a million rows of one delivery."""

    delivery: Delivery
    submission: UUID
    path: str
    order: generation.Order


def _pieces(one: Delivery, submission: UUID) -> Iterator[_Piece]:
    folder = Path(one.data_set) / f"period={one.first:%Y-%m}" / f"institution={one.organization.code}"
    for place, begin in enumerate(range(0, one.rows, MOST)):
        order = generation.Order(
            one.organization.code, min(MOST, one.rows - begin), one.first, one.last, one.start + begin
        )
        yield _Piece(one, submission, str(folder / f"{submission}-{place:04}.parquet"), order)


def _groups(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Small parts of one data set are made in one query; a large one has a query of its own."""
    small: dict[str, list[_Piece]] = {}
    for piece in pieces:
        if piece.order.rows > SMALL:
            yield [piece]
        else:
            small.setdefault(piece.delivery.data_set, []).append(piece)
    for group in small.values():
        for begin in range(0, len(group), TOGETHER):
            yield group[begin : begin + TOGETHER]


def _make(group: list[_Piece], lake: Lake, held: local) -> list[tuple[_Piece, LakePart]]:
    if not hasattr(held, "database"):
        held.database, held.plans = connect(threads=1, memory="600MB"), {}
    code = group[0].delivery.data_set
    today = max(max(piece.delivery.received_on, piece.delivery.last) for piece in group)
    if (code, today) not in held.plans:
        held.plans[code, today] = generation.plan_for(catalogue().find(code), today)
    places = [lake.root / piece.path for piece in group]
    days = generation.write(held.database, held.plans[code, today], [piece.order for piece in group], places)
    for place in places:
        lake.publish(place)
    return [
        (piece, LakePart(piece.path, f"{piece.delivery.first:%Y-%m}", piece.order.rows, place.stat().st_size, told))
        for piece, place, told in zip(group, places, days, strict=True)
    ]


@transaction.atomic
def take_back(*, by: Actor, batch: str) -> int:
    """Remove the deliveries, participations and deployments of a batch, and files after the commit.

    Returns the rows taken back. What the batch's were in place of holds again; a workstation that was heard otherwise
    too stays, in the months in which it was.
    """
    found = Submission.objects.filter(channel__in=(Channel.REPLAY, Channel.CARRIED), batch=batch)
    carried = set(found.filter(channel=Channel.CARRIED).values_list("organization_id", "data_set"))
    parts = Part.objects.filter(added_by__in=found)
    paths, rows = list(parts.values_list("path", flat=True)), sum(parts.values_list("rows", flat=True))
    PartDay.objects.filter(part__in=parts).delete()
    parts.delete()
    Part.objects.filter(removed_by__in=found).update(removed_by=None)
    found.delete()
    _carry_on(carried)
    Participation.objects.filter(batch=batch).delete()
    _unhear(batch)
    audit.record(by=by, action="collection.take_back", target="Batch", detail={"rows": rows})
    lake = manifest.lake()
    transaction.on_commit(lambda: _remove(lake, paths))
    return rows


def _carry_on(chains: Collection[tuple[int, str]]) -> None:
    """Let what was carried over for each (institution, data set) hold until the next day for which something was."""
    if chains:
        with connection.cursor() as cursor:  # two months at once would each not see the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('collection.carried', 0))")
    ours = Q(removed_by=None) | Q(removed_by__channel=Channel.CARRIED)  # what was sent since stays as it is
    for organization, data_set in sorted(chains):
        chain = Submission.objects.filter(channel=Channel.CARRIED, organization_id=organization, data_set=data_set)
        ids = list(chain.order_by("received_on", "pk").values_list("pk", flat=True))
        for one, after in zip_longest(ids, ids[1:]):
            Part.objects.filter(ours, added_by=one).update(removed_by=after)


def _unhear(batch: str) -> None:
    own = DeploymentMonth.objects.filter(batch=batch)
    otherwise = DeploymentMonth.objects.filter(deployment=OuterRef("pk")).exclude(batch=batch)
    named = Q(batch=batch) | Q(pk__in=own.values("deployment"))
    Deployment.objects.filter(named, ~Exists(otherwise)).delete()
    own.delete()


def _remove(lake: Lake, paths: Sequence[str]) -> None:
    lake.remove(paths)
    shutil.rmtree(lake.root / "_scratch", ignore_errors=True)


def room_for_keys(data_set: DataSet) -> int:
    """How many different business keys can be made up for one institution."""
    return generation.capacity(data_set)
