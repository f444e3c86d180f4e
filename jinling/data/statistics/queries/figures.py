"""What contexts count, gathered, and of what a table may have rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from jinling.data.statistics.rules.layout import TableLayout
from jinling.kernel.contexts import each, once
from jinling.kernel.figures import Declared, Dimension, Indicator, Member
from jinling.kernel.sockets import gather


def indicators() -> dict[str, Indicator]:
    """Every indicator that a context offers, by code.

    Raises:
        SocketBroken: two contexts offer one of the same code.
    """
    return once(each(gather("figures"), "INDICATORS"), lambda one: str(one.code), "the indicator")


def dimensions() -> dict[str, Dimension]:
    """Every dimension that a context offers, by name.

    Raises:
        SocketBroken: two contexts offer one of the same name.
    """
    return once(each(gather("figures"), "DIMENSIONS"), lambda one: str(one.name), "the dimension")


def declared(pack: Any) -> dict[str, Declared]:
    """What a pack that need not be loaded declares of each dimension; without those of which it does not say."""
    found = {name: one.declared(pack) for name, one in dimensions().items() if one.declared is not None}
    return {name: one for name, one in found.items() if one is not None}


def code_listed(text: str, rows: Declared | None) -> str | None:
    """The code of what an entry of a layout's list means in the pack, None where it means none or several; the text
    itself where the pack does not say. What passes the check is printed by the same reading."""
    return text if rows is None else rows.find(text)


def members_of(table: TableLayout, known: Mapping[str, Dimension], on: date) -> list[Member]:
    """Everything of which a table may have a row on a day: of the dimension, or what the table itself lists."""
    dimension = known.get(table.rows)
    if dimension is not None:
        return list(dimension.members(on))
    return [
        Member(code, code, wording.own if wording else code, wording.en if wording else code)
        for code, wording in table.listed.items()
    ]


def keys_listed(table: TableLayout, known: Mapping[str, Dimension], members: Iterable[Member]) -> list[Any]:
    """Keys of what a table lists, in its order; its names are codes where the pack declares them.

    Raises:
        Refused: the dimension knows no such name.
    """
    dimension = known.get(table.rows)
    if dimension is not None and dimension.resolve is not None:
        return [dimension.resolve(text, None) for text in table.listed]
    by_name = {text: member.key for member in members for text in (member.name, member.code)}
    return [by_name[text] for text in table.listed]


def groups_of(layouts: Mapping[str, TableLayout], on: date) -> Callable[[str, str], Mapping[str, str]]:
    """What a row belongs to on a day, by its table and name."""
    offered = dimensions()
    found: dict[str, dict[str, Mapping[str, str]]] = {}

    def of(table: str, name: str) -> Mapping[str, str]:
        layout = layouts[table]
        if layout.rows not in found:
            found[layout.rows] = {member.name: member.groups for member in members_of(layout, offered, on)}
        return found[layout.rows].get(name, {})

    return of
