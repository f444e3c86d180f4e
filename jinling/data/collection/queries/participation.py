"""Who takes part and how, what they declared, and which workstations were heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from jinling.data.collection.models import Declaration, Deployment, Participation
from jinling.data.collection.queries.counts import PLACES, PREFIXES, By, known
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


def participants() -> list[Participant]:
    """Everyone who takes part, in the directory's order."""
    return [_participant(row) for row in _listed().order_by("organization__position")]


def participant(organization: int) -> Participant | None:
    """How one institution takes part; None for one that is not listed."""
    row = _listed().filter(organization_id=organization).first()
    return None if row is None else _participant(row)


def taking_part() -> set[int]:
    """Institutions that take part, by id."""
    return set(Participation.objects.values_list("organization_id", flat=True))


def ways(by: By, required_of: str) -> dict[int, set[str]]:
    """The ways in which those who take part by a list send, as they stand today."""
    found: dict[int, set[str]] = {}
    for key, way in known(Participation.objects.filter(required_of=required_of).values_list(PLACES[by], "way")):
        found.setdefault(key, set()).add(way)
    return found


def declared(on: date, by: By, required_of: str) -> dict[int, int]:
    """How many data sets of a list were declared on a day."""
    rows = _declarations(on).filter(data_set__startswith=PREFIXES[required_of])
    return dict(known(rows.values_list(PLACES[by]).annotate(n=Count("data_set", distinct=True))))


def declared_by(organization: int, *, on: date) -> set[str]:
    """Data sets that an institution says it sends on a day."""
    return set(_declarations(on).filter(organization_id=organization).values_list("data_set", flat=True))


def deployed(span: Span, by: By, required_of: str) -> dict[int, dict[str, int]]:
    """Workstations heard of in the span, by kind, of those who take part by a list."""
    rows = Deployment.objects.filter(
        organization__in=Participation.objects.filter(required_of=required_of).values("organization"),
        first_seen_at__lt=span.end,
        last_seen_at__gte=span.start,
    )
    found: dict[int, dict[str, int]] = {}
    for key, kind, count in known(rows.values_list(PLACES[by], "kind").annotate(n=Count("pk"))):
        found.setdefault(key, {})[kind] = count
    return found


def heard(period: Period, *, silent_since: datetime) -> list[Heard]:
    """Workstations by institution and kind, also of kinds that were not heard in the period."""
    inside = Q(first_seen_at__date__lte=period.last, last_seen_at__date__gte=period.first)
    rows = (
        Deployment.objects.order_by()
        .values_list("organization_id", "kind")
        .annotate(
            a=Count("pk", filter=inside),
            b=Max("last_seen_at"),
            c=Count("pk", filter=Q(last_seen_at__lt=silent_since)),
        )
    )
    return [Heard(*row) for row in rows]


def _declarations(on: date) -> QuerySet[Declaration]:
    """What was declared on a day."""
    return Declaration.objects.filter(from_on__lte=on).filter(Q(until_on=None) | Q(until_on__gt=on))


def _listed() -> QuerySet[Participation]:
    return Participation.objects.select_related("organization")


def _participant(row: Participation) -> Participant:
    return Participant(row.organization, row.required_of, row.way)
