"""The embedded database: started, joined, left, and found again after its users were killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jinling.config.database import postgres

USER = """
import sys, time
from jinling.config.database.postgres import start_embedded, TUNING
server = start_embedded()
print(server.get_uri(), flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("home")
    for parent in [path, *path.parents][:4]:
        parent.chmod(parent.stat().st_mode | 0o011)
    yield path
    if running(path):
        os.kill(postmaster(path), signal.SIGINT)


def use(home: Path, seconds: float) -> subprocess.Popen[str]:
    """A process that uses the server for a time; the server answers when this returns."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "JINLING_EMBEDDED_URL")
    }
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(seconds)],
        env={**environment, "JINLING_HOME": str(home)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def postmaster(home: Path) -> int:
    return int((home / "pg" / "postmaster.pid").read_text().split()[0])


def running(home: Path) -> bool:
    file = home / "pg" / "postmaster.pid"
    return file.exists() and psutil.pid_exists(postmaster(home))


def test_the_server_stops_with_its_last_user_even_when_others_were_killed(home: Path) -> None:
    first, second = use(home, 60), use(home, 60)
    pid = postmaster(home)
    first.kill()
    first.wait()
    assert running(home)
    third = use(home, 0)
    assert third.wait(60) == 0
    assert running(home) and postmaster(home) == pid
    second.send_signal(signal.SIGINT)
    second.wait(60)
    deadline = time.monotonic() + 20
    while running(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not running(home)


def test_a_server_that_was_killed_is_started_again(home: Path) -> None:
    user = use(home, 60)
    before = postmaster(home)
    os.kill(before, signal.SIGKILL)
    user.kill()
    user.wait()
    assert use(home, 0).wait(60) == 0
    tuned = (home / "pg" / "postgresql.conf").read_text()
    assert tuned.count(postgres.MARK) == 1 and "fsync = off" not in tuned


def test_the_dead_are_struck_off_the_list(tmp_path: Path) -> None:
    users = tmp_path / ".handle_pids.json"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    users.write_text(json.dumps([os.getpid(), gone.pid]))
    postgres._forget_dead(tmp_path)
    assert json.loads(users.read_text()) == [os.getpid()]


@pytest.mark.parametrize("url", ["mysql://u@h/d", "sqlite:///x", "nonsense"])
def test_another_database_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ValueError, match="DATABASE_URL must read"):
        postgres.database_settings()


def test_an_address_becomes_djangos_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@db.example.org:6432/city?sslmode=require")
    found = postgres.database_settings()
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("city", "u", "p@ss")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example.org", "6432", {"sslmode": "require"})
