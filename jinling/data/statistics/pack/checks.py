"""What the bulletin's layout and printed figures must say of each other, and of what other sections declare.

Sections of other contexts are read as plain data: ``channels`` for the routes that a table may list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from jinling.foundation.directory import public as directory
from jinling.kernel.sockets import PackFault


def check_reasons(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Codes and names that stand twice."""
    yield from directory.duplicates(data, "code", "name")


def check_bulletin(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Tables and columns that stand twice, columns and rows that are not there."""
    yield from directory.duplicates(data["tables"], "name", at=("tables",))
    for i, table in enumerate(data["tables"]):
        columns = {c["code"] for c in table["columns"]}
        yield from directory.duplicates(table["columns"], "code", at=("tables", i, "columns"))
        order = table.get("order", "listed")
        for key, column in (
            ("order", order["by"] if isinstance(order, dict) else None),
            ("cumulative", (table.get("cumulative") or {}).get("column")),
        ):
            if column is not None and column not in columns:
                yield PackFault(
                    "unknown_column",
                    _("The table has no column %(code)s.") % {"code": column},
                    _("Use one of: %(choices)s.") % {"choices": ", ".join(sorted(columns))},
                    entry=f"{table['name']} {key}",
                    at=("tables", i, key),
                )
        for j, item in enumerate(table.get("list", ())):
            yield from _listed(table, item, pack, ("tables", i, "list", j))


def _listed(table: Any, item: Any, pack: directory.Pack, at: tuple[str | int, ...]) -> Iterator[PackFault]:
    if table["rows"] in ("cities", "kinds"):
        if not isinstance(item, dict):
            yield PackFault(
                "bad_shape",
                _("%(item)s needs code, name and name_en.") % {"item": item},
                _("Write it as {code: ..., name: ..., name_en: ...}."),
                entry=table["name"],
                at=at,
            )
        return
    declared, known = {
        "organizations": (pack.has("organizations"), pack.find(str(item)) is not None),
        "districts": (pack.has("districts"), item in {d["code"] for d in pack.section("districts", ())}),
        "routes": (pack.has("channels"), item in {r["code"] for r in _routes(pack)}),
    }[table["rows"]]
    if declared and not known:
        yield PackFault(
            "unknown_row",
            _("%(item)s is none of the pack's %(rows)s.") % {"item": item, "rows": table["rows"]},
            _("Correct it, or declare it in its own file."),
            entry=table["name"],
            at=at,
        )


def check_printed(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Tables and columns that the layout does not have, rows that the pack does not know."""
    layouts = {t["name"]: t for t in pack.section("bulletin", {"tables": ()})["tables"]}
    for name, table in data["tables"].items():
        layout = layouts.get(name)
        if layouts and layout is None:
            yield PackFault(
                "unknown_table",
                _("bulletin.yaml has no table %(table)s.") % {"table": name},
                _("Describe the table there, or take it out here."),
                entry=name,
            )
            continue
        if layout is not None and [c["code"] for c in layout["columns"]] != table["columns"]:
            yield PackFault(
                "other_columns",
                _("The columns are not those of bulletin.yaml."),
                _("Make both files name the same columns in the same order."),
                entry=name,
            )
        yield from _cells(name, table, pack)


def _cells(name: str, table: Any, pack: directory.Pack) -> Iterator[PackFault]:
    districts = {d["name"] for d in pack.section("districts", ())}
    routes = {r["name"] for r in _routes(pack)}
    for column, known in (
        ("organization", pack.find if pack.has("organizations") else None),
        ("district", districts.__contains__ if districts else None),
        ("route", routes.__contains__ if routes else None),
    ):
        if column not in table["columns"] or known is None:
            continue
        place = table["columns"].index(column)
        for row in table["rows"]:
            cell = str(row[place])
            if not known(cell):
                yield PackFault(
                    "unknown_row",
                    _("The pack knows no %(column)s %(cell)s.") % {"column": column, "cell": cell},
                    _("Add it, or add the name as an alias."),
                    entry=name,
                )


def _routes(pack: directory.Pack) -> Any:
    return pack.section("channels", {"routes": ()})["routes"]
