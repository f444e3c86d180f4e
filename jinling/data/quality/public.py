"""The face of quality."""

from jinling.data.quality.queries import (
    LAG_AFTER,
    DayCount,
    Waterfall,
    daily,
    lagging,
    lags,
    links,
    outliers,
    rejected_by_rule,
    returns,
    timeliness,
    trends,
    waterfall,
)
from jinling.data.quality.rules import Loss, Rate, ReturnsUnreadable, Stage, upload_rate
from jinling.data.quality.usecases import Return, import_returns, keep_returns

__all__ = [
    "LAG_AFTER",
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
    "lags",
    "links",
    "outliers",
    "rejected_by_rule",
    "returns",
    "timeliness",
    "trends",
    "upload_rate",
    "waterfall",
]
