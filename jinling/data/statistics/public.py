"""The face of statistics."""

from jinling.data.statistics.printing import document
from jinling.data.statistics.queries.bulletins import bulletin, said_checks
from jinling.data.statistics.queries.coverage import month
from jinling.data.statistics.queries.kept import kept_bulletin, kept_series, offered_months
from jinling.data.statistics.queries.plausibility import examine, months_before, read_figures
from jinling.data.statistics.queries.releases import (
    approved,
    bulletin_of,
    changes,
    editions,
    periods,
    waiting,
    waiting_periods,
)
from jinling.data.statistics.queries.replays import read_file, replayed
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.plausible.findings import Finding
from jinling.data.statistics.rules.refusals import ReplayFileRefused
from jinling.data.statistics.rules.releases import Change
from jinling.data.statistics.usecases.keeping import keep, keep_due, recount
from jinling.data.statistics.usecases.releases import (
    Compared,
    approve_release,
    compare,
    decline_release,
    prepare_release,
)
from jinling.data.statistics.usecases.replays import Progress, replay

__all__ = [
    "Bulletin",
    "Change",
    "Compared",
    "Finding",
    "Progress",
    "ReplayFileRefused",
    "approve_release",
    "approved",
    "bulletin",
    "bulletin_of",
    "changes",
    "compare",
    "decline_release",
    "document",
    "editions",
    "examine",
    "keep",
    "keep_due",
    "kept_bulletin",
    "kept_series",
    "month",
    "months_before",
    "offered_months",
    "periods",
    "prepare_release",
    "read_figures",
    "read_file",
    "recount",
    "replay",
    "replayed",
    "said_checks",
    "waiting",
    "waiting_periods",
]
