"""What a printed month holds together by itself, and with the months before it. Clean months break none of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from tests.faults.scene import Document, Table, canonical, layout, name_at, organizations, reference
from tests.faults.seasons import days, later

CUMULATIVE = {
    "booking_by_hospital": ("cumulative", "total"),
    "cards_issued": ("cumulative", "cards"),
    "reports_uploaded": ("cumulative", "reports"),
    "maternal": ("cumulative_registered", "women_registered"),
    "collection_hospital": ("cumulative_validated_records", "records_loaded"),
}
SIZES = {
    "booking_by_hospital": "total",
    "cards_issued": "cards",
    "reports_uploaded": "reports",
    "collection_district": "records_loaded",
}
Broken = tuple[str, ...]


def number(value: Any) -> Decimal | None:
    """A cell as a number; none where it is a reason or nothing."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def figures(table: Table, column: str) -> list[Decimal]:
    """The numbers of a column; what is none counts nothing."""
    at = table["columns"].index(column)
    return [number(row[at]) or Decimal(0) for row in table["rows"]]


def totalled(table: Table) -> list[str]:
    """The columns whose totals are printed: the last ones."""
    printed = table.get("printed_total")
    width = 0 if printed is None else len(printed) if isinstance(printed, list) else 1
    return table["columns"][len(table["columns"]) - width :]


def broken(document: Document, before: Sequence[Document]) -> set[Broken]:
    """The ties that do not hold, each by its name and place."""
    tables = document["tables"]
    found: set[Broken] = set(_period(document, before))
    for name, table in tables.items():
        found.update(_names(name, table))
        found.update(_totals(name, table))
        found.update(_order(name, table))
        found.update(_kinds(name, table, before))
    found.update(_running(document, before))
    found.update(_between(tables))
    found.update(_possible(document))
    return found


def _period(document: Document, before: Sequence[Document]) -> Iterator[Broken]:
    known = [each["period"] for each in before]
    if known and document["period"] != later(max(known), 1):
        yield ("period",)


def _names(name: str, table: Table) -> Iterator[Broken]:
    at = name_at(table["columns"])
    names = [canonical(row[at]) for row in table["rows"]]
    yield from (("twice", name, each) for each, count in Counter(names).items() if count > 1)
    # Reports are printed for everybody who is connected, also for those that sent none.
    if layout()[name].get("which") == "listed" or name == "reports_uploaded":
        yield from [("listed", name)] * (set(names) != {canonical(row[at]) for row in reference()[name]["rows"]})


def _totals(name: str, table: Table) -> Iterator[Broken]:
    printed = table.get("printed_total")
    printed = printed if isinstance(printed, list) else [printed]
    for column, total in zip(totalled(table), printed, strict=False):
        if sum(figures(table, column)) != number(total):
            yield ("total", name, column)
    if name == "booking_by_hospital":
        for row in table["rows"]:
            if sum(number(each) or 0 for each in row[2:6]) != number(row[6]):
                yield ("row total", name, row[1])


def _order(name: str, table: Table) -> Iterator[Broken]:
    if table["columns"][0] == "no" and [row[0] for row in table["rows"]] != list(range(1, len(table["rows"]) + 1)):
        yield ("positions", name)
    if name in SIZES:
        sizes = dict(zip(map(id, table["rows"]), figures(table, SIZES[name]), strict=True))
        rank = {each: place for place, each in enumerate(organizations())}
        at = name_at(table["columns"])
        printed = sorted(table["rows"], key=lambda row: (-sizes[id(row)], rank.get(canonical(row[at]), len(rank))))
        yield from [("order", name)] * (printed != table["rows"])


def _kinds(name: str, table: Table, before: Sequence[Document]) -> Iterator[Broken]:
    """Numbers are whole where they always were, never below nought, and what is listed stands in its old order."""
    at = name_at(table["columns"])
    for row in table["rows"]:
        for column, value in zip(table["columns"], row, strict=True):
            got = number(value)
            if got is not None and got < 0:
                yield ("negative", name, column)
            if got is not None and got % 1 and not column.endswith(("rate", "amount")):
                yield ("whole", name, column)
            if got is not None and not usual_decimals(column, value):
                yield ("decimals", name, column)
            if got is None and column.endswith(("amount", "total", "cards", "records_loaded")):
                yield ("number", name, column)
    if before and name not in SIZES:
        old = before[-1]["tables"][name]
        kept = [canonical(row[at]) for row in table["rows"]]
        was = [canonical(row[at]) for row in old["rows"]]
        yield from [("as before", name)] * ([x for x in kept if x in was] != [x for x in was if x in kept])


def usual_decimals(column: str, value: Any) -> bool:
    """Amounts have two decimals, rates two at most."""
    decimals = len(str(value).partition(".")[2])
    return decimals == 2 if column.endswith("amount") else decimals < 3


def _running(document: Document, before: Sequence[Document]) -> Iterator[Broken]:
    for name, (key, column) in CUMULATIVE.items():
        table = document["tables"][name]
        past = [each["tables"][name] for each in before if each["period"] < document["period"]]
        exact = layout()[name]["cumulative"]["opening"] + sum(sum(figures(each, column)) for each in past)
        whole = exact + sum(figures(table, column))
        printed = table[key]
        rounded = f"{whole / 10**8:.1f}"
        if not (printed.startswith(rounded) if isinstance(printed, str) else printed == whole):
            yield ("running", name)
    if past := [each["tables"]["family_doctor"] for each in before]:
        history, month = (figures(past[-1], f"bookings_{each}") for each in ("history", "month"))
        told = [each + more for each, more in zip(history, month, strict=True)]
        if told != figures(document["tables"]["family_doctor"], "bookings_history"):
            yield ("history",)


def _between(tables: dict[str, Table]) -> Iterator[Broken]:
    bookings, routes, calls = tables["booking_by_hospital"], tables["booking_by_route"], tables["hotline"]
    by_kind = {row[0]: row[1] for row in calls["rows"]}
    if sum(figures(bookings, "phone")) != number(by_kind.get("phone_booking")):
        yield ("phone",)
    if number(calls["printed_total"]) != number(tables["hotline_by_city"]["rows"][0][1]):
        yield ("calls",)
    listed = figures(routes, "bookings")
    online = sum(count for at, count in enumerate(listed) if at in (0, 1, 4, 5, 9))
    if online > sum(figures(bookings, "online_12320")) or sum(listed) - online > sum(figures(bookings, "third_party")):
        yield ("routes",)
    for name in ("collection_district", "collection_hospital"):
        for row in tables[name]["rows"]:
            if row[-1] != row[-2]:
                yield ("deployed", name, row[0])


def _possible(document: Document) -> Iterator[Broken]:
    for name in ("collection_district", "collection_hospital"):
        table = document["tables"][name]
        for row in table["rows"]:
            cells = dict(zip(table["columns"], row, strict=True))
            if (number(cells["upload_days"]) or 0) > days(document["period"]):
                yield ("days", name, row[0])
            declared, required = number(cells["tables_declared"]), number(cells["tables_required"])
            if declared is not None and required is not None and declared > required:
                yield ("declared", name, row[0])
            for count, rate in (("outpatient_visits", "outpatient_rate"), ("discharges", "discharge_rate")):
                seen, share = number(cells[count]), number(cells[rate])
                if seen is not None and share is not None and bool(seen) != bool(share) and (share or seen > 9):
                    yield ("rated", name, row[0])
