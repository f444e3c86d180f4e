"""The command as a stranger meets it: help, typing errors, and settings that say nonsense."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import jinling
from jinling.config import cli
from jinling.config.site.city import CityNotReadable, city_of
from jinling.foundation.directory.tests.packs import PUERTO_ALBA
from jinling.kernel.countries import CHINA

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "jinling", *arguments],
        env={**os.environ, "JINLING_LOG_LEVEL": "WARNING", **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_help_lists_every_command_with_one_line() -> None:
    done = run("--help", DATABASE_URL=NOWHERE)
    listed = {line.split()[0]: line.split(maxsplit=1)[1:] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert done.returncode == 0
    assert all(listed[name] for name in cli.commands())
    assert run("help", DATABASE_URL=NOWHERE).stdout == done.stdout


def test_the_version_is_printed() -> None:
    assert run("--version", DATABASE_URL=NOWHERE).stdout.strip() == jinling.__version__


def test_a_typing_error_gets_the_nearest_command_and_exit_2() -> None:
    done = run("docter", DATABASE_URL=NOWHERE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean: jinling doctor?" in done.stderr


def test_an_unknown_option_is_exit_2() -> None:
    done = run("contexts", "--nonsense", DATABASE_URL=NOWHERE)
    assert done.returncode == 2 and "--nonsense" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must read"),
        ({"JINLING_SMTP": "nonsense"}, "JINLING_SMTP must read"),
        ({"JINLING_LOG_LEVEL": "LOUD"}, "LOUD"),
        ({"JINLING_CITY": "atlantis"}, "JINLING_CITY names atlantis, which is no city pack"),
        ({"JINLING_HOME": "/proc/nowhere"}, "JINLING_HOME names /proc/nowhere"),
    ],
)
def test_a_setting_that_says_nonsense_is_named(environment: dict[str, str], said: str) -> None:
    done = run("contexts", **{"DATABASE_URL": NOWHERE, **environment})
    assert done.returncode == 1 and done.stdout == ""
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_database_that_is_away_is_said_in_two_lines() -> None:
    done = run("directory", "list", "--json", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert '"refused": "database_away"' in done.stdout
    assert "Traceback" not in done.stderr and "jinling doctor" in done.stderr


def test_the_doctor_works_without_a_database() -> None:
    done = run("doctor", DATABASE_URL=NOWHERE)
    assert done.returncode == 1 and "DATABASE_URL" in done.stdout and "Traceback" not in done.stderr


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    done = run("contexts", JINLING_HOME=str(tmp_path / "home"), DATABASE_URL=NOWHERE)
    assert done.returncode == 1 and "JINLING_HOME" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timezone: Asia/Nowhere", "Asia/Nowhere"),
        ("timezone: ''", "no city pack"),
        ("timezone: /etc/passwd", "no city pack"),
        ("timezone: [1", "ParserError"),
        ("name: X", "'timezone'"),
        ("- x", "it holds no keys"),
        ("", "it holds no keys"),
    ],
)
def test_a_city_pack_without_a_clock_is_refused_by_the_settings_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "city.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CityNotReadable, match="JINLING_CITY names") as refused:
        city_of(str(tmp_path))
    assert said in str(refused.value) and "nanjing" in refused.value.mend_message()


@pytest.mark.parametrize(
    "text",
    [
        "code: NO",
        "- x",
        "[",
        "code: NO\nmobile: {}\npeople: {}\ndocuments: {fantasy: {}}",
        "code: NO\nmobile: {calling_code: 1, forms: ['']}\npeople: {}\ndocuments: {}",
    ],
)
def test_a_country_that_cannot_be_read_is_refused_too(tmp_path: Path, text: str) -> None:
    (tmp_path / "city.yaml").write_text("timezone: Europe/Oslo\n", encoding="utf-8")
    assert city_of(str(tmp_path)).country == CHINA
    (tmp_path / "country.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CityNotReadable) as refused:
        city_of(str(tmp_path))
    assert "country.yaml" in str(refused.value)


def test_the_code_of_a_country_stays_what_stands_there() -> None:
    assert (city_of(str(PUERTO_ALBA)).country.code, city_of("nanjing").country) == ("XV", CHINA)
