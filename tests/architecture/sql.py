"""SQL as it is read here, in files and in the strings of Python: whatever its capitals and blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinling.config.database.functions import NAMED
from tests.architecture.reading import strings

STATEMENT = re.compile(
    r"\b(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|FROM|JOIN|WHERE|CREATE|ALTER|DROP|TRUNCATE|VALUES)\b", re.I
)
FACE = re.compile(r"^-- Face: [^\n]*\n(?:--[^\n]*\n)*" + NAMED.pattern, re.M | re.I)
# What tells the present, and what reads an instant on the clock of the database's session, which is UTC.
CLOCK = re.compile(
    r"(?<![.\w])now\s*\(\s*\)|\b(?:clock|statement|transaction)_timestamp\b|\btimeofday\s*\("
    r"|\blocaltime(?:stamp)?\b|\bcurrent_(?:date|time|timestamp)\b|'(?:now|today|tomorrow|yesterday)'"
    r"|\bdate_(?:trunc|part)\b|\bto_char\s*\(|\bmake_timestamptz\s*\(|\bat\s+time\s+zone\b"
    r"|\bextract\s*\(\s*(?!epoch\b)\w+\s+from\b|\b(?:age|date)\s*\(\s*[a-z]"
    r"|\b(?:\w+_at|at|as_of|stamp)\s*::\s*text\b"
    r"|\bcast\s*\((?!\s*%)[^()]*\bas\s+(?:date|time|timestamp)\b(?!\s+with\b)",
    re.I,
)
CAST = re.compile(r"(\S*)\s*::\s*(?:date|time|timestamp)\b(?!\s+with\b)", re.I)
# A parameter, a text, a field of JSON: words that become a day. Anything else that is cast may be an instant.
TOLD = re.compile(r"(?:%s|%\(\w+\)s|\$\d+|'[^']*'\)*)$")


def without_comments(sql: str) -> str:
    """What the database reads of it."""
    return re.sub(r"--[^\n]*|/\*.*?\*/", "", sql, flags=re.S)


def clocks(sql: str) -> Iterator[str]:
    """Where SQL reads a clock by itself: the present, or the day that an instant falls on."""
    sql = without_comments(sql)
    yield from (found.group() for found in CLOCK.finditer(sql))
    yield from (found.group() for found in CAST.finditer(sql) if not TOLD.search(found.group(1)))


def statements(source: str) -> Iterator[str]:
    """Strings of a module that are SQL."""
    yield from (text for _line, text in strings(source) if STATEMENT.search(text))


def beside_functions(sql: str) -> list[str]:
    """The statements of a file of functions that make none."""
    bare = re.sub(r"\$(\w*)\$.*?\$\1\$", "''", without_comments(sql), flags=re.S)
    return [said.strip() for said in bare.split(";") if said.strip() and not NAMED.match(said)]
