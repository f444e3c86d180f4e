"""The face of quality."""

from jinling.data.quality.queries import (
    DayCount,
    Waterfall,
    daily,
    lagging,
    links,
    outliers,
    returns,
    timeliness,
    waterfall,
)
from jinling.data.quality.rules import Loss, Rate, ReturnsUnreadable, Stage, upload_rate
from jinling.data.quality.usecases import Return, import_returns, keep_returns

__all__ = [
    "DayCount",
    "Loss",
    "Rate",
    "Return",
    "ReturnsUnreadable",
    "Stage",
    "Waterfall",
    "daily",
    "import_returns",
    "keep_returns",
    "lagging",
    "links",
    "outliers",
    "returns",
    "timeliness",
    "upload_rate",
    "waterfall",
]
