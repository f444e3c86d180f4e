"""The face of quality."""

from jinling.data.quality.queries import (
    LAG_AFTER,
    Waterfall,
    lags,
    links,
    outliers,
    returned_months,
    timeliness,
    trends,
    waterfall,
)
from jinling.data.quality.usecases import import_returns

__all__ = [
    "LAG_AFTER",
    "Waterfall",
    "import_returns",
    "lags",
    "links",
    "outliers",
    "returned_months",
    "timeliness",
    "trends",
    "waterfall",
]
