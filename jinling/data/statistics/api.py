"""The bulletin for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from jinling.data.statistics.public import document, kept_bulletin, offered_months
from jinling.kernel.declarations import open_to_all

router = Router(tags=["statistics"])
CHOSEN = Query([], description="Names of the tables wanted; all by default.")
VERSION = Query(None, ge=1, description="An edition of the release: 1 is the first; the latest by default.")


class FieldOut(Schema):
    """What a column holds; ``numbers`` says how many of its cells hold a number, and of how many."""

    code: str
    heading: str
    holds: Literal["position", "name", "word", "text", "count", "rate", "amount"]
    indicator: str | None
    unit: str | None
    numbers: list[int] | None


class MissingOut(Schema):
    """A cell without a number: the place of its row from 0, its column, and the code of the reason."""

    row: int
    column: str
    reason: str


class DefinitionOut(Schema):
    """What an indicator counts; ``version`` changes with its wording."""

    indicator: str
    version: str
    name: str
    unit: str
    text: str


class TableOut(Schema):
    """One table: rows in the order of ``columns``; text in the place of a number is the reason why it is missing."""

    title: str
    columns: list[str]
    fields: list[FieldOut]
    rows: list[list[Any]]
    codes: list[str]
    missing: list[MissingOut]
    total: Any = None
    cumulative: int | None = None
    cumulative_months: list[int] | None = None
    scale: float | None = None
    not_counted: str | None = None
    definitions: list[DefinitionOut]
    notes: list[str]


class CheckOut(Schema):
    """One check of the bulletin; ``expected`` and ``counted`` are a number or a list of numbers."""

    code: str
    table: str
    ok: bool
    expected: Any = None
    counted: Any = None
    text: str


class ReleaseOut(Schema):
    """The release that a month is printed from."""

    version: int
    approved_at: str
    cut_off: str
    first_on: str
    reason: str
    changed_cells: int


class BulletinOut(Schema):
    """A month's bulletin."""

    period: str
    title: str
    publisher: str
    as_of: str
    standing: Literal["to_date", "not_released", "released"]
    release: ReleaseOut | None
    complete: bool
    tables: dict[str, TableOut]
    checks: list[CheckOut]


class MonthsOut(Schema):
    """Months that have figures, newest first."""

    months: list[str]


@router.get("/bulletin", response={200: MonthsOut}, summary="Months that have a bulletin", operation_id="bulletins")
@open_to_all
def bulletins(request: HttpRequest) -> Any:
    """The months that can be asked for, newest first."""
    return {"months": [str(month) for month in offered_months()]}


@router.get(
    "/bulletin/{period}",
    response={200: BulletinOut},
    summary="The bulletin of a month",
    operation_id="bulletin",
)
@open_to_all
def bulletin(request: HttpRequest, period: str, table: list[str] = CHOSEN, version: int | None = VERSION) -> Any:
    """As it was released, or else as it was counted last; ``table`` may be given several times and chooses tables."""
    return document(kept_bulletin(period, only=table, version=version))
