"""Workbooks, JSON Lines and Parquet as numbered segments. Runs in the child process of ``sandbox.py`` only."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinling.engine.intake.headers import Header, fold, headings_of, resolve
from jinling.engine.intake.numbered import NumberedWriter
from jinling.engine.intake.refusals import (
    ColumnsMissing,
    ColumnsUnknown,
    FileEmpty,
    FileRefused,
    HeaderMissing,
    LineTooLong,
    ParquetUnreadable,
    WorkbookUnreadable,
)
from jinling.engine.intake.rowwise import KEPT_TEXT
from jinling.engine.intake.segments import Limits, Malformed, Segment
from jinling.engine.spec import Column, DataSet

Converted = tuple[Header, list[Segment], list[Malformed]]
EXACT = 10**15  # a spreadsheet keeps fifteen digits; a number this large has been rounded


def xlsx(path: Path, data_set: DataSet, folder: Path, limits: Limits) -> Converted:
    """The first sheet that has cells. Row numbers are the sheet's own."""
    import openpyxl

    malformed: list[Malformed] = []
    try:
        # Opened here, because openpyxl judges a path by its ending.
        book = openpyxl.load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
        header: Header | None = None
        with NumberedWriter(folder, "sheet", limits.segment_bytes) as writer:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # the file's own word on its size is not believed
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    if not any(cell not in (None, "") for cell in cells):
                        continue
                    if header is None:
                        header = resolve([as_text(cell, None) for cell in cells], data_set)
                        columns = [data_set.by_name.get(name) for name in header.names]
                        continue
                    texts = [
                        as_text(cell, columns[place] if place < len(columns) else None)
                        for place, cell in enumerate(cells)
                    ]
                    width = len(header.names)
                    if any(texts[width:]):
                        malformed.append(Malformed(number, "row_fields", ",".join(texts)[:KEPT_TEXT]))
                        continue
                    writer.row(number, (texts + [""] * width)[:width])
                if header is not None:
                    break
        if header is None:
            raise FileEmpty()
        return header, writer.segments, malformed
    except (FileEmpty, HeaderMissing, ColumnsMissing, ColumnsUnknown, MemoryError):
        raise
    except Exception as error:  # openpyxl raises anything on a damaged workbook
        if isinstance(error, FileRefused):
            raise
        raise WorkbookUnreadable(reason=f"{type(error).__name__}") from None


def jsonl(path: Path, data_set: DataSet, folder: Path, limits: Limits) -> Converted:
    """One JSON object a line; keys are names or titles of columns."""
    known = headings_of(data_set)
    header = Header(data_set.names)
    places = {name: place for place, name in enumerate(data_set.names)}
    malformed: list[Malformed] = []
    seen = False
    with NumberedWriter(folder, "lines", limits.segment_bytes) as writer, path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(limits.line_bytes + 1), b""), start=1):
            if len(raw) > limits.line_bytes:
                raise LineTooLong(line=number, limit=limits.line_bytes)
            raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if not raw:
                continue
            try:
                entry = json.loads(raw, parse_float=str, parse_int=str)
            except UnicodeDecodeError:
                malformed.append(Malformed(number, "row_encoding", raw.decode("utf-8", "replace")[:KEPT_TEXT]))
                continue
            except (ValueError, RecursionError):
                malformed.append(Malformed(number, "row_json", raw.decode("utf-8", "replace")[:KEPT_TEXT]))
                continue
            cells = _object(entry, known, places)
            if not seen and isinstance(entry, dict):
                _first_object(entry, known, data_set)
                seen = True
            if cells is None:
                malformed.append(Malformed(number, "row_json", raw.decode("utf-8", "replace")[:KEPT_TEXT]))
                continue
            if b"\\u" in raw and not _is_text(cells):
                malformed.append(Malformed(number, "row_encoding", raw.decode("utf-8", "replace")[:KEPT_TEXT]))
                continue
            writer.row(number, cells)
    return header, writer.segments, malformed


def parquet(path: Path, data_set: DataSet, folder: Path, limits: Limits) -> Converted:
    """Plain columns of a Parquet file. Row numbers count from 1."""
    import pyarrow as pa  # noqa: PLC0415 - brings Arrow; the other formats do without
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    try:
        file = pq.ParquetFile(path, memory_map=False)
        meta = file.metadata
        unpacked = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        if meta.num_columns > 5000 or unpacked > limits.unpacked_bytes:
            raise ParquetUnreadable(reason="too many columns or bytes")
        schema = file.schema_arrow
        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        if nested:
            raise ParquetUnreadable(reason="a column holds lists or structures")
        header = resolve([field.name for field in schema], data_set)
        columns = [data_set.by_name.get(name) for name in header.names]
        number = 0
        malformed: list[Malformed] = []
        with NumberedWriter(folder, "parquet", limits.segment_bytes) as writer:
            for batch in file.iter_batches(batch_size=8192):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    texts = [as_text(cell, column) for cell, column in zip(row, columns, strict=True)]
                    if any(isinstance(cell, bytes) and not _is_utf8(cell) for cell in row):
                        malformed.append(Malformed(number, "row_encoding", ",".join(texts)[:KEPT_TEXT]))
                        continue
                    writer.row(number, texts)
        return header, writer.segments, malformed
    except (pa.ArrowException, OSError, ValueError, OverflowError, UnicodeError) as error:
        raise ParquetUnreadable(reason=type(error).__name__) from None


def _is_text(cells: list[str]) -> bool:
    """Whether the cells can be written; half of a surrogate pair cannot."""
    try:
        "".join(cells).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_utf8(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _first_object(entry: dict[str, Any], known: dict[str, str], data_set: DataSet) -> None:
    found = {known.get(fold(key), "") for key in entry}
    if not found - {""}:
        raise HeaderMissing(mend="Name the columns as the form does.")
    unknown = [key[:40] for key in entry if fold(key) not in known and fold(key) not in ("_ROW", "_REASON")]
    if unknown:
        raise ColumnsUnknown(columns=", ".join(unknown[:8]))


def _object(entry: Any, known: dict[str, str], places: dict[str, int]) -> list[str] | None:
    if not isinstance(entry, dict):
        return None
    cells = [""] * len(places)
    for key, value in entry.items():
        name = known.get(fold(key))
        if name is None:
            if fold(key) in ("_ROW", "_REASON"):
                continue
            return None
        if isinstance(value, bool):
            value = "1" if value else "0"
        elif value is None:
            value = ""
        elif not isinstance(value, str):
            return None
        cells[places[name]] = value.replace("\0", "\ufffd")
    return cells


def as_text(cell: Any, column: Column | None) -> str:
    """A typed cell as the text the form asks for."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, dt.datetime):
        plain = column is not None and column.format.kind == "day"
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        if plain or (midnight and (column is None or column.format.kind != "instant")):
            return f"{cell:%Y%m%d}" if not plain or midnight else f"{cell:%Y%m%dT%H%M%S}"
        return f"{cell:%Y%m%dT%H%M%S}"
    if isinstance(cell, dt.date):
        return f"{cell:%Y%m%d}T000000" if column is not None and column.format.kind == "instant" else f"{cell:%Y%m%d}"
    if isinstance(cell, dt.time):
        return f"{cell:%H:%M:%S}"
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            return f"{cell:.5E}"
        return format(cell, ".15g")
    if isinstance(cell, int):
        return f"{cell:.5E}" if abs(cell) >= EXACT and column is not None and column.check else str(cell)
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")  # a database's numeric(5,2) says 120.00 where 120 is meant
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace").replace("\0", "\ufffd")
    return str(cell).replace("\0", "\ufffd")
