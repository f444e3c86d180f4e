"""The checks once more, slowly and in plain Python: what the SQL of both engines is measured against.

Written from the catalogue's definitions alone; it shares nothing with ``checks.py`` but the words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from jinling.engine.check.rules import EARLIEST, Receipt
from jinling.engine.spec import Column, DataSet, Rule


def judge(data_set: DataSet, receipt: Receipt, cells: Mapping[str, str | None]) -> set[tuple[str, str]]:
    """The (rule, column) pairs that a row breaks; empty means accepted."""
    broken: set[tuple[str, str]] = set()
    for column in data_set.columns:
        broken |= {(rule, column.name) for rule in _column(column, data_set, receipt, cells.get(column.name))}
    for rule in data_set.rules:
        if not _holds(rule, data_set, cells):
            broken.add((rule.code, rule.columns[0] if rule.kind == "within" else rule.columns[-1]))
    return broken


def _column(column: Column, data_set: DataSet, receipt: Receipt, cell: str | None) -> set[str]:
    form = column.format
    if cell is None:
        return {"required"} if column.required else set()
    out: set[str] = set()
    if column.required and form.kind == "text" and not column.values and cell.startswith(" "):
        out.add("required")
    if form.kind == "number":
        number = read_number(column, cell)
        if number is None:
            out.add("format")
        loose = _loose(column, cell)
        if loose is not None and column.low is not None and loose < column.low:
            out.add("range")
        if loose is not None and column.high is not None and loose > column.high:
            out.add("range")
        return out
    if form.kind in ("day", "instant"):
        moment = read_date(column, cell)
        if moment is None:
            return out | {"format"}
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        if day < EARLIEST or (not column.future and day > receipt.today) or day > dt.date(9998, 12, 31):
            out.add("date_range")
        return out
    if column.check == "resident_id":
        if "E+" in cell:
            out.add("damaged")
        if not _citizen(cell) or not _born(cell, receipt.today):
            out.add("check_digit")
        return out
    if column.values:
        if cell not in column.values:
            out.add("values")
    elif (len(cell) != form.length) if form.exact else (len(cell) > form.length):
        out.add("length")
    if column.name in data_set.key and column.name != data_set.institution and not column.values and "E+" in cell:
        out.add("damaged")
    if column.pattern and not re.fullmatch(column.pattern, cell):
        out.add("pattern")
    if column.name == data_set.institution and cell in receipt.foreign:
        out.add("institution")
    return out


def _holds(rule: Rule, data_set: DataSet, cells: Mapping[str, str | None]) -> bool:
    columns = [data_set.by_name[name] for name in rule.columns]
    given = [cells.get(name) for name in rule.columns]
    if rule.kind == "together":
        return given[0] is None or given[1] is not None
    if given[0] is None:
        return True
    if rule.kind == "required_when":
        return given[0] not in rule.when or given[1] is not None
    if rule.kind == "within":
        total = _loose(columns[0], given[0])
        parts = [
            _loose(column, cell) if cell is not None else Decimal(0)
            for column, cell in zip(columns[1:], given[1:], strict=True)
        ]
        if total is None:
            return True
        return abs(sum((part or Decimal(0) for part in parts), Decimal(0))) <= abs(total) + rule.tolerance
    if any(cell is None for cell in given):
        return True
    if rule.kind == "differ":
        return given[0] != given[1]
    if rule.kind == "identity":
        return given[0] not in rule.when or _citizen(given[1] or "")
    if rule.kind == "id_sex":
        number = given[0] or ""
        if not re.fullmatch("[0-9]{17}[0-9X]", number) or given[1] not in ("1", "2"):
            return True
        return given[1] == ("1" if int(number[16]) % 2 else "2")
    if rule.kind == "id_birth":
        number, born = given[0] or "", read_date(columns[1], given[1] or "")
        if not re.fullmatch("[0-9]{17}[0-9X]", number) or born is None:
            return True
        said = _plain_day(number[6:14])
        return said is None or said == (born.date() if isinstance(born, dt.datetime) else born)
    if rule.kind == "order":
        first, second = (read_date(column, cell or "") for column, cell in zip(columns, given, strict=True))
        if first is None or second is None:
            return True
        if isinstance(first, dt.datetime) != isinstance(second, dt.datetime):
            first, second = (one.date() if isinstance(one, dt.datetime) else one for one in (first, second))
        return first <= second
    numbers = [_loose(column, cell or "") for column, cell in zip(columns, given, strict=True)]
    if any(number is None for number in numbers):
        return True
    if rule.kind == "greater":
        return numbers[0] > numbers[1]
    if rule.kind == "at_most":
        return numbers[0] <= numbers[1]
    return abs(numbers[0] * numbers[1] - numbers[2]) <= rule.tolerance


def read_number(column: Column, cell: str) -> Decimal | None:
    """A cell as a number, or None where it is not written as the format asks."""
    whole, decimals = column.format.length - column.format.decimals, column.format.decimals
    tail = rf"([.][0-9]{{1,{decimals}}})?" if decimals else ""
    return Decimal(cell) if re.fullmatch(rf"-?[0-9]{{1,{whole}}}{tail}", cell) else None


def _loose(column: Column, cell: str | None) -> Decimal | None:
    """Only well-written numbers are compared: a badly written one is reported as such and nothing else."""
    try:
        return None if cell is None else read_number(column, cell)
    except InvalidOperation:
        return None


def read_date(column: Column, cell: str) -> dt.date | dt.datetime | None:
    """A cell as a day or an instant, by the column's format."""
    if column.format.kind == "day":
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
            return _plain_day(cell.replace("-", ""))
        return _plain_day(cell)
    found = re.fullmatch("([0-9]{8})T([0-9]{6})", cell)
    if found:
        return _instant(found[1], found[2])
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", cell):
        return _instant(cell[:10].replace("-", ""), cell[11:].replace(":", ""))
    return None


def _plain_day(text: str) -> dt.date | None:
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _instant(day: str, clock: str) -> dt.datetime | None:
    found = _plain_day(day)
    try:
        return (
            None
            if found is None
            else dt.datetime.combine(found, dt.time(int(clock[:2]), int(clock[2:4]), int(clock[4:])))
        )
    except ValueError:
        return None


def _citizen(text: str) -> bool:
    if not re.fullmatch("[0-9]{17}[0-9X]", text):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return text[17] == "10X98765432"[total % 11]


def _born(text: str, today: dt.date) -> bool:
    day = _plain_day(text[6:14])
    return day is not None and EARLIEST <= day <= today
