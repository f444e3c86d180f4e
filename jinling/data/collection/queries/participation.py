"""Who takes part and how, what they declared, and which workstations were heard of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from jinling.data.collection.models import (
    Channel,
    Declaration,
    Deployment,
    DeploymentMonth,
    Participation,
    State,
    Submission,
)
from jinling.data.collection.queries.counts import PLACES, PREFIXES, By, known, placed
from jinling.data.collection.queries.manifest import received_files
from jinling.data.collection.rules import ALWAYS
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period, Span


@dataclass(frozen=True, slots=True)
class Participant:
    """An institution that takes part: which list it owes, and in which way it sends."""

    organization: directory.Organization
    required_of: str
    way: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Workstations of one institution and kind: how many were heard in a month, when the last one of all was heard.

    ``silent`` counts those that were not heard since a moment.
    """

    organization: int
    kind: str
    count: int
    last_at: datetime
    silent: int


def participants(*, on: date) -> list[Participant]:
    """Everyone who takes part on a day, in the directory's order."""
    rows = _in_force(on).select_related("organization").order_by("organization__position")
    return [_participant(row) for row in rows]


def participant(organization: int, *, on: date) -> Participant | None:
    """How one institution takes part on a day; None for one that does not."""
    row = _in_force(on, organization=organization).select_related("organization").first()
    return None if row is None else _participant(row)


def taking_part(*, on: date) -> set[int]:
    """Institutions that take part on a day, by id."""
    return set(_in_force(on).values_list("organization_id", flat=True))


def first_day(required_of: str) -> date | None:
    """The first day on which an institution took part by a list or a file of its data sets was received, replays apart.

    Who takes part since always began on no day that is known: its first file says when.
    """
    dated = Participation.objects.filter(batch="", required_of=required_of, from_on__gt=ALWAYS)
    joined = dated.order_by("from_on").values_list("from_on", flat=True).first()
    files = received_files().exclude(channel=Channel.REPLAY).filter(data_set__startswith=PREFIXES[required_of])
    received = files.order_by("received_on").values_list("received_on", flat=True).first()
    return min(filter(None, (joined, received)), default=None)


def first_heard(required_of: str) -> date | None:
    """The first day on which a workstation was heard of at an institution that took part by a list, replays apart."""
    heard_at = (
        Deployment.objects.filter(batch="").order_by().values_list("organization_id").annotate(n=Min("first_seen_at"))
    )
    by_list = Participation.objects.filter(required_of=required_of).order_by()
    joined = dict(by_list.values_list("organization_id").annotate(n=Min("from_on")))
    # Signs of life from before are of nobody's list: they count from the day on which it was joined.
    days = (max(timezone.localdate(at), joined[own]) for own, at in heard_at if own in joined)
    return min(days, default=None)


def unfinished(span: Span, by: By, required_of: str) -> set[int]:
    """Those of whom a file of a list's data sets that was received in a span is still being checked."""
    inside = Q(received_on__range=(span.first, span.last), data_set__startswith=PREFIXES[required_of])
    return _unfinished(inside, by, span.last)


def unfinished_until(on: date, by: By, data_sets: Iterable[str]) -> set[int]:
    """Those of whom a file of these data sets that was received up to a day is still being checked: what they held on
    that day is not known yet, however long ago it came."""
    return _unfinished(Q(received_on__lte=on, data_set__in=list(data_sets)), by, on)


def _unfinished(which: Q, by: By, on: date) -> set[int]:
    waiting = Submission.objects.filter(which, state__in=(State.RECEIVED, State.PARSED, State.CHECKED))
    waiting = waiting.exclude(channel=Channel.REPLAY)
    return {key for (key,) in known(placed(waiting, by, on).values_list(PLACES[by]).distinct())}


def ways(on: date, by: By, required_of: str) -> dict[int, set[str]]:
    """The ways in which those send who take part by a list on a day."""
    found: dict[int, set[str]] = {}
    rows = placed(_in_force(on).filter(required_of=required_of), by, on)
    for key, way in known(rows.values_list(PLACES[by], "way")):
        found.setdefault(key, set()).add(way)
    return found


def declared(on: date, by: By, required_of: str) -> dict[int, int]:
    """How many data sets were declared on a day: of a list, and beyond it by those who follow it."""
    of_list = Q(declarations__data_set__startswith=PREFIXES[required_of])
    rows = placed(_in_force(on), by, on).filter(of_list | Q(required_of=required_of, unlisted__gt=0))
    codes: dict[int, set[str]] = {}
    beyond: dict[int, int] = {}
    own = rows.annotate(codes=ArrayAgg("declarations__data_set", filter=of_list, default=[]))
    for key, unlisted, some in known(own.values_list(PLACES[by], "unlisted", "codes")):
        codes.setdefault(key, set()).update(some)
        beyond[key] = beyond.get(key, 0) + unlisted
    return {key: len(found) + beyond[key] for key, found in codes.items()}


def declared_by(organization: int, *, on: date) -> set[str]:
    """Data sets that an institution says it sends on a day."""
    standing = _in_force(on, organization=organization)
    return set(Declaration.objects.filter(participation__in=standing).values_list("data_set", flat=True))


def deployed(span: Span, by: By, required_of: str) -> dict[int, dict[str, int]]:
    """Workstations heard of in the months of the span, by kind, of those who take part by a list."""
    rows = _heard(span).filter(
        organization__in=_in_force(span.last).filter(required_of=required_of).values("organization")
    )
    found: dict[int, dict[str, int]] = {}
    counted = placed(rows, by, span.last).values_list(PLACES[by], "kind")
    for key, kind, count in known(counted.annotate(n=Count("pk"))):
        found.setdefault(key, {})[kind] = count
    return found


def heard(period: Period, *, silent_since: datetime) -> list[Heard]:
    """Workstations by institution and kind, also of kinds that were not heard in the months of the period."""
    inside = _heard(period).order_by().values_list("organization_id", "kind").annotate(n=Count("pk"))
    counted = {(organization, kind): count for organization, kind, count in inside}
    rows = (
        Deployment.objects.order_by()
        .values_list("organization_id", "kind")
        .annotate(a=Max("last_seen_at"), b=Count("pk", filter=Q(last_seen_at__lt=silent_since)))
    )
    return [
        Heard(organization, kind, counted.get((organization, kind), 0), last_at, silent)
        for organization, kind, last_at, silent in rows
    ]


def _heard(inside: Period | Span) -> QuerySet[Deployment]:
    """Workstations heard of in the months in which something lies: each once, whoever named it how often."""
    months = DeploymentMonth.objects.filter(month__range=(inside.first.replace(day=1), inside.last))
    return Deployment.objects.filter(pk__in=months.values("deployment"))


def _in_force(on: date, *, organization: int | None = None) -> QuerySet[Participation]:
    """How each takes part on a day: the one that began last; of two from one day, the one that no replay set."""
    begun = Participation.objects.filter(from_on__lte=on)
    if organization is not None:
        begun = begun.filter(organization_id=organization)
    latest = begun.order_by("organization_id", "-from_on", "batch").distinct("organization_id")
    return Participation.objects.filter(pk__in=latest.values("pk"))


def _participant(row: Participation) -> Participant:
    return Participant(row.organization, row.required_of, row.way)
