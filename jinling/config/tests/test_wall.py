"""The second wall: every table with patients' rows is behind it, and raw SQL shows nobody else's rows."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db

# Tables that name patients and are never read on a person's behalf: staff's work lists, and links between
# records, which name two patients at once.
NOT_READ_FOR_A_PERSON = {"mpi_match", "mpi_link", "mpi_linkage", "cards_step"}


def tables_of_patients():
    """Tables with a column that holds a patient's id."""
    found = {"mpi_patient"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_key = field.related_model is not None and field.related_model._meta.label == "mpi.Patient"
            is_id = field.related_model is None and model._meta.app_label == "access"
            if field.name == "patient" and (is_key or is_id):
                found.add(model._meta.db_table)
    return found - NOT_READ_FOR_A_PERSON - {"access_account"}


def test_every_table_with_patients_rows_is_behind_the_wall():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND p.polname = 'named_patients'"
        )
        behind = {row[0] for row in cursor.fetchall()}
    assert tables_of_patients() - behind == set()
    assert "audit_entry" in behind


def test_raw_sql_shows_nobody_elses_rows():
    ids = [str(key) for key in mpi.register_many(by=system("t"), people=list(mpi.synthetic_people(50, 3, ["320106"])))]
    foreign = 0
    for named in ids:
        with access.walled([named]), connection.cursor() as cursor:
            for table, column in (("mpi_patient", "id"), ("mpi_identifier", "patient_id"), ("audit_entry", "patient")):
                cursor.execute(f"SELECT {column}::text FROM {table}")
                rows = [row[0] for row in cursor.fetchall()]
                assert rows
                foreign += sum(row != named for row in rows)
    assert foreign == 0
    assert len(mpi.facts(ids)) == 50
