"""What collection contributes to the bulletin: two tables, counted from submissions, the manifest and the returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_noop as _

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.data.quality.rules import upload_rate
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.kernel.sockets import BulletinTable, Figure, Indicator, TableResult

DEPLOYED = ("browser", "hint")


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


def collection_district(period: Period) -> TableResult:
    """Districts that the city pack lists, most records first; ties in the pack's order."""
    layout, returned = _layout("collection_district"), queries.returns(period)
    counted = _counted(period, "organization__district_id", "district")
    rows = []
    for place, name in enumerate(layout["list"]):
        district = directory.district(name)
        one = counted.get(district.pk, Counted())
        cells = [
            district.name,
            *_tables(one, "district"),
            one.tables,
            one.records,
            one.days,
            *_rates(one, returned, "district", district.pk),
            *(one.held.get(kind, 0) for kind in queries.RECORDS),
            *_deployed(one),
        ]
        rows.append((-one.records, place, cells))
    columns = [column["code"] for column in layout["columns"]]
    return TableResult(columns, [cells for _records, _place, cells in sorted(rows, key=lambda row: row[:2])])


def collection_hospital(period: Period) -> TableResult:
    """Institutions in the order in which the city pack lists them; the total to date counts their records."""
    layout, returned = _layout("collection_hospital"), queries.returns(period)
    counted = _counted(period, "organization_id", "hospital")
    found = directory.resolve_many(layout["list"])
    rows = []
    for name in layout["list"]:
        organization = found[name]
        one = counted.get(organization.pk, Counted())
        rows.append(
            [
                organization.name,
                *_tables(one, "hospital"),
                one.tables,
                one.records,
                one.days,
                *_rates(one, returned, "organization", organization.pk),
                *_deployed(one),
            ]
        )
    columns = [column["code"] for column in layout["columns"]]
    return TableResult(
        columns, rows, cumulative=_cumulative(period, layout, [found[name].pk for name in layout["list"]])
    )


def records_loaded(period: Period) -> Mapping[tuple[Any, ...], int]:
    """Rows accepted in files received in the period, by (institution id, data set)."""
    rows = queries.stored(period).values_list("organization_id", "data_set").annotate(n=Sum("rows_accepted")).order_by()
    return {(organization, code): n for organization, code, n in rows}


def _counted(period: Period, by: str, required_of: str) -> dict[int, Counted]:
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


def _tables(one: Counted, required_of: str) -> list[Any]:
    """Declared and required: an institution that opened its database declares nothing and owes no list."""
    if "database_opened" in one.ways:
        return [Figure(None, "database_opened"), None]
    required = len(collection.catalogue().required_of(required_of))
    if "declared" in one.ways:
        return [one.declared, required]
    return [Figure(None, "not_reported"), required]


def _rates(one: Counted, returned: Mapping[tuple[str, int, str], int], kind: str, pk: int) -> list[Any]:
    cells: list[Any] = []
    for measure, sent in (("outpatient", one.visits), ("discharge", one.discharges)):
        rate = upload_rate(sent, returned.get((kind, pk, measure)))
        cells += [sent, Figure(rate.value, rate.reason)]
    return cells


def _deployed(one: Counted) -> list[Any]:
    return [one.deployed[kind] if kind in one.deployed else Figure(None, "not_deployed") for kind in DEPLOYED]


def _cumulative(period: Period, layout: Mapping[str, Any], organizations: Iterable[int]) -> int | None:
    """The pack's opening balance and all records of the listed institutions since; None before the opening."""
    opening, opened = (layout.get("cumulative") or {}).get("opening"), layout.get("opened")
    if opening is None or not opened or period.last < Period(str(opened)).first:
        return None
    since = collection.Submission.objects.filter(
        state=collection.State.STORED,
        organization__in=organizations,
        data_set__startswith="H_",
        received_on__range=(Period(str(opened)).first, period.last),
    ).aggregate(n=Sum("rows_accepted"))["n"]
    return int(opening) + (since or 0)


def _layout(name: str) -> dict[str, Any]:
    tables = directory.current_pack().section("bulletin")
    return {"opened": tables.get("opened"), **next(table for table in tables["tables"] if table["name"] == name)}


INDICATORS: Sequence[Indicator] = (
    Indicator(
        code="collection.records_loaded",
        name=_("Records loaded"),
        unit=_("records"),
        definition=_("Rows accepted in files received in the period, without duplicates."),
        dimensions=("organization", "data_set"),
        count=records_loaded,
    ),
)
TABLES = [
    BulletinTable(
        "collection_district", _("Data collection by district"), collection_district, tuple(INDICATORS), order=70
    ),
    BulletinTable(
        "collection_hospital", _("Data collection by hospital"), collection_hospital, tuple(INDICATORS), order=71
    ),
]
