"""What the bulletin's layout and printed figures must say of each other, and of what contexts offer.

Names are read through the dimensions that contexts offer, so that no section of another context is known here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.data.statistics.queries.figures import code_listed, declared, dimensions, indicators
from jinling.data.statistics.queries.layout import table_of
from jinling.data.statistics.queries.replays import replayers
from jinling.data.statistics.rules import replayfiles
from jinling.data.statistics.rules.layout import COUNTED, FIGURES, LISTED
from jinling.data.statistics.rules.takings import replayed_by_nobody
from jinling.foundation.directory import public as directory
from jinling.kernel.figures import Declared, Dimension, Indicator
from jinling.kernel.sockets import PackFault

At = tuple[str | int, ...]
Known = Mapping[str, Declared]


def check_missing(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Codes and names that stand twice."""
    yield from directory.duplicates(data, "code", "name")


def check_bulletin(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Tables and columns that stand twice; columns, rows and indicators that are not there."""
    yield from directory.duplicates(data["tables"], "name", at=("tables",))
    known = declared(pack)
    for i, table in enumerate(data["tables"]):
        at: At = ("tables", i)
        codes = [column["code"] for column in table["columns"]]
        yield from directory.duplicates(table["columns"], "code", at=(*at, "columns"))
        order, cumulative = table.get("order", "listed"), table.get("cumulative") or {}
        asked = [("order", order["by"])] if isinstance(order, dict) else []
        asked += [("cumulative", cumulative["column"])] if cumulative else []
        asked += [("columns", part) for column in table["columns"] for part in column.get("sum", ())]
        asked += [("columns", code) for column in table["columns"] for code in _limited(column)]
        for key, code in asked:
            if code not in codes:
                yield _choice("column_unknown", _("The table has no column %(code)s."), code, codes, table, (*at, key))
        for j, item in enumerate(table.get("list", ())):
            yield from _listed(table, item, known, (*at, "list", j))
        yield from _chosen(table, at)
        yield from _counted(table, known, at)
    yield from _between(data)
    yield from _unprinted(data)


def _limited(column: Any) -> Iterator[str]:
    """The columns that a column's limits name."""
    limits = column.get("limits") or {}
    yield from limits.get("at_most", ())
    yield from (limits[key] for key in ("along", "running") if limits.get(key))


def _unprinted(data: Any) -> Iterator[PackFault]:
    """What the bulletin leaves out, as remarks: tables that show nothing counted, figures that no table shows."""
    shown = {column.get("indicator") for table in data["tables"] for column in table["columns"]}
    for i, table in enumerate(data["tables"]):
        if not any(column.get("indicator") for column in table["columns"]):
            yield PackFault(
                "table_not_counted",
                _("Nobody counts what the table shows: it is printed without figures."),
                _("Name the indicators of its columns once a context counts them."),
                entry=table["name"],
                at=("tables", i),
                remark=True,
            )
    known = sorted(indicators())
    left = [code for code in known if code not in shown]
    contexts = {code.partition(".")[0] for code in known}
    for context in sorted(contexts):  # of a context that the city does not use, its name says enough
        own = [code for code in known if code.startswith(f"{context}.")]
        if set(own) <= set(left):
            left = [*(code for code in left if code not in own), f"{context}.*"]
    if left:
        yield PackFault(
            "figures_not_printed",
            _("These figures are counted and no table shows them: %(codes)s.") % {"codes": ", ".join(left)},
            _("Name them as indicators of columns if the city prints them."),
            at=("tables",),
            remark=True,
        )


def _counted(table: Any, packed: Known, at: At) -> Iterator[PackFault]:
    """Columns of a table that shows indicators: each figure's is offered, and has the parts that the column fixes."""
    known, offered = indicators(), dimensions()
    shown = [column for column in table["columns"] if column.get("indicator")]
    if not shown:
        return
    wanted = [("columns", column["indicator"]) for column in shown]
    wanted += [("definitions", code) for code in table.get("definitions") or ()]
    for key, code in wanted:
        if code not in known:
            yield _choice("indicator_unknown", _("No context counts %(code)s."), code, known, table, (*at, key))
    for j, column in enumerate(table["columns"]):
        place: At = (*at, "columns", j)
        indicator = known.get(column.get("indicator", ""))
        holds = column.get("holds", "count")
        if indicator is None:
            if not column.get("indicator") and (
                holds in (*FIGURES, "text") or (holds == "word" and "group" not in column)
            ):
                yield PackFault(
                    "no_indicator",
                    _("Nothing says what the column %(code)s shows.") % {"code": column["code"]},
                    _("Name an indicator, or leave them out in the whole table."),
                    entry=f"{table['name']} {column['code']}",
                    at=place,
                )
            continue
        yield from _key(table, column, indicator, place)
        for name, value in column.get("at", {}).items():
            if name in offered and name in indicator.dimensions:
                entry = f"{table['name']} {column['code']}"
                yield from _fixed(offered[name], value, packed.get(name), entry, (*place, "at", name))
    if table["rows"] not in offered and table.get("which", COUNTED) != LISTED:
        yield _choice("rows_unknown", _("Nobody knows what %(code)s is."), table["rows"], offered, table, (*at, "rows"))
    cumulative = table.get("cumulative") or {}
    shown_by = {column["code"]: column["indicator"] for column in shown}
    counted = known.get(shown_by.get(cumulative.get("column", ""), ""))
    if counted is not None and counted.since is None:
        yield PackFault(
            "no_total_to_date",
            _("%(code)s has no total to date: its figures of several months do not add up.") % {"code": counted.code},
            _("Take cumulative away, or name another column."),
            entry=table["name"],
            at=(*at, "cumulative"),
        )


def _chosen(table: Any, at: At) -> Iterator[PackFault]:
    """Which rows a table has, and what its columns say that they belong to: the dimension's own words."""
    rows = dimensions().get(table["rows"])
    choices = (COUNTED, LISTED, *(rows.sets if rows else ()))
    if table.get("which", COUNTED) not in choices:
        text = _("The table's rows know no choice %(code)s.")
        yield _choice("which_unknown", text, table["which"], choices, table, (*at, "which"))
    for j, column in enumerate(table["columns"]):
        groups = rows.groups if rows else ()
        if column.get("group") and column["group"] not in groups:
            text = _("The table's rows belong to no %(code)s.")
            yield _choice("group_unknown", text, column["group"], groups, table, (*at, "columns", j, "group"))


def _fixed(dimension: Dimension, value: str, known: Declared | None, entry: str, at: At) -> Iterator[PackFault]:
    """A part of the key that a column fixes: a code of a dimension whose keys are its codes, and nothing else."""
    if not dimension.coded:
        yield PackFault(
            "part_not_fixed",
            _("A column cannot fix %(rows)s: its keys are no codes of the pack.") % {"rows": dimension.name},
            _("Let it be the rows of a table that lists what it shows."),
            entry=entry,
            at=at,
        )
    elif known is not None and value not in known.names:
        yield _none_of(value, dimension.name, known, entry, at, names=False)


def _none_of(text: str, rows: str, known: Declared, entry: str, at: At, *, names: bool = True) -> PackFault:
    """What a pack does not declare, with those that come near: by their codes, and by their names where these may
    stand."""
    meant = known.find(text)
    choices = [*known.names, *(known.names.values() if names else ())]
    near = [meant] if meant else difflib.get_close_matches(text, choices, n=3, cutoff=0.5)
    return PackFault(
        "row_unknown",
        _("%(item)s is none of the pack's %(rows)s.") % {"item": text, "rows": rows}
        if names
        else _("%(item)s is no code of the pack's %(rows)s.") % {"item": text, "rows": rows},
        _("Write %(near)s, or declare it in its own file.") % {"near": " / ".join(near)}
        if near
        else _("Correct it, or declare it in its own file."),
        entry=entry,
        at=at,
    )


def _key(table: Any, column: Any, indicator: Indicator, at: At) -> Iterator[PackFault]:
    """The parts of an indicator's key: the rows' dimension, and those that the column fixes."""
    asked = [(table["rows"], at), *((name, (*at, "at", name)) for name in column.get("at", {}))]
    for name, place in asked:
        if name not in indicator.dimensions:
            yield _choice(
                "dimension_unknown",
                _("%(indicator)s is not counted by %%(code)s.") % {"indicator": indicator.code},
                name,
                indicator.dimensions,
                table,
                place,
            )


def _between(data: Any) -> Iterator[PackFault]:
    """Checks between tables name what is there."""
    columns = {table["name"]: [column["code"] for column in table["columns"]] for table in data["tables"]}
    for i, check in enumerate(data.get("checks", ())):
        for side in ("left", "right"):
            at: At = ("checks", i, side)
            table, column = check[side]["table"], check[side]["column"]
            entry = {"name": check["code"]}
            if table not in columns:
                yield _choice("table_unknown", _("There is no table %(code)s."), table, columns, entry, (*at, "table"))
            elif column not in columns[table]:
                text = _("The table has no column %(code)s.")
                yield _choice("column_unknown", text, column, columns[table], entry, (*at, "column"))


def _choice(code: str, text: str, value: str, choices: Iterable[str], table: Any, at: At) -> PackFault:
    known = sorted(choices)
    near = difflib.get_close_matches(value, known, n=5, cutoff=0.5) if len(known) > 8 else []
    return PackFault(
        code,
        text % {"code": value},
        _("Use one of: %(choices)s.") % {"choices": ", ".join(near or known) or "-"},
        entry=f"{table['name']} {value}",
        at=at,
    )


def _listed(table: Any, item: Any, known: Known, at: At) -> Iterator[PackFault]:
    if table["rows"] not in dimensions():
        if not isinstance(item, dict):
            yield PackFault(
                "bad_shape",
                _("%(item)s needs code, name and name_en.") % {"item": item},
                _("Write it as {code: ..., name: ..., name_en: ...}."),
                entry=table["name"],
                at=at,
            )
        return
    own = known.get(table["rows"])
    if own is not None and code_listed(str(item), own) is None:
        yield _none_of(str(item), table["rows"], own, table["name"], at)


def check_printed(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Whatever keeps a file of printed figures from being replayed."""
    if not (pack.has("bulletin") and pack.has("city")):
        return
    tables = {entry["name"]: table_of(entry) for entry in pack.section("bulletin")["tables"]}
    content, known_rows = replayfiles.exact(data), declared(pack)
    names: dict[str, dict[str, str]] = {}
    for rows, spelled in replayfiles.spellings(content, tables).items():
        own = known_rows.get(rows)
        if own is not None:
            meant = {text: own.name(text) for text in spelled}
            names[rows] = {text: name for text, name in meant.items() if name is not None}
    known = replayfiles.Known(
        city=frozenset({pack.name, str(pack.city["code"]), str(pack.city["name"])}),
        tables=tables,
        names=names,
        nearest={},
        texts={},
        reasons=frozenset(reason["name"] for reason in pack.section("missing_figures", ())),
        today=timezone.localdate(),
    )
    outcome = replayfiles.read(content, name=pack.name, known=known)
    for name in replayed_by_nobody(replayers().values(), tables):
        if name in (content.get("tables") or {} if isinstance(content, dict) else {}):
            yield PackFault(
                "not_replayed",
                _("No context makes events of this table: a replay passes it over."),
                _("Leave it in: it is replayed once a context counts it."),
                entry=name,
                at=("tables", name),
                remark=True,
            )
    for problem in outcome if isinstance(outcome, list) else ():
        yield PackFault(
            problem.code, _(problem.text) % problem.fields, _(problem.remedy), entry=problem.where, at=problem.at
        )
