"""A data set as plain values: its columns, the rules declared on them, its key and its event date.

Formats are written as in WS 363 and WS/T 303: ``AN..22`` (up to 22 characters), ``AN18`` (exactly 18),
``N..12,2`` (up to 12 digits, 2 of them decimals), ``D8`` (a day, YYYYMMDD), ``DT15`` (an instant,
YYYYMMDDThhmmss). Days are also read as YYYY-MM-DD and instants as YYYY-MM-DD hh:mm:ss.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

FormatKind = Literal["text", "number", "day", "instant"]
RuleKind = Literal[
    "order",
    "greater",
    "at_most",
    "within",
    "product",
    "together",
    "required_when",
    "differ",
    "id_birth",
    "id_sex",
    "identity",
]

_FORM = re.compile(r"(AN|N|DT|D)(\.\.)?([0-9]+)(?:,([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Format:
    """How a cell is written. ``length`` counts characters (digits for numbers); ``exact`` forbids fewer."""

    kind: FormatKind
    length: int
    exact: bool = False
    decimals: int = 0

    @classmethod
    def parse(cls, text: str) -> Format:
        """Read ``AN..22`` and its kin.

        Raises:
            ValueError: the text is no format, or a number of more than 30 digits.
        """
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a format such as AN..22, N..12,2, D8 or DT15")
        letters, upto, length, decimals = found[1], found[2], int(found[3]), int(found[4] or 0)
        if letters == "D" and length == 8:
            return cls("day", 8, True)
        if letters == "DT" and length == 15:
            return cls("instant", 15, True)
        if letters == "N" and decimals < length <= 30:
            return cls("number", length, False, decimals)
        if letters == "AN" and not decimals and length:
            return cls("text", length, not upto)
        raise ValueError(f"{text!r} is not a format such as AN..22, N..12,2, D8 or DT15")

    def __str__(self) -> str:
        if self.kind == "day":
            return "D8"
        if self.kind == "instant":
            return "DT15"
        if self.kind == "number":
            return f"N..{self.length}" + (f",{self.decimals}" if self.decimals else "")
        return f"AN{'' if self.exact else '..'}{self.length}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column (a data element in a data set).

    ``values`` maps permitted codes to their meaning; ``value_set`` names the list they come from;
    ``pattern`` is a regular expression that RE2, Java and Python read alike; ``low`` and ``high`` bound
    numbers, both included; ``future`` lets a date lie after the day of receipt; ``element`` is the WS 363 id.
    """

    name: str
    title: str
    format: Format
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    value_set: str = ""
    check: str = ""
    pattern: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    future: bool = False
    element: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over several columns.

    order: first day or instant not after the second. greater: first number above the second. at_most:
    first not above the second. within: the first, a total, not below the sum of the rest (amounts without
    sign, ``tolerance`` in the same unit). product: first times second equals third. together: where the
    first is given the second is too. required_when: where the first is one of ``when`` the second is given.
    differ: the two are not equal. id_birth, id_sex: a citizen number agrees with a birth date or sex code.
    identity: where the first is one of ``when`` the second is a valid citizen number.
    """

    kind: RuleKind
    columns: tuple[str, ...]
    when: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)

    @property
    def code(self) -> str:
        """The rule's name in findings and counts, such as ``order(SQRQ,CJRQ)``."""
        return f"{self.kind}({','.join(self.columns)})"


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to another data set: ``columns`` here name a row there by ``on``. Told as completeness, not refused."""

    columns: tuple[str, ...]
    to: str
    on: tuple[str, ...]


@dataclass(frozen=True)
class DataSet:
    """What an institution sends under one code.

    ``institution`` is the column that names who sends; ``key`` the business key, by which a corrected row
    replaces an earlier one; ``event_date`` the day or instant whose month is the period. ``since`` is the month from
    which it is required (``2026-12``); empty for always.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    event_date: str
    institution: str
    rules: tuple[Rule, ...] = ()
    references: tuple[Reference, ...] = ()
    required_of: str = ""
    since: str = ""
    group: str = ""
    table: str = ""
    source: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(column.name for column in self.columns)
