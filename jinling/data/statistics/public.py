"""The face of statistics."""

from jinling.data.statistics.queries.bulletins import (
    Bulletin,
    bulletin,
    check_document,
    check_text,
    document,
    kept_bulletin,
    month,
    offered,
    periods,
)
from jinling.data.statistics.queries.replays import read_document, read_file, replayed
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.refusals import (
    FileUnreadable,
    NotAMonth,
    PeriodInFuture,
    ReplayFileRefused,
    ReplayRunning,
    ScaleRefused,
    TableNotReplayed,
    UnknownTable,
)
from jinling.data.statistics.rules.replayfiles import ReplayFile
from jinling.data.statistics.usecases import Outcome, Progress, Replayed, replay

__all__ = [
    "Bulletin",
    "Check",
    "FileUnreadable",
    "NotAMonth",
    "Outcome",
    "PeriodInFuture",
    "Progress",
    "ReplayFile",
    "ReplayFileRefused",
    "ReplayRunning",
    "Replayed",
    "ScaleRefused",
    "TableNotReplayed",
    "UnknownTable",
    "bulletin",
    "check_document",
    "check_text",
    "document",
    "kept_bulletin",
    "month",
    "offered",
    "periods",
    "read_document",
    "read_file",
    "replay",
    "replayed",
]
