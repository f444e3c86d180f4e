"""What each institution or district sent and holds: counted here for pages and bulletin alike.

``by`` says whose ids are the keys, ``required_of`` whose list of data sets is meant: ``hospital`` or ``district``.
"""

from __future__ import annotations

from dataclasses import dataclass

from jinling.data.collection import public as collection
from jinling.data.quality import queries
from jinling.kernel.periods import Span


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent in files received in a span: data sets of which a row was accepted, rows, days with a file.

    ``accepted`` rows also correct earlier ones; ``loaded``, ``visits`` and ``discharges`` came for the first time.
    """

    tables: int = 0
    received: int = 0
    accepted: int = 0
    loaded: int = 0
    rejected: int = 0
    days: int = 0
    visits: int = 0
    discharges: int = 0


NOTHING = Sent()


def sent(span: Span, by: collection.By, required_of: str) -> dict[int, Sent]:
    """Tables, rows and days of those who sent something."""
    apart = {"visits": queries.VISITS, "discharges": queries.DISCHARGES}
    found = collection.received(span, by, required_of, apart=apart)
    return {
        key: Sent(one.tables, one.received, one.accepted, one.loaded, one.rejected, one.days, **one.apart)
        for key, one in found.items()
    }


def held(span: Span, by: collection.By) -> dict[int, dict[str, int]]:
    """Health records received up to the span's last day that are current, by kind."""
    kinds = {code: kind for kind, code in queries.RECORDS.items()}
    found = collection.held(span.last, by, kinds)
    return {key: {kinds[code]: count for code, count in codes.items()} for key, codes in found.items()}
