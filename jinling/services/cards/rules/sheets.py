"""What a batch's spreadsheet may hold, over plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinling.kernel.outcomes import Invalid, NotFound, Refused

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
REQUIRED = ("name", "number")


class SheetUnreadable(Invalid):
    """Not a spreadsheet, or a dangerous one."""

    code = "card_sheet_unreadable"
    text = "The file is not a readable XLSX or CSV spreadsheet."
    mend = "Save it anew as an Excel workbook (.xlsx) without macros and password, or as CSV in UTF-8."


class SheetTooLarge(Invalid):
    """More than a batch takes."""

    code = "card_sheet_too_large"
    text = "A batch takes at most %(rows)s rows and %(megabytes)s MB."
    mend = "Split the list into several files."


class SheetEmpty(Invalid):
    """A spreadsheet without people."""

    code = "card_sheet_empty"
    text = "The file lists nobody."
    mend = "Fill in one row a person below the headings."


class ColumnsMissing(Invalid):
    """Columns that a batch needs."""

    code = "card_sheet_columns_missing"
    text = "The first row lacks these columns: %(columns)s."
    mend = "Use the template of this page."


class NameMissing(Invalid):
    """A row without a name."""

    code = "card_name_missing"
    text = "The name is missing."
    mend = "Enter the name as the identity document shows it."


class NumberDamaged(Invalid):
    """A spreadsheet has rounded a long number."""

    code = "card_number_damaged"
    text = "The number was turned into a rounded one by a spreadsheet."
    mend = "Format the column as text and enter the number again."


class BatchUnknown(NotFound):
    """No batch of the institution has this id."""

    code = "card_batch_unknown"
    text = "Your institution has no such batch."
    mend = "Take one from the list of batches."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person of a spreadsheet; ``row`` counts as the spreadsheet does, its head is row 1."""

    row: int
    values: Mapping[str, str]
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row was left out: column, sentence and mend as msgids with their fields; no names or numbers."""

    row: int
    column: str
    code: str
    text: str
    mend: str
    fields: Mapping[str, Any]


def fields_of(head: Sequence[Any], headings: Mapping[str, str]) -> dict[int, str]:
    """Which column holds which field.

    Raises:
        ColumnsMissing: a required one is not there.
    """
    found: dict[int, str] = {}
    for place, cell in enumerate(head):
        field = headings.get("".join(str(cell or "").lower().split()))
        if field and field not in found.values():
            found[place] = field
    missing = [field for field in REQUIRED if field not in found.values()]
    if missing:
        raise ColumnsMissing(where="row 1", columns=", ".join(missing))
    return found


def row_of(number: int, cells: Sequence[Any], fields: Mapping[int, str]) -> SheetRow | None:
    """A row's values as text; None when it is empty. Long numbers kept as numbers are damaged."""
    values: dict[str, str] = {}
    damaged: list[str] = []
    for place, field in fields.items():
        cell = cells[place] if place < len(cells) else None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if abs(cell) >= 10**15:
                damaged.append(field)
            values[field] = str(int(cell)) if float(cell).is_integer() else str(cell)
        else:
            values[field] = "" if cell is None else _as_written(str(cell))
    return SheetRow(number, values, tuple(damaged)) if any(values.values()) else None


def _as_written(text: str) -> str:
    """The text of a cell; CSV files guard long numbers as ``="320106..."`` or with a leading apostrophe."""
    text = text.strip().strip("\t")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'").strip()


def refusal(row: int, column: str, refused: Refused) -> RowRefusal:
    """A refusal as it is kept for one row."""
    plain = {key: value if isinstance(value, int) else str(value) for key, value in refused.fields.items()}
    return RowRefusal(row, column, refused.code, refused.text, refused.mend, plain)
