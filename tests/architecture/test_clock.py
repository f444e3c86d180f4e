"""One clock and one telephone number a city: both stand in its pack, and nowhere in the code."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.architecture.reading import PACKAGE, code, place

# Where a time zone's name becomes a clock, and where the process's clock is held against the database's.
CLOCKMAKERS = {"jinling/config/site/city.py"}
KNOW_THE_ZONE = {
    "jinling/config/settings.py",
    "jinling/config/observing/doctor.py",
    "jinling/foundation/directory/queries.py",
    "jinling/foundation/directory/usecases/loading.py",
}
# What SQL reads on the clock of the database's session, which is UTC: a day in SQL is told, never found out.
ON_THE_SESSIONS_CLOCK = re.compile(
    r"\b(?:CURRENT_DATE|LOCALTIMESTAMP|DATE_TRUNC|TO_CHAR|MAKE_TIMESTAMPTZ)\b"
    r"|\bAT TIME ZONE\b|\b(?:now\(\)|\w+_at|\bat)::(?:date|text|time)\b",
    re.IGNORECASE,
)


def found(paths: list[Path], pattern: str | re.Pattern[str]) -> set[str]:
    """Files in which the pattern occurs."""
    return {place(path) for path in paths if re.search(pattern, path.read_text(encoding="utf-8"))}


def test_settings_alone_make_the_citys_clock() -> None:
    assert found(code(".py"), r"\bZoneInfo\(") == CLOCKMAKERS
    assert found(code(".py"), r"\bTIME_ZONE\b") == KNOW_THE_ZONE


def test_no_sql_finds_out_a_day_by_itself() -> None:
    assert ON_THE_SESSIONS_CLOCK.search("SELECT date_trunc('month', booked_at)")
    assert ON_THE_SESSIONS_CLOCK.search("WHERE booked_at::date = current_date")
    assert not ON_THE_SESSIONS_CLOCK.search("SELECT %s::date, as_of::timestamptz, x::text")
    sources = [path for path in code(".sql", ".py") if "engine" not in path.parts]
    assert found(sources, ON_THE_SESSIONS_CLOCK) == set()


def numbers() -> dict[str, str]:
    """The telephone numbers of the packs that come along, by key of city.yaml."""
    packs = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (PACKAGE / "cities").glob("*/city.yaml")]
    return {pack[key]: key for pack in packs for key in ("hotline", "emergency") if pack.get(key)}


def test_no_page_text_or_code_knows_a_citys_telephone_numbers() -> None:
    assert set(numbers().values()) == {"hotline", "emergency"}
    for number, key in numbers().items():
        # Three digits are also a width or a count in code, but never in a text.
        kinds = (".html", ".po", ".js") if key == "emergency" else (".html", ".po", ".js", ".py", ".sql")
        assert found(code(*kinds), rf"(?<![\d.]){number}(?!\d)") == set(), number
