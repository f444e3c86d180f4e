"""The second wall: every table with patients' rows is behind it, and raw SQL shows nobody else's rows."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, models

from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import people as mpi_people
from jinling.kernel.actor import Actor, system
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.testing import CLIENT, a_hospital, a_session

pytestmark = pytest.mark.django_db
BY = system("t")

# Tables that name patients and are never read on a person's behalf, with the reason. They are not granted to the
# reading role at all, so that nothing of them is seen behind the wall.
NOT_READ_FOR_A_PERSON = {
    "mpi_match": "a staff's work list, two patients a row",
    "mpi_link": "joins two records of one person",
    "mpi_linkage": "the steps that joined or separated two records",
    "access_account": "an account, not a record; read at every request before anybody is named",
}


def columns_of_patients() -> dict[str, set[str]]:
    """Columns that hold a patient's id, by table: foreign keys to a patient under any name, and ids in clear."""
    found: dict[str, set[str]] = {"mpi_patient": {"id"}}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_key = isinstance(field, models.ForeignKey) and field.related_model._meta.label == "mpi.Patient"
            is_id = not field.is_relation and field.name in ("patient", "patient_id")
            if (is_key or is_id) and model._meta.label != "mpi.Patient":
                found.setdefault(model._meta.db_table, set()).add(str(field.column))
    return found


def policies() -> dict[str, str]:
    """The condition of each table's wall, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_expr(p.polqual, p.polrelid) FROM pg_class c"
            " JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND p.polname = 'named_patients'"
        )
        return dict(cursor.fetchall())


def test_every_table_with_a_patient_column_is_behind_the_wall():
    behind, wanted = policies(), columns_of_patients()
    assert set(wanted) - set(behind) - set(NOT_READ_FOR_A_PERSON) == set()
    assert set(NOT_READ_FOR_A_PERSON) <= set(wanted) and not set(NOT_READ_FOR_A_PERSON) & set(behind)
    assert {"scheduling_appointment", "scheduling_waitlistentry", "cards_card", "audit_entry", "access_consent"} <= set(
        behind
    )
    for table, condition in behind.items():
        assert "access_named_patients" in condition, table
        assert any(f"({column})" in condition or f"{column}" in condition for column in wanted[table]), table


def test_nothing_that_is_not_behind_the_wall_is_granted_to_the_reading_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege('jinling_reader', c.oid, 'SELECT')"
        )
        readable = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind IN ('r', 'p', 'v', 'm')"
            " AND has_table_privilege('jinling_reader', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        )
        writable = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = 'jinling_reader'")
        assert cursor.fetchone() == (False,)
    assert readable == set(policies()) and writable == set()


@pytest.fixture
def two():
    """Two people with rows in many tables: records, numbers, relations, a booking, a word, an emergency."""
    people = [str(key) for key in mpi.register_many(by=BY, people=list(mpi.synthetic_people(2, 3, ["320106"])))]
    hospital = a_hospital()
    session = a_session(hospital)
    clinician = Actor(kind="account", id=str(uuid4()), role="clinician", purpose="TREAT", organization=hospital.code)
    for number, patient in enumerate(people):
        account = access_citizens.open_account(by=BY, mobile=f"1391234567{number}")
        mpi.relate(by=BY, account=str(account.pk), patient=patient, relation="self", verified=True)
        mpi_people.verify_real_name(by=BY, patient=patient)
        scheduling.book(
            by=CLIENT, request=scheduling.BookingRequest(session=session, patient=UUID(patient), route="app")
        )
        access.give_consent(by=BY, patient=patient, decision="deny", text="t", text_version="1")
        access.open_emergency_access(by=clinician, patient=patient, reason="unconscious in the street", fresh=True)
    return people


FILLED = {"mpi_patient", "mpi_identifier", "mpi_related_person", "scheduling_appointment", "access_consent",
          "access_emergency", "audit_entry"}  # fmt: skip


def rows_seen() -> dict[str, list[str]]:
    """The patients' ids in every table behind the wall, as the current role sees them."""
    found = {}
    with connection.cursor() as cursor:
        for table in policies():
            [column] = columns_of_patients()[table] if len(columns_of_patients()[table]) == 1 else ["patient_id"]
            cursor.execute(f"SELECT {column}::text FROM {table}")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_whoever_names_nobody_sees_nothing_and_whoever_names_one_sees_that_one(two):
    whole = rows_seen()
    assert {table for table, rows in whole.items() if set(two) <= set(rows)} >= FILLED
    for named in ([], [""], [str(uuid4())]):
        with access.walled(named):
            seen = rows_seen()
        # Entries that concern nobody name nobody: they may be seen by whoever names nobody.
        assert {table: rows for table, rows in seen.items() if set(rows) - {""}} == {}
    for patient in two:
        with access.walled([patient]):
            seen = rows_seen()
        assert {table for table in FILLED if set(seen[table]) == {patient}} == FILLED
        assert all(set(rows) <= {patient} for rows in seen.values())
        for table in FILLED:
            assert len(seen[table]) == whole[table].count(patient), table
    assert rows_seen() == whole  # the wall is down again


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
