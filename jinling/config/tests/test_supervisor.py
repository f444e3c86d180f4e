"""Processes start together, come back when they end unasked, and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from jinling.config.running import supervisor as module
from jinling.config.running.supervisor import Service, Supervisor


@pytest.fixture
def signals_restored() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield None
    for number, handler in before.items():
        signal.signal(number, handler)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(program)]


def eventually(true: Callable[[], bool], within: float = 20.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def pids_in(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
# A parent with a child of its own, both deaf to a polite request.
DEAF = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", deaf])
    open(sys.argv[1], "a").write(f"{os.getpid()}\\n{child.pid}\\n")
    time.sleep(60)
"""


@pytest.mark.usefixtures("signals_restored")
def test_a_service_that_was_killed_is_started_again(tmp_path: Path) -> None:
    note, told = tmp_path / "pids", []
    supervisor = Supervisor([Service("sleeper", [*python(SLEEPER), str(note)])], tell=told.append)
    supervisor.start()
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    try:
        assert eventually(lambda: len(pids_in(note)) == 1)
        os.kill(pids_in(note)[0], signal.SIGKILL)
        assert eventually(lambda: len(pids_in(note)) == 2)
        assert supervisor.is_running("sleeper")
        assert told == ["sleeper ended (exit -9); starting it again."]
    finally:
        supervisor.stopping.set()
        watching.join(20)
    assert not any(psutil.pid_exists(pid) for pid in pids_in(note))


@pytest.mark.usefixtures("signals_restored")
def test_what_does_not_stop_when_asked_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_WITHIN", 0.5)
    note = tmp_path / "pids"
    supervisor = Supervisor([Service("deaf", [*python(DEAF), str(note)])], tell=print)
    supervisor.start()
    assert eventually(lambda: len(pids_in(note)) == 2)
    supervisor.stop()
    assert eventually(lambda: not any(_alive(pid) for pid in pids_in(note)))


@pytest.mark.usefixtures("signals_restored")
def test_a_service_that_never_starts_ends_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GIVE_UP_AFTER", 2)
    note, told = tmp_path / "pids", []
    services = [Service("sleeper", [*python(SLEEPER), str(note)]), Service("broken", python("raise SystemExit(3)"))]
    supervisor = Supervisor(services, tell=told.append)
    supervisor.start()
    assert supervisor.watch() == 1
    assert told[-1] == "broken does not start (exit 3); stopping."
    assert not any(_alive(pid) for pid in pids_in(note))


@pytest.mark.usefixtures("signals_restored")
def test_a_signal_asks_for_the_end(tmp_path: Path) -> None:
    supervisor = Supervisor([Service("sleeper", [*python(SLEEPER), str(tmp_path / "pids")])], tell=print)
    supervisor.start()
    os.kill(os.getpid(), signal.SIGTERM)
    assert supervisor.watch() == 0
    assert not supervisor.is_running("sleeper")


def test_services_end_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    program = f"""
        import time
        from jinling.config.running.supervisor import Service, Supervisor
        Supervisor([Service("sleeper", {[*python(SLEEPER), str(note)]!r})], tell=print).start()
        time.sleep(60)
    """
    parent = subprocess.Popen(python(program))
    try:
        assert eventually(lambda: len(pids_in(note)) == 1)
    finally:
        parent.kill()
        parent.wait()
    assert eventually(lambda: not _alive(pids_in(note)[0]))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.usefixtures("signals_restored")
def test_something_that_ends_runs_beside_the_services(tmp_path: Path) -> None:
    note, codes = tmp_path / "pids", []
    supervisor = Supervisor([Service("sleeper", [*python(SLEEPER), str(note)])], tell=print)
    supervisor.start()
    try:
        supervisor.beside(Service("once", python("raise SystemExit(3)"), silent=True), codes.append)
        assert supervisor.keep(lambda: bool(codes), within=20)
        assert codes == [3] and supervisor.is_running("sleeper")
        assert eventually(lambda: len(pids_in(note)) == 1)
        supervisor.beside(Service("long", [*python(SLEEPER), str(note)]), codes.append)
        assert not supervisor.keep(lambda: len(codes) == 2, within=0.3)
        assert eventually(lambda: len(pids_in(note)) == 2)
    finally:
        supervisor.stop()
    assert eventually(lambda: not any(_alive(pid) for pid in pids_in(note)))
