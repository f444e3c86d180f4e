"""What is there and what is off: each finding says what it is needed for and how to get it."""

from __future__ import annotations

import ctypes.util
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.utils.translation import gettext

from jinling.foundation.directory import public as directory
from jinling.kernel.contexts import contexts
from jinling.kernel.languages import ideographic, primary
from jinling.kernel.outcomes import Refused
from jinling.web.command import refusal_lines

GIB = 1024**3
LEAST_DISK = 2 * GIB
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Commits that are acknowledged must be on disk: each setting and the values that mean so.
DURABLE = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_write", "remote_apply")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``detail`` is what was found, ``needed_for`` and ``remedy`` are for people."""

    name: str
    ok: bool
    required: bool
    detail: str
    needed_for: str
    remedy: str = ""


def examine(port: int = 8000) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [
        _python(),
        *_database(),
        *_city(),
        _disk(),
        _port(port),
        _library("pango", "pango-1.0", gettext("PDF of the bulletin"), "libpango-1.0-0 libpangoft2-1.0-0", "pango"),
        _fonts(),
        _program("chromium", CHROMIUM, gettext("tests in the browser"), "chromium", "--cask chromium"),
        _program("java", ("java",), gettext("checks on a Spark cluster"), "default-jre-headless", "openjdk"),
        _program("gettext", ("msgfmt",), gettext("other tools for translators"), "gettext", "gettext"),
        Finding("contexts", True, True, gettext("%(count)s found") % {"count": len(contexts())}, gettext("everything")),
    ]


def undurable() -> list[str]:
    """Names of the server's settings under which an acknowledged commit could be lost."""
    with connection.cursor() as cursor:
        lost = []
        for name, good in DURABLE.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] not in good:
                lost.append(name)
    return lost


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True


def _get(apt: str, brew: str) -> str:
    return f"apt-get install {apt}   |   brew install {brew}"


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "python",
        sys.version_info >= (3, 11),
        True,
        version,
        gettext("everything"),
        gettext("Install Python 3.11 or newer."),
    )


def _database() -> list[Finding]:
    kind = gettext("embedded") if settings.JINLING_EMBEDDED_DATABASE else gettext("named by DATABASE_URL")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
        lost = undurable()
    except Error as error:
        return [
            Finding(
                "database",
                False,
                True,
                type(error).__name__,
                gettext("everything"),
                gettext("Start the server that DATABASE_URL names, or unset it to use the embedded one."),
            )
        ]
    return [
        Finding(
            "database",
            number >= 150000,
            True,
            f"PostgreSQL {version}, {kind}",
            gettext("everything"),
            gettext("Use PostgreSQL 15 or newer."),
        ),
        Finding(
            "durability",
            not lost,
            True,
            ", ".join(f"{name} off" for name in lost) or ", ".join(DURABLE),
            gettext("acknowledged bookings survive a power cut"),
            gettext("Set them to on in postgresql.conf and reload the server."),
        ),
    ]


def _city() -> list[Finding]:
    remedy, needed_for = (
        gettext("Name the pack of this database's city."),
        gettext("days and months that are the city's"),
    )
    try:
        if "directory_city" in connection.introspection.table_names():
            directory.ensure_own_city()
    except Refused as refused:
        detail, *advice = refusal_lines(refused)
        return [Finding("city", False, True, detail, needed_for, " ".join(advice))]
    except Error:
        return []  # told of the database already
    return [Finding("city", True, True, f"{settings.JINLING_CITY}, {settings.TIME_ZONE}", needed_for, remedy)]


def _disk() -> Finding:
    free = shutil.disk_usage(settings.HOME).free
    return Finding(
        "disk",
        free >= LEAST_DISK,
        True,
        f"{free / GIB:.1f} GiB",
        gettext("data and uploads"),
        gettext("Free at least 2 GiB or set JINLING_HOME to a larger disk."),
    )


def _port(port: int) -> Finding:
    return Finding(
        "port",
        port_is_free(port),
        False,
        str(port),
        gettext("jinling run (it takes the next free one)"),
        gettext("Choose another: jinling run --port N"),
    )


def _library(name: str, library: str, needed_for: str, apt: str, brew: str) -> Finding:
    found = ctypes.util.find_library(library)
    return Finding(name, bool(found), False, found or gettext("missing"), needed_for, _get(apt, brew))


def _program(name: str, candidates: tuple[str, ...], needed_for: str, apt: str, brew: str) -> Finding:
    found = next((path for path in map(shutil.which, candidates) if path), None)
    return Finding(name, bool(found), False, found or gettext("missing"), needed_for, _get(apt, brew))


def _fonts() -> Finding:
    listed = ""
    if fc_list := shutil.which("fc-list"):
        listed = subprocess.run(
            [fc_list, f":lang={primary(settings.LANGUAGE_CODE)}", "family"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        ).stdout.strip()
    elif sys.platform == "darwin" and Path("/System/Library/Fonts/PingFang.ttc").exists():
        listed = "PingFang SC"
    first = listed.splitlines()[0].split(",")[0] if listed else gettext("missing")
    return Finding(
        "fonts",
        bool(listed),
        False,
        first,
        gettext("text in PDF and pictures"),
        _get("fonts-noto-cjk", "--cask font-noto-sans-cjk-sc")
        if ideographic(settings.LANGUAGE_CODE)
        else _get("fonts-noto-core", "--cask font-noto-sans"),
    )
