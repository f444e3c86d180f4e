"""How statistics says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound, Refused


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


class MonthNotCounted(NotFound):
    """Nothing was counted or replayed in that month: it has no bulletin."""

    code = "month_not_counted"
    text = "%(period)s has no figures: nothing was counted or replayed in that month."
    mend = "Months with figures: %(months)s."


class TableUnknown(NotFound):
    """No table of the bulletin has that name, or nobody counts it."""

    code = "table_unknown"
    text = "The bulletin has no table %(table)s."
    mend = "Tables: %(tables)s."


class ColumnUnknown(NotFound):
    """A table has no column of that name."""

    code = "column_unknown"
    text = "The table %(table)s has no column %(column)s."
    mend = "Columns: %(columns)s."


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


class BulletinPending(Refused):
    """The month has figures, and the platform has not counted them yet; reading never starts a count."""

    code = "bulletin_pending"
    status = 503
    text = "The figures of %(period)s are being counted."
    mend = "Ask again in a minute."

    def __init__(self, *, period: str) -> None:
        super().__init__(period=period, retry_after=60)


class FormatUnknown(Invalid):
    """A bulletin is not given in that form."""

    code = "format_unknown"
    text = "A bulletin is not given as %(form)s."
    mend = "Forms: %(forms)s."


class ReleaseUnknown(NotFound):
    """There is no such release or edition."""

    code = "release_unknown"
    text = "%(period)s has no release %(version)s."
    mend = "Leave the version out for the latest one."


class ReleaseStepRefused(Conflict):
    """The release was approved or declined already."""

    code = "release_step_refused"
    text = "A release that is %(state)s cannot take the step %(step)s."
    mend = "Look at the month again; a change is a revision of its own."


class ReleasePersonMissing(Denied):
    """Programs do not release: two people do."""

    code = "release_person_missing"
    text = "A release is prepared and approved by people, each signed in to an account."
    mend = "Sign in as a statistician."


class MonthRunning(Conflict):
    """Only a month that is over is released."""

    code = "month_running"
    text = "%(period)s is not over."
    mend = "Release it once the month has ended."


class ReplayIncomplete(Conflict):
    """A month's replay has not ended: its figures are not whole."""

    code = "replay_incomplete"
    text = "A replay of %(period)s is not complete."
    mend = "Start the replay again; it goes on where it stopped."


class ReleaseWaiting(Conflict):
    """Something of that month waits for its second person."""

    code = "release_waiting"
    text = "What was prepared of %(period)s waits for another person."
    mend = "Have it approved or declined first."


class RevisionEmpty(Conflict):
    """The month was released, and its own figures are what was released."""

    code = "revision_empty"
    text = "%(period)s was released, and its figures have not changed."
    mend = "Nothing needs to be done."


class RevisionReasonMissing(Invalid):
    """A revision, or a refusal of one, without its reason."""

    code = "revision_reason_missing"
    text = "Say why."
    mend = "Give the reason in a sentence; it is printed with the revision."


class ReleaseChanged(Conflict):
    """What waits is not what the approver looked at."""

    code = "release_changed"
    text = "Something else of %(period)s waits than you looked at."
    mend = "Look at it again."


class ReleaseForged(Conflict):
    """A release is not what was approved: somebody wrote past the platform into its database."""

    code = "release_forged"
    text = "Edition %(version)s of %(period)s is not what was approved: its digest differs."
    mend = "Find out who wrote into the database; bring the edition back from a backup."


class SecondPersonMissing(Denied):
    """Who prepared a release does not approve or decline it."""

    code = "second_person_missing"
    text = "You prepared this release of %(period)s yourself."
    mend = "Have another person look at it."
