"""One clock and one telephone number a city: both stand in its pack, and nowhere in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.architecture.reading import PACKAGE, code, nodes, place, strings
from tests.architecture.sql import clocks

# Where a time zone's name becomes a clock, and where the process's clock is held against the database's.
CLOCKMAKERS = {"jinling/config/site/city.py"}
KNOW_THE_ZONE = {
    "jinling/config/settings.py",
    "jinling/config/observing/doctor.py",
    "jinling/foundation/directory/queries/__init__.py",
    "jinling/foundation/directory/usecases/loading.py",
}
# Expressions of Django that become the database's clock, and those that take the day of an instant.
TELLS_THE_PRESENT = "Now"
TAKES_THE_DAY = re.compile(r"(?:Trunc|Extract)[A-Z]?\w*")
PLANTED = """\
SELECT now()
select x from y where at < now()
now ( )
SELECT clock_timestamp()
select Statement_Timestamp()
SELECT CURRENT_DATE
where on_day = current_date
localtimestamp
select timeofday()
select 'now'::timestamptz
at > 'today'::date
at < 'yesterday'
date 'tomorrow'
cast('now' as timestamptz)
SELECT date_trunc('month', booked_at)
to_char (at, 'YYYY-MM')
at at time zone 'Asia/Shanghai'
extract(year from booked_at)
date_part('day', at)
age(born_at)
date(booked_at)
at::text
WHERE booked_at::date = %s
(booked_at)::date
a.at :: date
(at + interval '1 day')::time
stamp::timestamp
cast(booked_at as date)
CAST(a.at AS timestamp without time zone)""".splitlines()
TOLD = """\
SELECT %s::date, as_of::timestamptz, x::text, %s::date[], %(day)s::date
(value->>'day')::date, '2020-01-01'::date
extract(epoch FROM at)
cast(%s as date)
cast(x as timestamp with time zone)
-- now() is not asked
known()
as_of timestamptz, today date, day date
SELECT localtimes, current_dates FROM scheduling_now""".splitlines()
PLANTED_IN_DJANGO = """\
rows.filter(at__lt=Now())
functions.Now()
rows.extra(where=['x'])
rows.annotate(m=TruncMonth('at'))
Trunc('at', 'month')
TruncDate('at')
functions.ExtractYear('at')
Extract('at', 'year')""".splitlines()


def found(paths: list[Path], pattern: str | re.Pattern[str]) -> set[str]:
    """Files in which the pattern occurs."""
    return {place(path) for path in paths if re.search(pattern, path.read_text(encoding="utf-8"))}


def test_settings_alone_make_the_citys_clock() -> None:
    assert found(code(".py"), r"\bZoneInfo\(") == CLOCKMAKERS
    assert found(code(".py"), r"\bTIME_ZONE\b") == KNOW_THE_ZONE


def expressions(source: str) -> Iterator[str]:
    """Where Django writes the database's clock into SQL, or SQL that nobody reads."""
    for node in nodes(source):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        told = {keyword.arg for keyword in node.keywords}
        if name == TELLS_THE_PRESENT or (name == "extra" and isinstance(node.func, ast.Attribute)):
            yield f"{name}("
        elif TAKES_THE_DAY.fullmatch(name) and "tzinfo" not in told:
            yield f"{name}( without tzinfo"


def ticking(path: Path) -> list[str]:
    """Second clocks in a file of Python or SQL."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return list(clocks(text))
    return [*(tick for _line, said in strings(text) for tick in clocks(said)), *expressions(text)]


def test_the_present_and_the_day_are_told_by_use_cases_and_not_found_out_by_the_database() -> None:
    # What landed migrations ran is not what is applied; the engine speaks to a database that has no session's clock.
    sources = [path for path in code(".sql", ".py") if not {"engine", "sql"} & set(path.parts)]
    assert [f"{place(path)}: {tick}" for path in sources for tick in ticking(path)] == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_clock_in_sql_is_found(planted: str, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text(f"-- ok\n{planted}", encoding="utf-8")
    (tmp_path / "x.py").write_text(f'ASKED = f"{{one}} {planted}"', encoding="utf-8")
    assert ticking(tmp_path / "x.sql") and ticking(tmp_path / "x.py")


@pytest.mark.parametrize("told", TOLD)
def test_what_is_told_is_let_be(told: str) -> None:
    assert list(clocks(told)) == []


@pytest.mark.parametrize("planted", PLANTED_IN_DJANGO)
def test_a_planted_clock_in_an_expression_is_found(planted: str) -> None:
    assert list(expressions(planted))


def test_expressions_that_are_told_the_zone_are_let_be() -> None:
    told = "TruncMonth('at', tzinfo=timezone.get_default_timezone()); timezone.now(); log(extra={})"
    assert list(expressions(told)) == []


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
