"""The platform as its operator meets it: one command up, one signal down, on an empty machine."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest


class Platform:
    """A running ``jinling run`` with a home of its own."""

    def __init__(self, home: Path, *arguments: str, port: int = 18400, **environment: str) -> None:
        self.home, self.arguments, self.port = home, arguments, port
        own = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
        self.environment = {**own, **environment, "JINLING_HOME": str(home)}
        self.environment.pop("DATABASE_URL", None)
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> str:
        """Start it and wait until it prints where it serves; gives what it printed."""
        out = self.home.parent / f"{self.home.name}.out"
        with out.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jinling", "run", "--port", str(self.port), *self.arguments],
                env=self.environment, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        process = self.process
        address = re.compile(r"http://127\.0\.0\.1:\d+")
        eventually(lambda: address.search(out.read_text()) or process.poll() is not None, within=120)
        found = address.search(out.read_text())
        assert found, out.read_text()
        self.url = found.group()
        return out.read_text()

    def get(self, path: str) -> Any:
        """The JSON answer of a page."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.loads(answer.read())

    def children(self) -> dict[str, psutil.Process]:
        """The services by name."""
        assert self.process is not None
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                if child.status() == psutil.STATUS_ZOMBIE:
                    continue
                line = " ".join(child.cmdline())
            except psutil.NoSuchProcess:  # it ended between being listed and being asked
                continue
            found["web" if "granian" in line else "worker" if " worker" in line else line] = child
        return found

    def everything(self) -> list[psutil.Process]:
        """All processes of the platform, the database's too."""
        assert self.process is not None
        tree = psutil.Process(self.process.pid)
        pid_file = self.home / "pg" / "postmaster.pid"
        postgres = psutil.Process(int(pid_file.read_text().split()[0]))
        return [tree, *tree.children(recursive=True), postgres, *postgres.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait for the end."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)


def eventually(value: Callable[[], Any], within: float = 30.0) -> Any:
    """The first true value, or the last one."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := value():
            return found
        time.sleep(0.1)
    return value()


def alive(processes: list[psutil.Process]) -> list[str]:
    """Those that still run."""
    return [" ".join(p.cmdline()[:4]) for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home that the embedded database's own user can walk into."""
    path = tmp_path_factory.mktemp("home")
    for parent in [path, *path.parents][:4]:
        parent.chmod(parent.stat().st_mode | 0o011)
    return path / "var"


@pytest.fixture
def platform(home: Path) -> Iterator[Platform]:
    home.mkdir(exist_ok=True)
    running = Platform(home)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()


def test_it_serves_heals_itself_and_leaves_nothing_behind(platform: Platform) -> None:
    platform.start()
    assert platform.get("/readyz") == {"database": "ok", "migrations": "ok", "city": "ok"}
    assert eventually(lambda: set(platform.children()) == {"web", "worker"})

    for name in ("worker", "web"):
        before = platform.children()[name]
        before.kill()
        assert eventually(lambda name=name, before=before: platform.children().get(name, before).pid != before.pid)
    assert eventually(lambda: _ready(platform), within=60)

    processes = platform.everything()
    assert platform.stop() == 0
    assert eventually(lambda: not alive(processes)), alive(processes)


def _ready(platform: Platform) -> bool:
    try:
        return bool(platform.get("/readyz")["database"] == "ok")
    except OSError:
        return False


def test_after_a_kill_of_the_supervisor_the_next_start_serves_again(platform: Platform) -> None:
    platform.start()
    services = list(platform.children().values())
    assert platform.stop(signal.SIGKILL) == -9
    assert eventually(lambda: not alive(services)), alive(services)
    platform.start()
    assert platform.get("/readyz") == {"database": "ok", "migrations": "ok", "city": "ok"}
    processes = platform.everything()
    assert platform.stop(signal.SIGINT) == 0  # Ctrl-C
    assert eventually(lambda: not alive(processes)), alive(processes)


def test_a_taken_port_is_said_and_the_next_one_used(platform: Platform) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # earlier connections may linger
        taken.bind(("127.0.0.1", 18400))
        taken.listen()
        printed = platform.start()
        assert "18400" in printed and platform.url != "http://127.0.0.1:18400"
        assert platform.get("/healthz") == {"alive": True}
    assert platform.stop() == 0
