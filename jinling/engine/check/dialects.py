"""How DuckDB and Spark say the few things that the checks need. Everything else is SQL that both read."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

# What a name of the catalogue may look like; nothing else is ever put between quotes.
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,62}")

DAY, DAY_DASHED = "[0-9]{8}", "[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT, INSTANT_DASHED = "[0-9]{8}T[0-9]{6}", "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"


class Dialect(ABC):
    """The words of one SQL engine. Arguments and results are SQL expressions; texts are never NULL-safe."""

    name = "ansi"

    def identifier(self, name: str) -> str:
        """A column name, quoted.

        Raises:
            ValueError: the name holds anything but capital letters, digits and underscores.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be a column name")
        return self._quote(name)

    @abstractmethod
    def text(self, value: str) -> str:
        """A string literal."""

    @abstractmethod
    def matches(self, expression: str, pattern: str) -> str:
        """Whether the whole text matches a regular expression."""

    @abstractmethod
    def day(self, expression: str) -> str:
        """A text as a date, NULL where it is none."""

    @abstractmethod
    def instant(self, expression: str) -> str:
        """A text as a timestamp, NULL where it is none."""

    def decimal(self, expression: str, digits: int, decimals: int) -> str:
        """A text as a decimal, NULL where it is none."""
        return f"TRY_CAST({expression} AS DECIMAL({digits},{decimals}))"

    @abstractmethod
    def starts_with(self, expression: str, prefix: str) -> str:
        """Whether a text begins with another."""

    @abstractmethod
    def contains(self, expression: str, part: str) -> str:
        """Whether a text holds another."""

    def mod(self, expression: str, divisor: int) -> str:
        """The rest of a whole division."""
        return f"(({expression}) % {divisor})"

    @abstractmethod
    def quotient(self, expression: str, divisor: int) -> str:
        """Whole division of a BIGINT."""

    @abstractmethod
    def list_of(self, expressions: list[str]) -> str:
        """The numbers among the expressions that are not NULL, as one list."""

    @abstractmethod
    def _quote(self, name: str) -> str:
        """A name between the engine's own quotes."""


@dataclass(frozen=True)
class DuckDB(Dialect):
    """DuckDB 1.4 and later."""

    name = "duckdb"

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def matches(self, expression: str, pattern: str) -> str:
        return f"regexp_full_match({expression}, {self.text(pattern)})"

    def day(self, expression: str) -> str:
        return f"{self._strptime(expression, 8, '%Y%m%d', 10, DAY_DASHED, '%Y-%m-%d')}::DATE"

    def instant(self, expression: str) -> str:
        return self._strptime(expression, 15, "%Y%m%dT%H%M%S", 19, INSTANT_DASHED, "%Y-%m-%d %H:%M:%S")

    def _strptime(self, x: str, short: int, form: str, long: int, dashed: str, dashed_form: str) -> str:
        # strptime skips blanks at either end and takes one digit for two. The length and the two outer
        # characters shut that out at a third of the price of a regular expression.
        return (
            f"(CASE WHEN strlen({x}) = {short} AND {x} >= '0' AND right({x}, 1) BETWEEN '0' AND '9' "
            f"THEN TRY_STRPTIME({x}, '{form}') "
            f"WHEN strlen({x}) = {long} AND {self.matches(x, dashed)} THEN TRY_STRPTIME({x}, '{dashed_form}') END)"
        )

    def starts_with(self, expression: str, prefix: str) -> str:
        return f"starts_with({expression}, {self.text(prefix)})"

    def contains(self, expression: str, part: str) -> str:
        return f"contains({expression}, {self.text(part)})"

    def quotient(self, expression: str, divisor: int) -> str:
        return f"(({expression}) // {divisor})"

    def list_of(self, expressions: list[str]) -> str:
        return f"list_filter([{', '.join(expressions)}], lambda x: x IS NOT NULL)"

    def _quote(self, name: str) -> str:
        return f'"{name}"'


@dataclass(frozen=True)
class Spark(Dialect):
    """Spark 4 with ANSI mode on."""

    name = "spark"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def matches(self, expression: str, pattern: str) -> str:
        # rlike looks for a part; \z is the very end, where $ would let a line feed through.
        whole = self.text(rf"\A(?:{pattern})\z")
        return f"({expression} RLIKE {whole})"

    def day(self, expression: str) -> str:
        return f"CAST({self._parse(expression, DAY, 'yyyyMMdd', DAY_DASHED, 'yyyy-MM-dd')} AS DATE)"

    def instant(self, expression: str) -> str:
        # Without a time zone: an instant is what the hospital's clock showed.
        moment = self._parse(expression, INSTANT, "yyyyMMdd\\'T\\'HHmmss", INSTANT_DASHED, "yyyy-MM-dd HH:mm:ss")
        return f"CAST({moment} AS TIMESTAMP_NTZ)"

    def _parse(self, x: str, plain: str, form: str, dashed: str, dashed_form: str) -> str:
        return (
            f"(CASE WHEN {self.matches(x, plain)} THEN TRY_TO_TIMESTAMP({x}, '{form}') "
            f"WHEN {self.matches(x, dashed)} THEN TRY_TO_TIMESTAMP({x}, '{dashed_form}') END)"
        )

    def starts_with(self, expression: str, prefix: str) -> str:
        return f"startswith({expression}, {self.text(prefix)})"

    def contains(self, expression: str, part: str) -> str:
        return f"contains({expression}, {self.text(part)})"

    def quotient(self, expression: str, divisor: int) -> str:
        return f"(({expression}) DIV {divisor})"

    def list_of(self, expressions: list[str]) -> str:
        return f"filter(array({', '.join(expressions)}), x -> x IS NOT NULL)"

    def _quote(self, name: str) -> str:
        return f"`{name}`"
