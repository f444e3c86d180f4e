"""Rejected rows for those who repair them: as values, and as a workbook with a reason beside every row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.catalogue.templates import headings
from jinling.data.collection.models import Submission
from jinling.data.collection.queries import manifest
from jinling.engine.check.rejections import RejectedRow, rejected_rows

PAGE = 5000


def rows_of(submission: UUID | str, *, after: int = -1, limit: int = PAGE) -> list[RejectedRow]:
    """A page of rejected rows in file order.

    Raises:
        SubmissionUnknown: no such submission.
    """
    one = manifest.submission(submission)
    return list(rejected_rows(manifest.quarantine_of(one.pk), catalogue().find(one.data_set), after=after, limit=limit))


def every_row(one: Submission) -> Iterator[RejectedRow]:
    """All rejected rows, page by page."""
    after = -1
    while page := rows_of(one.pk, after=after):
        yield from page
        after = page[-1].row


def reason(row: RejectedRow) -> str:
    """What is wrong with a row, in the reader's language: column, rule, and how to mend it."""
    said = []
    for finding in row.findings:
        name = f"{finding.column}: " if finding.column else ""
        said.append(f"{name}{finding.rule}. {gettext(finding.mend)}")
    return " ".join(said)


def workbook(submission: UUID | str, path: Path) -> int:
    """Write the rejected rows as a form to repair and send again: line, reason, and every column. Returns the rows.

    Cells are written as texts, so that a spreadsheet neither rounds a number nor runs a formula. The first two columns
    are let go when the workbook comes back.

    Raises:
        SubmissionUnknown: no such submission.
    """
    import xlsxwriter  # slow to import, and only here

    one = manifest.submission(submission)
    data_set = catalogue().find(one.data_set)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FDE2E0"})
        sheet = book.add_worksheet(one.data_set[:31])
        sheet.set_column(0, len(data_set.columns) + 1, 16, text)
        for place, heading in enumerate(["_row", "_reason", *headings(data_set)]):
            sheet.write_string(0, place, heading, bold)
        count = 0
        for count, row in enumerate(every_row(one), start=1):
            broken = {finding.column for finding in row.findings}
            sheet.write_string(count, 0, str(row.row), text)
            sheet.write_string(count, 1, reason(row), text)
            for place, (name, cell) in enumerate(row.cells.items(), start=2):
                shown = row.text if row.text and place == 2 else cell
                if shown:
                    sheet.write_string(count, place, shown[:32_767], wrong if name in broken else text)
        sheet.freeze_panes(1, 2)
    return count


def as_plain(row: RejectedRow) -> dict[str, Any]:
    """A rejected row for JSON: line, findings (rule, column, value, mend), and the text where it has no cells."""
    return {
        "row": row.row,
        "text": row.text,
        "findings": [
            {"rule": one.rule, "column": one.column, "value": one.value, "remedy": gettext(one.mend)}
            for one in row.findings
        ],
    }
