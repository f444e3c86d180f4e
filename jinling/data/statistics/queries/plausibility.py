"""Months examined: files of printed figures and counted bulletins, held to the months before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.figures import dimensions, groups_of, indicators, members_of
from jinling.data.statistics.queries.layout import Layout, layout
from jinling.data.statistics.queries.replays import known_of, read_content
from jinling.data.statistics.rules import replayfiles
from jinling.data.statistics.rules.layout import TableLayout
from jinling.data.statistics.rules.plans import digest
from jinling.data.statistics.rules.plausible import examination
from jinling.data.statistics.rules.plausible.findings import ERROR, RULES, Finding
from jinling.data.statistics.rules.plausible.sheets import City, limits_of, month_of
from jinling.data.statistics.rules.refusals import ReplayFileRefused
from jinling.data.statistics.rules.replayfiles import Known, Problem
from jinling.foundation.directory import public as directory

_kept: dict[str, Any] = {}


def examine(document: Any, *, before: Sequence[Any] = ()) -> list[Finding]:
    """Everything found in a month's figures, errors first; texts in the active language.

    Args:
        document: in the form of a file of printed figures, read or as JSON gives it.
        before: earlier months in the same form, oldest first.
    """
    content, earlier = replayfiles.exact(document), list(before)[-examination.WINDOW :]
    plan = layout()
    known = known_of(_every_row([content, *earlier], plan))
    city = _city(plan, known, replayfiles.last_day(content) or known.today)
    outcome = replayfiles.read(content, name="", known=known)
    problems = outcome if isinstance(outcome, list) else []
    found = [_of_problem(problem, content, plan) for problem in problems]
    told = {(finding.table, finding.row, finding.column) for finding in found}
    examined = examination.examine(month_of(content, city), _history(earlier, city), city)
    found += [finding for finding in examined if (finding.table, finding.row, finding.column) not in told]
    return [_said(finding, plan) for finding in found]


def read_figures(path: str | Path) -> dict[str, Any]:
    """A file of printed figures as it stands, to be examined.

    Raises:
        FileUnreadable, ReplayFileRefused: as ``read_file``, for a file that holds no JSON object.
    """
    content = read_content(path)
    if not isinstance(content, dict):
        raise ReplayFileRefused(where=Path(path).name, problems=[Problem("no_object")])
    return content


def months_before(period: str) -> list[str]:
    """Months before this one that are replayed here, oldest first."""
    done = ReplayRun.objects.filter(state=ReplayRun.State.DONE, period__lt=period)
    return sorted(set(done.values_list("period", flat=True)))


def _history(before: Sequence[Any], city: City) -> examination.History:
    """What the months before tell; kept for the next month that is held to the same ones."""
    key = digest([str(directory.current_pack().path), before, city.names])
    if _kept.get("key") != key:
        months = [month_of(replayfiles.exact(one), city) for one in before]
        _kept.update(key=key, history=examination.History.of(months, city))
    kept: examination.History = _kept["history"]
    return kept


def _every_row(documents: Sequence[Any], plan: Layout) -> dict[str, Any]:
    """One document that has every row of all, and every name that the layout lists, so that names are asked once."""
    tables: dict[str, dict[str, Any]] = {}
    for name, table in plan.tables.items():
        place, width = table.name_place(), len(table.columns)
        if place is None:
            continue
        rows = tables.setdefault(name, {"rows": []})["rows"]
        for text in table.listed:
            rows.append([text if at == place else None for at in range(width)])
        for document in documents:
            given = document.get("tables") if isinstance(document, Mapping) else None
            own = given.get(name) if isinstance(given, Mapping) else None
            more = own.get("rows") if isinstance(own, Mapping) else None
            rows += more if isinstance(more, list) else []
    period = documents[0].get("period") if isinstance(documents[0], Mapping) else None
    return {"period": period, "tables": tables}


def _city(plan: Layout, known: Known, on: date) -> City:
    offered, counted = dimensions(), indicators()
    return City(
        layouts=plan.tables,
        limits={name: limits_of(table, counted) for name, table in plan.tables.items()},
        names=known.names,
        ordered={name: _ordered(table, known, offered, on) for name, table in plan.tables.items()},
        groups=groups_of(plan.tables, on),
        reasons=plan.reason_names(),
        checks=plan.checks,
    )


def _ordered(table: TableLayout, known: Known, offered: Mapping[str, Any], on: date) -> list[str]:
    """Names in the order in which a table has its rows: as listed, or as the dimension has them."""
    names = known.names.get(table.rows, {})
    if table.listed:
        return [names.get(text, text) for text in table.listed]
    return [] if table.order else [member.name for member in members_of(table, offered, on)]


def _of_problem(problem: Problem, content: Any, plan: Layout) -> Finding:
    """What keeps a file from being replayed, as a finding."""
    table = str(problem.at[1]) if len(problem.at) > 1 and problem.at[0] == "tables" else ""
    row = column = ""
    own = plan.tables.get(table)
    if own is not None and len(problem.at) > 3 and problem.at[2] == "rows":
        cells = content["tables"][table]["rows"][problem.at[3]]
        place = own.name_place() or 0
        row = str(cells[place]) if isinstance(cells, list) and len(cells) > place else ""
        if len(problem.at) > 4:
            column = own.columns[int(problem.at[4])].code
    elif len(problem.at) > 2:
        column = str(problem.at[2])
    elif problem.at and not table:
        column = str(problem.at[0])
    said = {"text": problem.text, "remedy": problem.remedy}
    return Finding(ERROR, problem.code, table, row, column, fields=problem.fields, **said)


def _said(finding: Finding, plan: Layout) -> Finding:
    """A finding with its text and remedy in the active language."""
    text, remedy = (finding.text, finding.remedy) if finding.text else RULES[finding.rule]
    language = get_language() or settings.LANGUAGE_CODE
    fields = {"expected": finding.expected, "found": finding.found, **finding.fields}
    table = plan.tables.get(finding.table)
    if table is not None and "other" in fields:
        fields["other"] = table.heading(str(fields["other"]), language)
    if fields.get("wording"):
        fields["text"] = fields["wording"].text(language)
    return replace(finding, text=gettext(text) % fields, remedy=gettext(remedy))
