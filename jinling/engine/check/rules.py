"""Declared rules become one query.

A ``Plan`` holds, for one data set and one receipt, the typed expressions of every column, the list of
checks (each a SQL truth that holds for a good row) and the condition under which a row is accepted. The
same plan is said in DuckDB's and in Spark's words; ``reference.py`` says it a third time in plain Python.

Two principles keep the dialects alike: a missing cell is NULL and passes everything but ``required``; and
a rule over several columns passes where one of its cells is missing or unreadable, because the column's own
check has already spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any

from jinling.engine.check.dialects import Dialect
from jinling.engine.spec import Column, DataSet, Rule

ROW = "_row"  # the line (or sheet row, or record) of the received file that a row stands in
EARLIEST = date(1880, 1, 1)
RESIDENT_ID = "[0-9]{17}[0-9X]"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def _(text: str) -> str:
    """Marks a text for translation; faces translate it."""
    return text


# What to do about a cell that breaks a rule, by the rule's first word; English msgids.
MENDS = {
    "required": _("Fill the cell; the column must not be empty or begin with a blank."),
    "length": _("Shorten the value to the declared length."),
    "format": _("Write the value in the declared format."),
    "damaged": _("A spreadsheet rounded this number. Format the column as text and export it again."),
    "values": _("Use a code of the value set."),
    "pattern": _("Write the value in the declared pattern."),
    "range": _("Correct the value; it lies outside the declared range."),
    "date_range": _("Correct the date; it lies before 1880 or after the day of receipt."),
    "check_digit": _("Compare the number with the document; its check digit or birth date is wrong."),
    "institution": _("Send rows of your own institution only, under its registered code."),
    "order": _("Correct the dates; the first must not be later than the second."),
    "greater": _("Correct the values; the first must be above the second."),
    "at_most": _("Correct the values; the first must not be above the second."),
    "within": _("Correct the amounts; the total is less than the sum of its parts."),
    "product": _("Correct the amounts; price times quantity is not the amount."),
    "together": _("Fill the second column wherever the first is given."),
    "required_when": _("Fill the second column; the first column's code calls for it."),
    "differ": _("Correct the values; the two must not be equal."),
    "id_birth": _("Compare the citizen number with the birth date; they contradict each other."),
    "id_sex": _("Compare the citizen number with the sex code; they contradict each other."),
    "identity": _("Correct the document number; the document kind says it is a citizen number."),
    "key_conflict": _("Send one row for each business key; this file holds several that differ."),
    "row_fields": _("Send as many cells in every row as the header has."),
    "row_encoding": _("Save the file in one encoding, UTF-8 or GB 18030."),
    "row_quotes": _("Close every quotation mark; double those inside a cell."),
    "row_json": _("Write one JSON object of plain values on every line."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One declared rule: ``rule`` names it in findings, ``column`` is the cell to mend, ``passes`` SQL truth.

    ``single`` rules look at their own cell alone, and all but ``required`` pass where it is missing. They surely pass
    where a cell has at most ``bytes`` bytes, does not begin with ``prefix``, does not hold ``part`` (whichever is
    given): what a reader can tell of a column as a whole, it need not ask of every row.
    """

    rule: str
    column: str
    passes: str
    single: bool = False
    bytes: int = -1
    prefix: str = ""
    part: str = ""

    @property
    def mend(self) -> str:
        """What to do about it (an English msgid)."""
        return MENDS[self.rule.partition("(")[0]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the checks need to know of a receipt: its day, and the codes of institutions whose rows may not come."""

    today: date
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The checks of a data set in one dialect. ``source`` is anything with ``_row`` and the text columns."""

    data_set: DataSet
    dialect: Dialect
    checks: tuple[Check, ...]

    def accepted(self, source: str) -> str:
        """A query of the good rows of ``source``, typed: ``_row`` and the columns in declared order."""
        word = self.dialect.identifier
        columns = ", ".join(
            f"{_typed(column, self.dialect)} AS {word(column.name)}" for column in self.data_set.columns
        )
        return f"SELECT {ROW}, {columns} FROM ({self._fenced(source)}) AS t WHERE {self.condition}"

    @property
    def condition(self) -> str:
        """True for a good row; never NULL."""
        return condition(self.checks)

    @cached_property
    def single(self) -> dict[str, list[Check]]:
        """The checks that look at one cell alone, by column."""
        found: dict[str, list[Check]] = {column.name: [] for column in self.data_set.columns}
        for check in self.checks:
            if check.single:
                found[check.column].append(check)
        return found

    def findings(self, source: str) -> str:
        """A query of the bad rows of ``source``: ``_row`` and ``failed``, the places of broken checks."""
        broken = [
            f"CASE WHEN {check.passes} THEN CAST(NULL AS INT) ELSE {place} END"
            for place, check in enumerate(self.checks)
        ]
        listed = self.dialect.list_of(broken)
        return (
            f"SELECT {ROW}, failed FROM (SELECT {ROW}, {listed} AS failed FROM ({self._fenced(source)}) AS t) AS u "
            f"WHERE {self._size('failed')} > 0"
        )

    def typed(self, source: str) -> str:
        """``source`` with a read value ``v_NAME`` beside every day, instant and number."""
        extra = [
            f"{self.value(column)} AS v_{column.name}"
            for column in self.data_set.columns
            if column.format.kind != "text"
        ]
        return f"SELECT *, {', '.join(extra)} FROM {source}" if extra else f"SELECT * FROM {source}"

    def value(self, column: Column) -> str:
        """The day, instant or number that a column's text says; NULL where it says none."""
        cell = self.dialect.identifier(column.name)
        if column.format.kind == "day":
            return self.dialect.day(cell)
        if column.format.kind == "instant":
            return self.dialect.instant(cell)
        # A cast alone would take 1e3, blanks and too many decimals.
        written = self.dialect.matches(cell, number_pattern(column))
        cast = self.dialect.decimal(cell, column.format.length, column.format.decimals)
        return f"CASE WHEN {written} THEN {cast} END"

    def _fenced(self, source: str) -> str:
        """``typed`` behind a window function, which keeps DuckDB from moving the condition below it.

        There every check would read its dates and numbers anew. The unused number itself is dropped by the planner.
        """
        if self.dialect.name != "duckdb":
            return self.typed(source)
        return f"SELECT *, row_number() OVER () AS _fence FROM ({self.typed(source)}) AS f"

    def _size(self, name: str) -> str:
        return f"len({name})" if self.dialect.name == "duckdb" else f"size({name})"


def compile_checks(data_set: DataSet, dialect: Dialect, receipt: Receipt) -> Plan:
    """All checks of a data set in a dialect's words, column by column and then across columns."""
    checks: list[Check] = []
    for column in data_set.columns:
        checks += _column_checks(column, data_set, dialect, receipt)
    checks += [_rule_check(rule, data_set, dialect) for rule in data_set.rules]
    return Plan(data_set, dialect, tuple(checks))


def condition(checks: Sequence[Check]) -> str:
    """True where all checks pass; never NULL. CASE keeps the engine from splitting and repeating it."""
    if not checks:
        return "TRUE"
    return f"CASE WHEN {' AND '.join(check.passes for check in checks)} THEN TRUE ELSE FALSE END"


def number_pattern(column: Column) -> str:
    """How a number of the column's format is written: digits, a minus sign before, a point between."""
    decimals = column.format.decimals
    tail = f"([.][0-9]{{1,{decimals}}})?" if decimals else ""
    return f"-?[0-9]{{1,{column.format.length - decimals}}}{tail}"


def _typed(column: Column, dialect: Dialect) -> str:
    return dialect.identifier(column.name) if column.format.kind == "text" else f"v_{column.name}"


def _column_checks(column: Column, data_set: DataSet, dialect: Dialect, receipt: Receipt) -> list[Check]:
    x, name = dialect.identifier(column.name), column.name
    checks: list[Check] = []

    def add(rule: str, truth: str, **proof: Any) -> None:
        checks.append(Check(rule, name, f"COALESCE({truth}, TRUE)", True, **proof))

    if column.required:
        free = column.format.kind == "text" and not column.values
        blank = f" AND NOT {dialect.starts_with(x, ' ')}" if free else ""
        checks.append(Check("required", name, f"({x} IS NOT NULL{blank})", True, prefix=" " if free else ""))
    if column.format.kind == "number":
        checks.append(Check("format", name, f"({x} IS NULL OR v_{name} IS NOT NULL)", True))
        if column.low is not None:
            add("range", f"v_{name} >= {_number(column.low)}")
        if column.high is not None:
            add("range", f"v_{name} <= {_number(column.high)}")
        return checks
    if column.format.kind in ("day", "instant"):
        checks.append(Check("format", name, f"({x} IS NULL OR v_{name} IS NOT NULL)", True))
        latest = date(9998, 12, 31) if column.future else receipt.today
        add("date_range", f"{_as_day(column)} BETWEEN {_day(EARLIEST)} AND {_day(latest)}")
        return checks
    if column.check == "resident_id":
        add("damaged", f"NOT {dialect.contains(x, 'E+')}", part="E+")
        checks.append(Check("check_digit", name, f"({x} IS NULL OR {_resident_id(x, dialect, receipt)})", True))
        return checks
    if column.values:
        add("values", f"{x} IN ({', '.join(dialect.text(code) for code in column.values)})")
    elif column.format.exact:
        add("length", f"length({x}) = {column.format.length}")
    else:
        add("length", f"length({x}) <= {column.format.length}", bytes=column.format.length)
    if column.name in data_set.key and column.name != data_set.institution and not column.values:
        add("damaged", f"NOT {dialect.contains(x, 'E+')}", part="E+")
    if column.pattern:
        add("pattern", dialect.matches(x, column.pattern))
    if column.name == data_set.institution and receipt.foreign:
        add("institution", f"{x} NOT IN ({', '.join(dialect.text(code) for code in receipt.foreign)})")
    return checks


def _rule_check(rule: Rule, data_set: DataSet, dialect: Dialect) -> Check:
    columns = [data_set.by_name[name] for name in rule.columns]
    cells = [dialect.identifier(name) for name in rule.columns]
    read = [_typed(column, dialect) for column in columns]
    if rule.kind == "order":
        if {column.format.kind for column in columns} == {"day", "instant"}:
            read = [_as_day(column) for column in columns]
        truth = f"{read[0]} <= {read[1]}"
    elif rule.kind == "greater":
        truth = f"{read[0]} > {read[1]}"
    elif rule.kind == "at_most":
        truth = f"{read[0]} <= {read[1]}"
    elif rule.kind == "within":
        parts = " + ".join(f"COALESCE({part}, 0)" for part in read[1:])
        truth = f"ABS({parts}) <= ABS({read[0]}) + {_number(rule.tolerance)}"
    elif rule.kind == "product":
        truth = f"ABS({_wide(read[0])} * {_wide(read[1])} - {read[2]}) <= {_number(rule.tolerance)}"
    elif rule.kind == "together":
        truth = f"({cells[0]} IS NULL OR {cells[1]} IS NOT NULL)"
    elif rule.kind == "required_when":
        truth = f"({cells[0]} NOT IN ({', '.join(dialect.text(code) for code in rule.when)}) OR {cells[1]} IS NOT NULL)"
    elif rule.kind == "differ":
        truth = f"{cells[0]} <> {cells[1]}"
    elif rule.kind == "id_birth":
        shaped = dialect.matches(cells[0], RESIDENT_ID)
        truth = f"(NOT {shaped} OR {dialect.day(f'substr({cells[0]}, 7, 8)')} = {_as_day(columns[1])})"
    elif rule.kind == "id_sex":
        # The 17th digit is odd for men; sex codes 1 and 2 of GB/T 2261.1, other codes say nothing.
        shaped = dialect.matches(cells[0], RESIDENT_ID)
        said = f"CASE WHEN substr({cells[0]}, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END"
        truth = f"(NOT {shaped} OR {cells[1]} NOT IN ('1', '2') OR {cells[1]} = {said})"
    else:
        calls = f"{cells[0]} IN ({', '.join(dialect.text(code) for code in rule.when)})"
        truth = f"(NOT {calls} OR {cells[1]} IS NULL OR {_resident_shape(cells[1], dialect)})"
    return Check(rule.code, rule.columns[-1] if rule.kind != "within" else rule.columns[0], f"COALESCE({truth}, TRUE)")


def _resident_id(x: str, dialect: Dialect, receipt: Receipt) -> str:
    born = dialect.day(f"substr({x}, 7, 8)")
    return (
        f"COALESCE({_resident_shape(x, dialect)} AND {born} BETWEEN {_day(EARLIEST)} AND {_day(receipt.today)}, FALSE)"
    )


def _resident_shape(x: str, dialect: Dialect) -> str:
    """Eighteen characters whose last fits the others (GB 11643, ISO 7064 MOD 11-2)."""
    # The CASE comes first in the engines' order, so that the cast never meets anything but digits.
    number = f"TRY_CAST(substr({x}, 1, 17) AS BIGINT)"
    terms = [
        f"{dialect.mod(dialect.quotient(number, 10 ** (16 - place)), 10)} * {weight}"
        for place, weight in enumerate(WEIGHTS)
    ]
    total = reduce(lambda left, right: f"{left} + {right}", terms)
    character = f"substr('{CHECK_CHARACTERS}', CAST({dialect.mod(total, 11)} AS INT) + 1, 1)"
    return f"(CASE WHEN {dialect.matches(x, RESIDENT_ID)} THEN substr({x}, 18, 1) = {character} ELSE FALSE END)"


def _as_day(column: Column) -> str:
    return f"CAST(v_{column.name} AS DATE)" if column.format.kind == "instant" else f"v_{column.name}"


def _wide(expression: str) -> str:
    """Room for a product: 15 digits before and 3 behind the point, so that two fit into 38."""
    return f"CAST({expression} AS DECIMAL(18,3))"


def _day(day: date) -> str:
    return f"DATE '{day:%Y-%m-%d}'"


def _number(value: Decimal) -> str:
    return format(value, "f")


def sources(names: Sequence[str]) -> str:
    """``_row`` and the named columns as a select list of plain texts, for readers of normalised segments."""
    return ", ".join([ROW, *(f'"{name}"' for name in names)])
