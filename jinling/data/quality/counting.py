"""What each institution or district sent, declared, deployed and holds: counted here for pages and bulletin alike.

``by`` says whose ids are the keys; a day or a data set of a district counts once, whichever of its institutions sent
it. ``required_of`` says whose list of data sets is meant: ``hospital`` or ``district``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, Q, Sum

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.kernel.periods import Span

By = Literal["organization", "district"]
PREFIXES = {"hospital": "H_", "district": "D_"}
_PLACES = {"organization": "organization_id", "district": "organization__district_id"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent in files received in a span: data sets of which a row was accepted, rows, days with a file."""

    tables: int = 0
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    days: int = 0
    visits: int = 0
    discharges: int = 0


NOTHING = Sent()


def sent(span: Span, by: By, required_of: str) -> dict[int, Sent]:
    """Tables, rows and days of those who sent something."""
    rows = _stored(span, required_of).values_list(_PLACES[by])
    # Under names of their own: an annotation may not be called as a field of the table is.
    counted = rows.annotate(
        in_tables=Count("data_set", distinct=True, filter=Q(rows_accepted__gt=0)),
        in_received=Sum("rows_received"),
        in_accepted=Sum("rows_accepted"),
        in_rejected=Sum("rows_rejected"),
        in_days=Count("received_on", distinct=True),
        in_visits=Sum("rows_accepted", filter=Q(data_set__in=queries.VISITS), default=0),
        in_discharges=Sum("rows_accepted", filter=Q(data_set__in=queries.DISCHARGES), default=0),
    )
    return {key: Sent(*figures) for key, *figures in _known(counted)}


def accepted(span: Span, by: By, required_of: str) -> dict[int, int]:
    """Rows accepted, alone: over a month or over years."""
    return dict(_known(_stored(span, required_of).values_list(_PLACES[by]).annotate(n=Sum("rows_accepted"))))


def ways(span: Span, by: By, required_of: str) -> dict[int, set[str]]:
    """The ways in which those who take part send, as they stand today."""
    found: dict[int, set[str]] = {}
    for key, way in _known(_taking_part(required_of).values_list(_PLACES[by], "way")):
        found.setdefault(key, set()).add(way)
    return found


def declared(span: Span, by: By, required_of: str) -> dict[int, int]:
    """How many data sets were declared on the span's last day."""
    rows = queries.declarations(span.last).filter(data_set__startswith=PREFIXES[required_of])
    return dict(_known(rows.values_list(_PLACES[by]).annotate(n=Count("data_set", distinct=True))))


def deployed(span: Span, by: By, required_of: str) -> dict[int, dict[str, int]]:
    """Workstations heard of in the span, by kind."""
    rows = collection.Deployment.objects.filter(
        organization__in=_taking_part(required_of).values("organization"),
        first_seen_at__lt=span.end,
        last_seen_at__gte=span.start,
    )
    found: dict[int, dict[str, int]] = {}
    for key, kind, count in _known(rows.values_list(_PLACES[by], "kind").annotate(n=Count("pk"))):
        found.setdefault(key, {})[kind] = count
    return found


def held(span: Span, by: By) -> dict[int, dict[str, int]]:
    """Health records received up to the span's last day that are current, by kind."""
    kinds = {code: kind for kind, code in queries.RECORDS.items()}
    rows = collection.current_parts(data_sets=kinds).filter(added_by__received_on__lte=span.last)
    found: dict[int, dict[str, int]] = {}
    for key, code, count in _known(rows.values_list(_PLACES[by], "data_set").annotate(n=Sum("rows"))):
        found.setdefault(key, {})[kinds[code]] = count
    return found


def _stored(span: Span, required_of: str) -> Any:
    return queries.stored(span).filter(data_set__startswith=PREFIXES[required_of])


def _taking_part(required_of: str) -> Any:
    return collection.Participation.objects.filter(required_of=required_of)


def _known(rows: Any) -> Iterator[Any]:
    """Rows of somebody: an institution of the city as a whole lies in no district."""
    return (row for row in rows.order_by() if row[0] is not None)
