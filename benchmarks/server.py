"""A platform of its own for a measurement: a home in a temporary folder, prepared, served by granian."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def own_home() -> Path:
    """A fresh home for this process; to be called before Django is set up."""
    home = Path(tempfile.mkdtemp(prefix="jinling-bench-"))
    os.environ["JINLING_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
    os.environ["JINLING_MESSAGING"] = "file"
    return home


def set_up() -> None:
    """Django on the prepared database of the home."""
    import django

    django.setup()
    from jinling.config.database.preparation import ensure_prepared

    ensure_prepared()


class Server:
    """granian on a free port, in a process group of its own."""

    def __init__(self, *, workers: int = 2, threads: int = 32) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            str(workers),
            "--blocking-threads",
            str(threads),
            "--backlog",
            "4096",
            "--backpressure",
            str(threads),
            "--no-ws",
            "--http",
            "1",
            "--log-level",
            "error",
            "jinling.config.wsgi:application",
        ]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(self.command, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
                    link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if link.recv(64).startswith(b"HTTP/1.1 200"):
                        return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """SIGKILL to the whole group: nobody gets to tidy up."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ask it to end, then make it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None
