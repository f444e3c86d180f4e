"""What is copied is fresh, and what a test commits is gone after it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from jinling.foundation.audit import public as audit
from jinling.kernel.actor import system
from tests.database import template


def test_a_template_is_made_again_when_what_makes_a_database_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "PACKAGE", tmp_path / "jinling")
    monkeypatch.setattr(template, "ROOT", tmp_path)
    folder = tmp_path / "jinling" / "services" / "cards"
    (folder / "migrations").mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("django==5.2")
    seen = [template.fingerprint()]
    for name in ("migrations/0001_initial.py", "sql/issue.sql", "migrations/0002_more.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
        seen.append(template.fingerprint())
    (folder / "sql" / "issue.sql").write_text("SELECT 1")
    seen.append(template.fingerprint())
    (tmp_path / "requirements.lock").write_text("django==5.3")
    seen.append(template.fingerprint())
    assert len(set(seen)) == len(seen) == 6
    (folder / "pages.py").write_text("")
    assert template.fingerprint() == seen[-1]


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM public."{table}"')
            counts[table] = cursor.fetchone()[0]
        return counts


@pytest.mark.django_db(transaction=True)
def test_after_a_test_stands_what_migrations_left() -> None:
    before = rows()
    assert before["audit_lane"] > 0 and before["django_migrations"] > 0 and before["audit_entry"] == 0
    audit.record(by=system("tests"), action="mpi.read", target="row")
    assert rows()["audit_entry"] == 1
    call_command("flush", interactive=False)
    assert rows() == before
