"""What a command needs before it runs: nothing, the tables, or the tables with the city in them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import load_command_class

from jinling.config import cli
from jinling.foundation.directory.tests.packs import WRENPORT

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
# One call of every command that looks at no table, and how it ends where there is no database.
WITHOUT_TABLES = {
    "catalogue": (("catalogue", "check"), 0),
    "city": (("city", "check", "nanjing"), 0),
    "contexts": (("contexts", "--json"), 0),
    "doctor": (("doctor", "--json"), 1),  # it says that the database is away
    "draw": (("draw", "verify", "/nowhere/receipt.json"), 1),
    "migrate": (("migrate",), 1),
    "permissions": (("permissions", "--json"), 0),
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own, as a stranger starts it."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "JINLING_EMBEDDED_URL", "JINLING_CITY")}
    return subprocess.run(
        [sys.executable, "-m", "jinling", *arguments], env={**kept, "JINLING_LOG_LEVEL": "WARNING", **environment},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that no command has seen; its database is stopped afterwards."""
    path = tmp_path_factory.mktemp("home")
    for parent in [path, *path.parents][:4]:  # the database may run as another user
        parent.chmod(parent.stat().st_mode | 0o011)
    yield path
    pid = path / "pg" / "postmaster.pid"
    if pid.exists():
        os.kill(int(pid.read_text().split()[0]), signal.SIGINT)


def test_a_pack_is_loaded_into_a_home_that_no_command_has_seen(home: Path) -> None:
    other = run("city", "load", str(WRENPORT), "--json", JINLING_HOME=str(home))
    assert other.returncode == 1 and json.loads(other.stdout)["refused"] == "another_city_named"
    loaded = run("city", "load", str(WRENPORT), JINLING_HOME=str(home), JINLING_CITY=str(WRENPORT))
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.splitlines()[0] == "Wrenport (WRN)"
    listed = run("directory", "list", JINLING_HOME=str(home), JINLING_CITY=str(WRENPORT))
    assert listed.returncode == 0 and listed.stdout.startswith("H1\tWrenport General Hospital")
    again = run("city", "load", JINLING_HOME=str(home), JINLING_CITY=str(WRENPORT))
    assert (again.returncode, again.stdout) == (0, loaded.stdout)
    assert "JINLING_CITY" not in again.stderr


def test_every_command_that_needs_no_tables_is_tried_without_a_database() -> None:
    found = set()
    for name, context in cli.commands().items():
        command = load_command_class(context, name)
        if command.needs == "nothing" or "needed" in vars(type(command)):
            found.add(name)
    assert found == set(WITHOUT_TABLES)


@pytest.mark.parametrize("name", sorted(WITHOUT_TABLES))
def test_it_ends_as_it_should_where_there_is_no_database(name: str) -> None:
    arguments, code = WITHOUT_TABLES[name]
    done = run(*arguments, DATABASE_URL=NOWHERE)
    assert (done.returncode, "Traceback" in done.stderr, "database_away" in done.stdout) == (code, False, False)
