"""The bulletin as JSON values: figures with their title, unit, definition, completeness, and why any is missing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from jinling.data.statistics.printing.printable import table_notes
from jinling.data.statistics.rules.bulletins import Bulletin
from jinling.data.statistics.rules.cells import printed
from jinling.data.statistics.rules.checks import Check
from jinling.data.statistics.rules.layout import Wording
from jinling.data.statistics.rules.missing import Missing
from jinling.data.statistics.rules.tables import Table, printed_total
from jinling.kernel.figures import Figure


def document(of: Bulletin) -> dict[str, Any]:
    """The bulletin as JSON; docs/reference/bulletin.md says what each key holds.

    Titles, notes and texts of checks are in the active language; names of rows, words and reasons are the city's own
    whatever the language.
    """
    language = _language()
    return {
        "period": str(of.period),
        "title": of.title.text(language),
        "publisher": of.publisher.text(language),
        "as_of": of.as_of.isoformat(timespec="seconds"),
        "standing": of.standing,
        "release": _edition(of),
        "complete": not of.partial and not any(_uncounted(part) for part in of.parts),
        "tables": {part.layout.name: _table(part, of, language) for part in of.parts},
        "checks": [check_document(check, language) for check in of.checks],
    }


def check_document(check: Check, language: str | None = None) -> dict[str, Any]:
    """A check as JSON, its text in a language, the active one by default."""
    return {
        "code": check.code,
        "table": check.table,
        "ok": check.ok,
        "expected": check.expected,
        "counted": check.counted,
        "text": check.said.text(language or _language()) if check.said else check.code,
    }


def _language() -> str:
    return get_language() or ""


def _edition(of: Bulletin) -> dict[str, Any] | None:
    edition = of.edition
    if edition is None:
        return None
    return {
        "version": edition.version,
        "approved_at": edition.approved_at.isoformat(timespec="seconds"),
        "cut_off": edition.cut_off.isoformat(timespec="seconds"),
        "first_on": edition.first_on.isoformat(),
        "reason": edition.reason,
        "changed_cells": edition.changed,
    }


def _uncounted(table: Table) -> bool:
    """Whether the platform lacks figures of a table; what institutions say instead of a figure is no lack."""
    lacking = {str(reason) for reason in Missing}
    return bool(table.missing) or any(
        isinstance(cell, Figure) and cell.reason in lacking for row in table.rows for cell in row
    )


def _table(table: Table, of: Bulletin, language: str) -> dict[str, Any]:
    reasons = own_reasons(of)
    units = {one.indicator: one for one in table.definitions}
    columns = table.layout.columns
    return {
        "title": table.layout.title.text(language),
        "columns": [column.code for column in columns],
        "fields": [
            {
                "code": column.code,
                "heading": column.heading.text(language),
                "holds": column.holds,
                "indicator": column.indicator or None,
                "unit": units[column.indicator].unit.text(language) if column.indicator in units else None,
                "numbers": list(table.complete[column.code]) if column.code in table.complete else None,
            }
            for column in columns
        ],
        "rows": [
            [printed(cell, column.holds, reasons) for column, cell in zip(columns, row, strict=True)]
            for row in table.rows
        ],
        "codes": list(table.codes),
        "missing": [
            {"row": place, "column": column.code, "reason": cell.reason}
            for place, row in enumerate(table.rows)
            for column, cell in zip(columns, row, strict=True)
            if isinstance(cell, Figure)
        ],
        "total": printed_total(table, reasons),
        "cumulative": table.cumulative,
        "cumulative_months": list(table.cumulative_of) if table.cumulative is not None else None,
        "scale": table.scale,
        "not_counted": table.missing or None,
        "definitions": [
            {
                "indicator": one.indicator,
                "version": one.version,
                "name": one.name.text(language),
                "unit": one.unit.text(language),
                "text": one.text.text(language),
            }
            for one in table.definitions
        ],
        "notes": table_notes(table, of, language),
    }


def own_reasons(of: Bulletin) -> dict[str, str]:
    """How each reason reads in the city's language."""
    return {code: own(wording) for code, wording in of.reasons.items()}


def own(wording: Wording) -> str:
    """A wording in the city's language."""
    return wording.own
