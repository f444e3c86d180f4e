"""A populated database of each kept version is brought to the present by ``jinling migrate``, and loses nothing."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.conf import settings

from jinling.data.statistics.rules.refusals import MonthNotCounted
from tests.upgrades import keys

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = sorted(path.name.removesuffix(".sql.xz") for path in HERE.glob("*.sql.xz"))
# Tables whose rows the platform's own parts keep in step with the code, not with what people did.
OF_THE_CODE = {"auth_permission", "django_content_type", "django_migrations"}
# Tables that a migration empties, fills or removes on purpose: name, and what it says of the number of rows.
CHANGED: dict[str, str] = {
    "terminology_valueset": "gone: nobody asked for value sets",
    "directory_location": "gone: nobody entered or read places within institutions",
    "terminology_conceptmap": "gone: nobody asked for maps between codes",
}


def connect(name: str) -> psycopg.Connection:
    """The test server, outside the database that pytest-django watches."""
    where = settings.DATABASES["default"]
    parts = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    return psycopg.connect(
        **{key: str(value) for key, value in parts.items() if value}, dbname=name, autocommit=True, **where["OPTIONS"]
    )


def address(name: str) -> str:
    """``DATABASE_URL`` of a database of the test server."""
    where = settings.DATABASES["default"]
    asked = {"host": where["HOST"], "port": where["PORT"], **where["OPTIONS"]}
    who = quote(where["USER"], safe="") + (f":{quote(where['PASSWORD'], safe='')}" if where["PASSWORD"] else "")
    return f"postgresql://{who}@/{name}?{urlencode({key: value for key, value in asked.items() if value})}"


@pytest.fixture(params=KEPT)
def kept(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """One kept version in a database of its own: its commit and the database's name."""
    name = f"upgrade_{request.param}_{os.getpid()}"
    statements = lzma.decompress((HERE / f"{request.param}.sql.xz").read_bytes())
    with connect("postgres") as server:
        server.execute(f'CREATE DATABASE "{name}"')
        # A role belongs to the server, so no database's dump brings it; the first migration makes it.
        if server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'jinling_reader'").fetchone() is None:
            server.execute("CREATE ROLE jinling_reader NOLOGIN NOINHERIT")
        try:
            with connect(name) as database:
                database.execute(statements)
            yield request.param, name
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows(name: str) -> dict[str, int]:
    """How many rows each table holds."""
    with connect(name) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = psycopg.sql.SQL("SELECT count(*) FROM {}")
        return {
            table: database.execute(count.format(psycopg.sql.Identifier("public", table))).fetchone()[0]
            for (table,) in tables
        }


def test_nothing_is_lost_and_the_platform_goes_on(kept: tuple[str, str], tmp_path: Path) -> None:
    commit, name = kept
    before = rows(name)
    assert sum(count > 0 for count in before.values()) > 60  # a database in which much has happened
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("JINLING_")},
        "JINLING_HOME": str(tmp_path / "home"),
        "JINLING_SECRETS": str(keys.write(tmp_path / "secrets")),
        "DATABASE_URL": address(name),
        "DJANGO_SETTINGS_MODULE": "jinling.config.settings",
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("jinling", "migrate", "--no-input", "--verbosity=0")
    after = rows(name)
    changed = {table: (count, after.get(table)) for table, count in before.items() if after.get(table) != count}
    assert set(changed) - OF_THE_CODE == set(CHANGED) & set(before), changed

    # What replays brought lies in their months and under their names: a further month stands beside it.
    with connect(name) as database:
        outside = "channel = 'replay' AND to_char(received_on, 'YYYY-MM') <> substr(batch, 8)"
        assert database.execute(f"SELECT count(*) FROM collection_submission WHERE {outside}").fetchone() == (0,)
        live = "batch = '' AND from_on = '2018-05-01'"
        assert database.execute(f"SELECT count(*) FROM collection_participation WHERE {live}").fetchone() == (0,)

        first = "JOIN terminology_codesystemversion AS v ON v.id = version_id WHERE v.version = 'unversioned'"
        moved = database.execute(f"SELECT count(*) FROM terminology_concept {first}").fetchone()
        assert moved == (before["terminology_concept"],)

    facts = HERE / f"{commit}.json"
    expected = json.loads(facts.read_text(encoding="utf-8"))
    seen = json.loads(run("tests.upgrades.look", str(facts)).splitlines()[-1])
    assert seen["pending"] == []
    assert (seen["patient"], seen["name"]) == (expected["person"]["patient"], expected["person"]["name"])
    assert seen["audit"]["findings"] == [] and seen["audit"]["heads"] == before["audit_signedhead"]
    assert seen["audit"]["entries"] == before["audit_entry"]
    # Of release windows nothing was replayed in that month, nor lived: what stands today is no figure of it.
    assert seen["figures"] == {**expected["figures"], "schedule_release": []}
    # Who took part on no day that anybody wrote down began no month: nobody counted then.
    assert seen["long_ago"] == MonthNotCounted.code
    assert seen["open_to_all"] == []
    assert seen["booked"] == 1 and seen["audit_after"] == 0

    # The pack of today brings its versions beside what stood.
    run("jinling", "city", "load")
    for code, day in (("1", "2010-01-01"), ("1", "2100-01-01")):
        assert run("jinling", "terminology", "lookup", "GB/T 2261.1", code, "--on", day, "--language", "en") == "Male\n"
