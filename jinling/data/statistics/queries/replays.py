"""Replays that stand, who can replay which table, and files of printed figures."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.bulletins import bulletin
from jinling.data.statistics.queries.figures import dimensions, indicators, keys_listed
from jinling.data.statistics.queries.layout import layout, zone
from jinling.data.statistics.rules import checks, replayfiles
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.cumulatives import before, differences, totals_to_date
from jinling.data.statistics.rules.layout import COUNTED, LISTED, TableLayout
from jinling.data.statistics.rules.plans import Earlier, in_order
from jinling.data.statistics.rules.problems import Problem
from jinling.data.statistics.rules.refusals import FileUnreadable, ReplayFileRefused
from jinling.data.statistics.rules.replayfiles import Known, ReplayFile
from jinling.data.statistics.rules.tables import rows_printed
from jinling.foundation.directory import public as directory
from jinling.kernel.contexts import each, once
from jinling.kernel.figures import Dimension, Member, Replayer
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.kernel.sockets import gather

LARGEST_FILE = 20  # megabytes; the reference month is 20 kB


def replayers() -> dict[str, Replayer]:
    """Every replayer that a context offers, by a name that stays: context and class.

    Those on whose events another draws stand before it.

    Raises:
        SocketBroken: two replayers claim the same table or kind of event, or draw in a circle.
    """
    offered = [
        (context, (f"{context.rsplit('.', 1)[-1]}.{type(one).__name__}", one))
        for context, one in each(gather("replays"), "REPLAYS")
    ]
    found = dict(once(offered, lambda pair: pair[0], "the replay").values())
    tables = ((context, (name, table)) for context, (name, one) in offered for table in one.tables)
    once(tables, lambda pair: pair[1], "the replay of")
    return in_order(found)


def standing(replayer: str, period: str) -> ReplayRun | None:
    """The replay of a month that stands, complete or not."""
    return ReplayRun.objects.filter(replayer=replayer, period=period).exclude(state=ReplayRun.State.WITHDRAWN).first()


def to_date(period: str, tables: Mapping[str, Mapping[str, Any]]) -> list[Check]:
    """Where the totals to date of replayed tables are not what they began with, the months that stand and this one."""
    plan, month = layout(), Period(period)
    known = {name: plan.tables[name] for name in tables if name in plan.tables}
    since = {name: own.cumulative.first(month, plan.opened) for name, own in known.items() if own.cumulative}
    asked = {name: first for name, first in since.items() if first and first <= month and totals_to_date(tables[name])}
    if not asked:
        return []
    runs = ReplayRun.objects.exclude(state=ReplayRun.State.WITHDRAWN).filter(period__lt=period)
    standing = [(Period(run.period), replayfiles.exact(run.figures)) for run in runs]
    found = []
    for name, first in asked.items():
        months = {one: figures[name] for one, figures in standing if name in figures}
        found += differences(known[name], tables[name], before(known[name], first, month, months))
    return found


def otherwise(period: str, tables: Mapping[str, Mapping[str, Any]]) -> list[Check]:
    """Where the bulletin prints tables otherwise than they were replayed: something else stands in their month."""
    asked = [name for name, own in layout().tables.items() if name in tables and own.indicators]
    if not asked:
        return []
    counted = bulletin(period, only=asked)
    reasons = {code: wording.own for code, wording in counted.reasons.items()}
    return [
        check
        for part in counted.parts
        for check in checks.otherwise(part.layout, tables[part.layout.name], rows_printed(part, reasons))
    ]


def earlier(run: ReplayRun | None) -> Earlier | None:
    """What rules need to know of a replay that stands."""
    if run is None:
        return None
    return Earlier(run.digest, run.state == ReplayRun.State.DONE)


def replayed(period: str) -> list[dict[str, Any]]:
    """Replays of a month that stand: ``replayer``, ``tables``, ``scale``, ``seed``, ``complete``, ``file``."""
    runs = ReplayRun.objects.filter(period=period).exclude(state=ReplayRun.State.WITHDRAWN).order_by("id")
    return [
        {
            "replayer": run.replayer,
            "tables": run.tables,
            "scale": run.scale,
            "seed": run.seed,
            "complete": run.state == ReplayRun.State.DONE,
            "file": run.file_name,
        }
        for run in runs
    ]


def read_file(path: str | Path, *, only: Iterable[str] = ()) -> ReplayFile:
    """Read a file of printed figures whole, or say everything that is wrong with it.

    Args:
        path: a JSON file in the form of the city pack's reference figures.
        only: tables that the file must have.

    Raises:
        FileUnreadable: not there, too large, or not UTF-8.
        ReplayFileRefused: with every problem, as sentences in the active language.
    """
    return _read(read_content(path), Path(path).name, only)


def read_content(path: str | Path) -> Any:
    """The document in a file, numbers exact, whatever else is wrong with it.

    Raises:
        FileUnreadable: not there, too large, or not UTF-8.
        ReplayFileRefused: no JSON.
    """
    place = Path(path)
    try:
        if not place.is_file():
            raise FileUnreadable(where=str(path), why=gettext("no file of that name"), megabytes=LARGEST_FILE)
        if place.stat().st_size > LARGEST_FILE << 20:
            raise FileUnreadable(where=str(path), why=gettext("too large"), megabytes=LARGEST_FILE)
        text = place.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            where=str(path), why=gettext("byte %(place)s is not UTF-8") % {"place": error.start}, megabytes=LARGEST_FILE
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or gettext("not a path")
        raise FileUnreadable(where=str(path)[:200], why=why, megabytes=LARGEST_FILE) from None
    try:
        return replayfiles.parse(text)
    except replayfiles.Unreadable as error:
        raise ReplayFileRefused(
            where=place.name,
            problems=[Problem("unreadable", fields={"why": str(error)})],
        ) from None


def read_document(content: Any, *, name: str, only: Iterable[str] = ()) -> ReplayFile:
    """Like ``read_file``, for figures that are in memory already.

    Raises:
        ReplayFileRefused: with every problem found.
    """
    return _read(replayfiles.exact(content), name, only)


def _read(content: Any, name: str, only: Iterable[str]) -> ReplayFile:
    outcome = replayfiles.read(content, name=name, known=known_of(content), only=tuple(only))
    if isinstance(outcome, ReplayFile):
        return outcome
    raise ReplayFileRefused(where=name, problems=outcome)


def known_of(content: Any) -> Known:
    """What the city knows of the names in a document, as they were in its month."""
    today = timezone.now().astimezone(zone()).date()
    on = replayfiles.last_day(content) or today
    pack, plan, known, counted = directory.current_pack(), layout(), dimensions(), indicators()
    names: dict[str, dict[str, str]] = {}
    nearest: dict[str, list[str]] = {}
    members: dict[str, Sequence[Member]] = {}
    spelled = replayfiles.spellings(content, plan.tables)
    for table in plan.tables.values():
        if table.rows in known and table.rows not in names and table.rows in spelled:
            members[table.rows] = known[table.rows].members(on)
            names[table.rows] = _names(known[table.rows], members[table.rows], spelled[table.rows], nearest, on)
        elif table.rows not in known:
            listed = ((code, wording.own if wording else code) for code, wording in table.listed.items())
            names.setdefault(table.rows, {}).update({text: name for code, name in listed for text in (code, name)})
    return Known(
        city=frozenset({pack.name, str(pack.city["code"]), str(pack.city["name"])}),
        tables=plan.tables,
        names=names,
        nearest=nearest,
        texts={
            (table.name, column.code): tuple(indicator.words(column.at))
            for table in plan.tables.values()
            for column in table.columns
            for indicator in [counted.get(column.indicator)]
            if indicator is not None and indicator.words is not None
        },
        reasons=frozenset(plan.reason_names().values()),
        today=today,
        printed={
            table.name: _printed(table, known, members[table.rows])
            for table in plan.tables.values()
            if table.rows in members and table.which != COUNTED and table.indicators
        },
        groups={rows: {member.name: member.groups for member in own} for rows, own in members.items()},
    )


def _printed(table: TableLayout, known: Mapping[str, Dimension], members: Sequence[Member]) -> frozenset[str]:
    """Names of which a table has a row."""
    listed = set(keys_listed(table, known, members)) if table.which == LISTED else set()
    return frozenset(one.name for one in members if one.key in listed or table.which in one.sets)


def _names(
    dimension: Dimension,
    members: Sequence[Member],
    spelled: Iterable[str],
    nearest: dict[str, list[str]],
    on: date,
) -> dict[str, str]:
    """The member's name of what each spelling meant on a day; those near to what means nothing go to ``nearest``."""
    by_key = {member.key: member.name for member in members}
    by_text = {"".join(text.split()): one.key for one in members for text in (one.code, one.name)}
    names = {member.name: member.name for member in members}
    for text in {*spelled}.difference(names):
        try:
            key = dimension.resolve(text, on) if dimension.resolve else by_text.get("".join(text.split()))
        except Refused as refused:
            key = None
            candidates = [entry["name"] for entry in refused.fields.get("candidates", ())]
            nearest[text] = list(refused.fields.get("nearest", ())) or candidates
        if key in by_key:
            names[text] = by_key[key]
        elif not nearest.get(text):
            nearest[text] = difflib.get_close_matches(text, list(by_key.values()), n=3, cutoff=0.3)
    return names
