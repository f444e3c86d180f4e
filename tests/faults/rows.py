"""Faults of rows and tables: what happens when lines, tables or files are copied, lost or named wrongly."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.faults.placing import Draft, Place, has_figures, place, renumber
from tests.faults.scene import canonical, name_at, organizations
from tests.faults.seasons import later


def swapped_rows(draft: Draft) -> Place:
    """Two rows in each other's place; the positions stay where they were or go along."""
    name, table = draft.table()
    rows = table["rows"]
    first = draft.rng.randrange(len(rows))
    second = (first + 1) % len(rows) if draft.rng.random() < 0.6 else draft.rng.randrange(len(rows))
    rows[first], rows[second] = rows[second], rows[first]
    if draft.rng.random() < 0.5:
        renumber(table)
    return place(name, table, [rows[first], rows[second]])


def missing_row(draft: Draft) -> Place:
    """A row that was lost."""
    name, table = draft.table()
    row = table["rows"].pop(draft.rng.randrange(len(table["rows"])))
    if draft.rng.random() < 0.5:
        renumber(table)
    return place(name, table, [row])


def duplicate_row(draft: Draft) -> Place:
    """A row that stands twice."""
    name, table = draft.table()
    return doubled(draft, name, table, draft.rng.choice(table["rows"]), None)


def duplicate_by_alias(draft: Draft) -> Place:
    """An institution that stands twice, the second time under another of its names."""
    name, table = draft.table(lambda name, table: "organization" in table["columns"])
    at = name_at(table["columns"])
    row = draft.rng.choice([each for each in table["rows"] if aliases(each[at])])
    return doubled(draft, name, table, row, draft.rng.choice(aliases(row[at])))


def aliases(name: str) -> list[str]:
    """The other names of an institution."""
    known = organizations().get(canonical(name), [])
    return [each for each in (canonical(name), *known) if each != name]


def doubled(draft: Draft, name: str, table: dict[str, Any], row: list[Any], other: str | None) -> Place:
    """The row once more, right below or anywhere."""
    again = list(row)
    again[name_at(table["columns"])] = other or row[name_at(table["columns"])]
    below = table["rows"].index(row) + 1
    table["rows"].insert(draft.rng.choice([below, draft.rng.randrange(len(table["rows"]) + 1)]), again)
    if draft.rng.random() < 0.5:
        renumber(table)
    return place(name, table, [row])


def stale_row(draft: Draft) -> Place:
    """Last month's row again; its position is this month's."""
    name, table = draft.table(has_figures)
    at = name_at(table["columns"])
    last = {canonical(row[at]): row for row in draft.last[name]["rows"]}
    row = draft.rng.choice([each for each in table["rows"] if canonical(each[at]) in last])
    first = 1 if table["columns"][0] == "no" else 0
    row[first:] = last[canonical(row[at])][first:]
    return place(name, table, [row])


def stale_table(draft: Draft) -> Place:
    """Last month's table again."""
    name, _ = draft.table(has_figures)
    draft.document["tables"][name] = deepcopy(draft.last[name])
    return Place(name)


def wrong_name(draft: Draft) -> Place:
    """A row under another's name: one of the table, one that does not stand in it, or the two of them exchanged."""
    name, table = draft.table()
    at, rng = name_at(table["columns"]), draft.rng
    row, other = rng.sample(table["rows"], 2)
    here = {canonical(each[at]) for each in table["rows"]}
    strangers = [each for each in organizations() if each not in here] if "organization" in table["columns"] else []
    where = place(name, table, [row, other])
    kind = rng.choice(["stranger", "twice", "exchanged"] if strangers else ["twice", "exchanged"])
    if kind == "stranger":
        stranger = rng.choice(strangers)
        where = Place(name, place(name, table, [row]).rows | {stranger}, where.columns)
        row[at] = stranger
    elif kind == "twice":
        row[at] = other[at]
    else:
        row[at], other[at] = other[at], row[at]
    return where


def wrong_period(draft: Draft) -> Place:
    """The month before or after, the year before or after, or a digit of the month."""
    period = draft.document["period"]
    other = later(period, draft.rng.choice([-1, 1, -12, 12, -2, 2]))
    draft.document["period"] = other
    return Place()
