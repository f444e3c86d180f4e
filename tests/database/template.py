"""A migrated database that tests copy: made once, and again when what makes a database has changed."""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier, Literal

from tests.architecture.reading import PACKAGE, ROOT

PREFIX = "jinling_template_"
KEPT = 3  # templates of other states of the tree, for those who go back and forth between branches
LOCK = 7_205_759_403

# Rows that migrations write (audit lanes, content types) belong to a fresh database: they are kept aside once and put
# back after each test that commits.
KEEP = """
CREATE SCHEMA pristine;
DO $$
DECLARE t text; filled boolean;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', t, t);
        END IF;
    END LOOP;
END $$
"""


def copy(name: str) -> None:
    """Make the database ``name`` anew as a copy of the template, and the template first where there is none.

    Several processes may ask at once: the first migrates, the others wait for it.
    """
    template = PREFIX + fingerprint()
    with psycopg.connect(**_address(), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            _make(server, template)
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    _enter(name)


def fingerprint() -> str:
    """Changes when the migrations, the SQL that they read, or a package may have changed."""
    files = [*PACKAGE.rglob("migrations/*.py"), *PACKAGE.rglob("*.sql"), *(PACKAGE / "kernel").glob("*.py")]
    digest = hashlib.sha256()
    for path in sorted([*files, ROOT / "requirements.lock"]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(server: psycopg.Connection[Any], template: str) -> None:
    draft = f"{PREFIX}draft"
    server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(draft)))
    server.execute(SQL("CREATE DATABASE {}").format(Identifier(draft)))
    _enter(draft)
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(KEEP)
    connection.close()
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(template)))
    old = SQL("SELECT datname FROM pg_database WHERE datname LIKE {} ORDER BY oid DESC OFFSET {}")
    for (other,) in server.execute(old.format(Literal(f"{PREFIX}%"), Literal(KEPT))).fetchall():
        server.execute(SQL("DROP DATABASE {}").format(Identifier(other)))


def _enter(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _address() -> dict[str, Any]:
    # The database that the settings name is there on every server, and nothing is written to it.
    held = connection.settings_dict
    named = {"dbname": held["NAME"], "user": held["USER"], "password": held["PASSWORD"], "host": held["HOST"]}
    return {**{key: value for key, value in named.items() if value}, "port": held["PORT"] or None, **held["OPTIONS"]}
