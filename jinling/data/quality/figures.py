"""What collection contributes to the bulletin: two tables, counted from submissions, the manifest and the returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_noop as _

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.data.quality.counting import Counted, counted_by
from jinling.data.quality.indicators import INDICATORS
from jinling.data.quality.rules import upload_rate
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.kernel.sockets import BulletinTable, Figure, TableResult

DEPLOYED = ("browser", "hint")


def collection_district(period: Period) -> TableResult:
    """Districts that the city pack lists, most records first; ties in the pack's order."""
    layout, returned = _layout("collection_district"), queries.returns(period)
    counted = counted_by(period, "organization__district_id", "district")
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
    counted = counted_by(period, "organization_id", "hospital")
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


TABLES = [
    BulletinTable("collection_district", _("Data collection by district"), collection_district, INDICATORS, order=70),
    BulletinTable(
        "collection_hospital",
        _("Data collection by hospital"),
        collection_hospital,
        tuple(one for one in INDICATORS if one.code != "collection.health_records"),
        order=71,
    ),
]
