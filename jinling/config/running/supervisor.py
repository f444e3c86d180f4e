"""Keeps the platform's processes running together, and ends them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

STOP_WITHIN = 12.0  # seconds from the polite request to the end of the whole group
TOO_SOON = 5.0  # a process that lives shorter than this failed to start
GIVE_UP_AFTER = 5  # failed starts in a row
LIBC = ctypes.CDLL(None)  # loaded before any fork


@dataclass(frozen=True, slots=True)
class Service:
    """One process: a name for people, its argument list, what its environment adds, whether its data is dropped."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False


class Supervisor:
    """Starts services, restarts those that end unasked, and stops them all.

    Each service leads its own process group, so that a signal typed at the terminal reaches the
    supervisor alone and so that a service's own children end with it.
    """

    def __init__(self, services: Sequence[Service], *, tell: Callable[[str], None]) -> None:
        self.services = tuple(services)
        self.tell = tell
        self.stopping = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._ending: dict[str, Callable[[int], None]] = {}
        self._gave_up = False

    def start(self, *names: str) -> None:
        """Start the named services, or all; SIGTERM, SIGINT and SIGHUP from now on ask for the end."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        for service in self.services:
            if not names or service.name in names:
                self._start(service)

    def watch(self) -> int:
        """Keep the started services running until asked to stop; 0, or 1 when one could not be kept running."""
        try:
            self.keep(lambda: False)
            return 1 if self._gave_up else 0
        finally:
            self.stop()

    def keep(self, until: Callable[[], bool], *, within: float = float("inf")) -> bool:
        """Keep the services running until something holds, the time is over or the end is asked for."""
        deadline = time.monotonic() + within
        while not until() and time.monotonic() < deadline and not self.stopping.wait(0.1):
            if not all(self._keep(service) for service in self.services if service.name in self._running):
                self._gave_up = True
                self.stopping.set()
            self._see_off()
        return until()

    def beside(self, service: Service, then: Callable[[int], None]) -> None:
        """Start something that ends by itself; ``then`` hears its exit code. It ends with the rest at the latest."""
        self._start(service)
        self._ending[service.name] = then

    def _see_off(self) -> None:
        for name, then in list(self._ending.items()):
            if (code := self._running[name].poll()) is not None:
                del self._ending[name]
                _end_group(self._running.pop(name))
                then(code)

    def is_running(self, name: str) -> bool:
        """Whether the service's process is alive."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def stop(self) -> None:
        """Ask every service to end; after ``STOP_WITHIN`` seconds end whatever is left of its group."""
        self.stopping.set()
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self._running.values():
            _end_group(process)
        self._running.clear()

    def _start(self, service: Service) -> None:
        self._started[service.name] = time.monotonic()
        self._running[service.name] = subprocess.Popen(
            list(service.command),
            env={**os.environ, **service.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if service.silent else None,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def _keep(self, service: Service) -> bool:
        process = self._running[service.name]
        if process.poll() is None:
            return True
        _end_group(process)
        short = time.monotonic() - self._started[service.name] < TOO_SOON
        failures = self._failures[service.name] = self._failures.get(service.name, 0) + 1 if short else 0
        if failures >= GIVE_UP_AFTER:
            self.tell(f"{service.name} does not start (exit {process.returncode}); stopping.")
            return False
        self.tell(f"{service.name} ended (exit {process.returncode}); starting it again.")
        if not self.stopping.wait(min(failures, 5) * 0.5):
            self._start(service)
        return True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _die_with_parent() -> None:
    # A supervisor that is killed cannot tidy up: the kernel then tells its children to end.
    LIBC.prctl(1, signal.SIGTERM)
