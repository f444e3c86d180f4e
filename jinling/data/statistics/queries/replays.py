"""Replays that stand, who can replay which table, and files of printed figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries.layout import Layout, layout, zone
from jinling.data.statistics.rules import replayfiles
from jinling.data.statistics.rules.plans import Earlier
from jinling.data.statistics.rules.refusals import FileUnreadable, ReplayFileRefused
from jinling.data.statistics.rules.replayfiles import Known, ReplayFile
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.kernel.sockets import Replayer, gather

LARGEST_FILE = 20  # megabytes; the reference month is 20 kB


def replayers() -> dict[str, Replayer]:
    """Every replayer that a context offers, by a name that stays: context and class.

    Raises:
        ValueError: two replayers claim the same table.
    """
    found: dict[str, Replayer] = {}
    claimed: dict[str, str] = {}
    for context, module in gather("replays"):
        for replayer in module.REPLAYS:
            name = f"{context.rsplit('.', 1)[-1]}.{type(replayer).__name__}"
            for table in replayer.tables:
                if table in claimed:
                    raise ValueError(f"{claimed[table]} and {name} both replay {table}")
                claimed[table] = name
            found[name] = replayer
    return found


def standing(replayer: str, period: str) -> ReplayRun | None:
    """The replay of a month that stands, complete or not."""
    return ReplayRun.objects.filter(replayer=replayer, period=period).exclude(state=ReplayRun.State.WITHDRAWN).first()


def earlier(run: ReplayRun | None) -> Earlier | None:
    """What rules need to know of a replay that stands."""
    if run is None:
        return None
    return Earlier(run.digest, run.source, tuple(run.tables), run.state == ReplayRun.State.DONE)


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
        content = replayfiles.parse(text)
    except replayfiles.Unreadable as error:
        raise ReplayFileRefused(
            where=place.name,
            problems=[
                replayfiles.Problem(
                    "", replayfiles.gettext_noop("The file is not readable JSON: %(why)s."), {"why": str(error)}
                )
            ],
        ) from None
    return _read(content, place.name, only)


def read_document(content: Any, *, name: str, only: Iterable[str] = ()) -> ReplayFile:
    """Like ``read_file``, for figures that are in memory already.

    Raises:
        ReplayFileRefused: with every problem found.
    """
    return _read(replayfiles.exact(content), name, only)


def _read(content: Any, name: str, only: Iterable[str]) -> ReplayFile:
    outcome = replayfiles.read(content, name=name, known=_known(content), only=tuple(only))
    if isinstance(outcome, ReplayFile):
        return outcome
    raise ReplayFileRefused(where=name, problems=outcome)


def _known(content: Any) -> Known:
    pack, plan = directory.current_pack(), layout()
    organizations, nearest = _organizations(replayfiles.spellings(content, "organization"))
    return Known(
        city=frozenset({pack.name, str(pack.city["code"]), str(pack.city["name"])}),
        tables={name: table.columns for name, table in plan.tables.items()},
        names={
            "organization": organizations,
            "route": {name: name for name in plan.routes},
            "district": _districts(pack),
            **_words(plan),
        },
        nearest=nearest,
        reasons=frozenset(plan.reason_names().values()),
        windows={column: patterns for column, patterns in plan.windows.items() if patterns},
        today=_today(),
    )


def _today() -> date:
    return timezone.now().astimezone(zone()).date()


def _organizations(spelled: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    names: dict[str, str] = {}
    nearest: dict[str, list[str]] = {}
    for text in spelled:
        try:
            names[text] = directory.resolve(text).name
        except Refused as refused:
            candidates = [entry["name"] for entry in refused.fields.get("candidates", ())]
            nearest[text] = list(refused.fields.get("nearest", ())) or candidates
    return names, nearest


def _districts(pack: Any) -> dict[str, str]:
    entries = pack.section("districts") if pack.has("districts") else ()
    return {entry["name"]: entry["name"] for entry in entries}


def _words(plan: Layout) -> Mapping[str, Mapping[str, str]]:
    """Spellings of the words of each text column: a word's code and its printed name both stand."""
    found: dict[str, dict[str, str]] = {}
    for table in plan.tables.values():
        for column in ("kind", "city", "progress", "category"):
            if column in table.columns and table.words:
                words = found.setdefault(column, {})
                for code, wording in table.words.items():
                    words[code], words[wording.zh] = code, wording.zh
    return found
