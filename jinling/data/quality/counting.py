"""What each institution or district sent, declared, deployed and holds in a period: one pass for all its figures."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.kernel.periods import Period


@dataclass
class Counted:
    """What one row of a table is made of."""

    tables: int = 0
    records: int = 0
    days: int = 0
    visits: int = 0
    discharges: int = 0
    declared: int = 0
    ways: set[str] = field(default_factory=set)
    deployed: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)


def counted_by(period: Period, by: str, required_of: str) -> dict[int, Counted]:
    """Everything but the returns, grouped by institution or district."""
    prefix = "D_" if required_of == "district" else "H_"
    counted: dict[int, Counted] = {}

    def of(key: int) -> Counted:
        return counted.setdefault(key, Counted())

    mine = queries.stored(period).filter(data_set__startswith=prefix)
    for key, tables, records, days, visits, discharges in (
        mine.values_list(by)
        .annotate(
            a=Count("data_set", distinct=True, filter=Q(rows_accepted__gt=0)),
            b=Sum("rows_accepted"),
            c=Count("received_on", distinct=True),
            d=Sum("rows_accepted", filter=Q(data_set__in=queries.VISITS)),
            e=Sum("rows_accepted", filter=Q(data_set__in=queries.DISCHARGES)),
        )
        .order_by()
    ):
        one = of(key)
        one.tables, one.records, one.days = tables, records, days
        one.visits, one.discharges = visits or 0, discharges or 0
    taking_part = collection.Participation.objects.filter(required_of=required_of)
    for key, way in taking_part.values_list(by, "way"):
        of(key).ways.add(way)
    declared = collection.Declaration.objects.filter(data_set__startswith=prefix, from_on__lte=period.last).filter(
        Q(until_on=None) | Q(until_on__gt=period.last)
    )
    for key, count in declared.values_list(by).annotate(n=Count("data_set", distinct=True)).order_by():
        of(key).declared = count
    deployed = collection.Deployment.objects.filter(
        organization__in=taking_part.values("organization"),
        first_seen_at__date__lte=period.last,
        last_seen_at__date__gte=period.first,
    )
    for key, kind, count in deployed.values_list(by, "kind").annotate(n=Count("pk")).order_by():
        of(key).deployed[kind] = count
    kinds = {code: kind for kind, code in queries.RECORDS.items()}
    held = collection.current_parts(data_sets=kinds).filter(added_by__received_on__lte=period.last)
    for key, code, rows in held.values_list(by, "data_set").annotate(n=Sum("rows")).order_by():
        of(key).held[kinds[code]] = rows
    return counted
