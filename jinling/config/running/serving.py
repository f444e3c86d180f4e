"""What ``jinling run`` starts, where it listens, and when it is ready."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jinling.config.database.postgres import start_embedded
from jinling.config.observing.doctor import port_is_free
from jinling.config.running.supervisor import Service, Supervisor
from jinling.kernel.outcomes import Refused

THREADS = 32  # per web process; the database allows the connections of both and of the worker
BACKLOG = 4096  # connections that may wait to be taken: a rush at release time
AT_ONCE = 1024  # connections a web process keeps open
PORTS_TRIED = 50


class NoFreePort(Refused):
    """Neither the asked port nor the next ones are free."""

    code = "no_free_port"
    text = "Ports %(first)s to %(last)s are taken."
    mend = "Name a free one: jinling run --port N"


class NotDurable(Refused):
    """The database would lose acknowledged bookings in a power cut."""

    code = "database_not_durable"
    text = "The database runs with %(settings)s off: an acknowledged booking could be lost."
    mend = "Set them to on in postgresql.conf, reload the server and start again."


def free_port(asked: int, host: str) -> int:
    """The asked port, or the next free one.

    Raises:
        NoFreePort: none of the next 50 is free.
    """
    for port in range(asked, min(asked + PORTS_TRIED, 65536)):
        if port_is_free(port, host):
            return port
    raise NoFreePort(first=asked, last=min(asked + PORTS_TRIED, 65536) - 1)


def environment(port: int) -> dict[str, str]:
    """What every process of this run finds in its environment.

    The supervisor alone owns the embedded database; its children are told where it listens.
    """
    figures = Path(settings.HOME) / "metrics" / str(port)
    shutil.rmtree(figures, ignore_errors=True)  # counts of processes that are gone
    figures.mkdir(parents=True)
    shared = {"DJANGO_SETTINGS_MODULE": "jinling.config.settings", "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    if settings.JINLING_EMBEDDED_DATABASE:
        shared["JINLING_EMBEDDED_URL"] = _embedded_url()
    return shared


def services(host: str, port: int, workers: int, shared: dict[str, str]) -> list[Service]:
    """The web server and the job worker."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
           "--workers", str(workers), "--blocking-threads", str(THREADS), "--backlog", str(BACKLOG),
           "--backpressure", str(AT_ONCE), "--respawn-failed-workers", "--respawn-interval", "0.5",
           "--workers-kill-timeout", "8", "--no-ws", "--http", "1", "--log-level", "error",
           "jinling.config.wsgi:application"]  # fmt: skip
    return [
        Service("web", web, shared),
        Service("worker", [sys.executable, "-m", "jinling", "worker", "--prepared"], shared),
    ]


def demo_loader(scale: float, seed: int, shared: dict[str, str]) -> Service:
    """The command that loads the demo city: a process of its own, so that it can be stopped at any moment."""
    options = ["--prepared", "--json", "--scale", str(scale), "--seed", str(seed)]
    return Service("demo", [sys.executable, "-m", "jinling", "demo", *options], shared, silent=True)


def _embedded_url() -> str:
    return str(start_embedded().get_uri())


def allow_many_connections() -> None:
    """Raise the limit of open files to what the system grants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


def wait_until_ready(supervisor: Supervisor, url: str, *, within: float = 60.0) -> bool:
    """Ask ``/readyz`` until it says yes, the web server ended, the end is asked for, or the time is over."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and supervisor.is_running("web") and not supervisor.stopping.wait(0.1):
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # nosec B310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            continue
    return False


# -- the demo ------------------------------------------------------------------------------


def demo_is_loaded(what: dict[str, Any]) -> bool:
    """Whether this demo was already loaded into this very database."""
    note = _demo_note()
    return note.exists() and json.loads(note.read_text(encoding="utf-8")) == {**what, "database": _database_identity()}


def remember_demo(what: dict[str, Any]) -> None:
    """Note what was loaded, so that the next start does not look through it again."""
    draft = _demo_note().with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({**what, "database": _database_identity()}), encoding="utf-8")
    draft.replace(_demo_note())


def _demo_note() -> Path:
    return Path(settings.HOME) / "demo.json"


def _database_identity() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname ="
            " current_database()) FROM pg_control_system()"
        )
        return str(cursor.fetchone()[0])
