"""The face of statistics."""

from jinling.data.statistics.queries.bulletins import (
    Bulletin,
    bulletin,
    check_document,
    check_text,
    document,
    kept_bulletin,
    month,
    periods,
)
from jinling.data.statistics.queries.replays import read_file, replayed
from jinling.data.statistics.rules.refusals import (
    ReplayFileRefused,
)
from jinling.data.statistics.usecases.replays import Progress, replay

__all__ = [
    "Bulletin",
    "Progress",
    "ReplayFileRefused",
    "bulletin",
    "check_document",
    "check_text",
    "document",
    "kept_bulletin",
    "month",
    "periods",
    "read_file",
    "replay",
    "replayed",
]
