"""How statistics says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinling.kernel.outcomes import Conflict, Invalid, NotFound


class ReplayStepRefused(Conflict):
    """The replay's state does not allow the step."""

    code = "replay_step_refused"
    text = "A replay that is %(state)s cannot take the step %(step)s."
    mend = "Start the replay again; it goes on where it stands."


class PeriodInFuture(Invalid):
    """The month has not begun."""

    code = "period_in_future"
    text = "%(period)s lies in the future."
    mend = "Ask for %(today)s or an earlier month."


class TableUnknown(NotFound):
    """No table of the bulletin has that name, or nobody counts it."""

    code = "table_unknown"
    text = "The bulletin has no table %(table)s."
    mend = "Tables: %(tables)s."


class IndicatorUnknown(NotFound):
    """The layout of a table names an indicator that no context offers."""

    code = "indicator_unknown"
    text = "No context counts %(indicator)s."
    mend = "Name one of these in the city pack: %(indicators)s."


class ReplayFileRefused(Invalid):
    """The file of figures cannot be replayed. ``problems`` are sentences, one for each thing wrong."""

    code = "replay_file_refused"
    text = "The file is not replayed: %(count)s problems. Nothing was written."
    mend = "Mend the file where the problems say, then replay it again."

    def __init__(self, *, where: str, problems: Sequence[Any]) -> None:
        super().__init__(where=where, count=len(problems), problems=list(problems))


class FileUnreadable(Invalid):
    """The file is not there, too large, or not UTF-8."""

    code = "file_unreadable"
    text = "The file cannot be read: %(why)s."
    mend = "Name a UTF-8 JSON file of at most %(megabytes)s MB."


class TableNotReplayed(NotFound):
    """Asked for by name, but no context turns that table into events."""

    code = "table_not_replayed"
    text = "No context replays the table %(table)s."
    mend = "Tables that can be replayed: %(tables)s."


class ScaleRefused(Invalid):
    """The scale is no share."""

    code = "scale_refused"
    text = "%(scale)s is not a scale."
    mend = "Give a number above 0 and at most 1."


class ReplayRunning(Conflict):
    """Two replays of one month at once would take back each other's events."""

    code = "replay_running"
    text = "Another replay of %(period)s is running."
    mend = "Wait until it has ended, or stop it; it goes on where it stopped."
