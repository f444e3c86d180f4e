"""The bulletin for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from jinling.data.statistics.public import document, kept_bulletin
from jinling.kernel.declarations import open_to_all

router = Router(tags=["statistics"])
CHOSEN = Query([], description="Names of the tables wanted; all by default.")


class TableOut(Schema):
    """One table: rows in the order of ``columns``; text in the place of a number is the reason why it is missing."""

    columns: list[str]
    rows: list[list[Any]]
    total: Any = None
    cumulative: int | None = None


class CheckOut(Schema):
    """One check of the bulletin; ``expected`` and ``counted`` are a number or a list of numbers."""

    code: str
    table: str
    ok: bool
    expected: Any = None
    counted: Any = None
    text: str


class BulletinOut(Schema):
    """A month's bulletin."""

    period: str
    tables: dict[str, TableOut]
    checks: list[CheckOut]


@router.get(
    "/bulletin/{period}",
    response={200: BulletinOut},
    summary="The bulletin of a month",
    operation_id="bulletin",
)
@open_to_all
def bulletin(request: HttpRequest, period: str, table: list[str] = CHOSEN) -> Any:
    """Counted from the events that stand; ``table`` may be given several times and chooses tables."""
    return document(kept_bulletin(period, only=table))
