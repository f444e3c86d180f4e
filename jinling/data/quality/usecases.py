"""Verbs of quality: import statistical returns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.rules import Measure, ReturnsUnreadable, whole_number
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.periods import Period

REPLAYED = "replay:"  # how the source of a replay's returns begins


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    """Columns by the headings that spreadsheets give them: the first of a line names the column."""
    text = resources.files("jinling.data.quality").joinpath("data", "headings.csv").read_text(encoding="utf-8")
    return {heading: row[0] for row in csv.reader(text.splitlines()) for heading in row}


@dataclass(frozen=True, slots=True)
class Return:
    """One measure of one institution or district (exactly one of the two ids) for a month; None takes it back.

    A replay says whether a rate was printed of it (``comparable``).
    """

    measure: str
    value: int | None
    organization: int | None = None
    district: int | None = None
    comparable: bool | None = None


@transaction.atomic
def keep_returns(*, by: Actor, period: str, returns: Iterable[Return], source: str) -> int:
    """Write returns of a month; a value for the same subject and measure is replaced. Returns how many were kept.

    A replay never takes the place of what somebody imported: that is the office's word, and could not be given back.
    """
    month = str(Period(period))
    kept = 0
    imported = StatisticalReturn.objects.filter(period=month).exclude(source__startswith=REPLAYED)
    for one in returns:
        subject: dict[str, Any] = {
            "organization_id": one.organization,
            "district_id": one.district,
            "period": month,
            "measure": one.measure,
        }
        if source.startswith(REPLAYED) and imported.filter(**subject).exists():
            continue
        if one.value is None:
            StatisticalReturn.objects.filter(**subject).delete()
            continue
        StatisticalReturn.objects.update_or_create(
            **subject,
            defaults={
                "value": one.value,
                "comparable": one.comparable,
                "source": source,
                "imported_at": timezone.now(),
            },
        )
        kept += 1
    audit.record(
        by=by, action="quality.keep_returns", target=f"Period/{month}", detail={"kept": kept, "source": source}
    )
    return kept


def import_returns(*, by: Actor, file: Path, period: str) -> int:
    """Read returns of a month from CSV (UTF-8, GB 18030) or XLSX and keep them all, or none.

    The header names ``institution`` or ``district``, ``outpatient`` and ``discharge``, also in Chinese
    (``data/headings.csv``).

    Raises:
        ReturnsUnreadable, OrganizationUnknown, DistrictUnknown: nothing is kept.
    """
    rows = _xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file)
    last = Period(period).last
    if not rows:
        raise ReturnsUnreadable(where=file.name, reason="the file is empty")
    names = [headings().get("".join(str(cell or "").lower().split()), "") for cell in rows[0]]
    subject = next((name for name in ("institution", "district") if name in names), "")
    measures = [name for name in Measure if name in names]
    if not subject or not measures:
        raise ReturnsUnreadable(where=file.name, reason="the header lacks a column")
    returns: list[Return] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(names, row, strict=False))
        name = str(cells.get(subject) or "").strip()
        if not name:
            continue
        ids: dict[str, Any] = (
            {"organization": directory.resolve(name, last).pk}
            if subject == "institution"
            else {"district": directory.district(name, last).pk}
        )
        returns += [
            Return(measure, whole_number(cells.get(measure), f"{file.name}, row {number}"), **ids)
            for measure in measures
        ]
    if not returns:
        raise ReturnsUnreadable(where=file.name, reason="the file holds no rows")
    return keep_returns(by=by, period=period, returns=returns, source=file.name)


def _csv(file: Path) -> Sequence[Sequence[object]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ReturnsUnreadable(where=file.name, reason=error.strerror or "unknown") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise ReturnsUnreadable(where=file.name, reason="it is no CSV file")


def _xlsx(file: Path) -> Sequence[Sequence[object]]:
    import openpyxl  # slow to import, and only here

    try:
        with file.open("rb") as opened:
            sheet = openpyxl.load_workbook(opened, read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()
            return [list(row) for row in sheet.iter_rows(max_row=20_000, max_col=50, values_only=True)]
    except Exception as error:  # openpyxl raises anything on a damaged workbook
        raise ReturnsUnreadable(where=file.name, reason=type(error).__name__) from None


@transaction.atomic
def take_back_returns(*, by: Actor, source: str) -> int:
    """Remove the returns that one source brought. Returns how many."""
    count, _details = StatisticalReturn.objects.filter(source=source).delete()
    audit.record(by=by, action="quality.take_back_returns", target="Returns", detail={"source": source, "count": count})
    return count
