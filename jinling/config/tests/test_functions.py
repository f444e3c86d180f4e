"""SQL functions in the database are those of the files: after a change, in a standing database, by two at once."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from jinling.config.database import functions
from jinling.config.database.functions import FunctionFaulty, FunctionsStuck, FunctionTwice, Wanted
from jinling.config.models import FunctionFile
from jinling.config.observing import health
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db

ADD = """
CREATE OR REPLACE FUNCTION planted_add(a integer, b integer) RETURNS integer LANGUAGE sql AS $$ SELECT a + b $$;
"""
ADD_MORE = """
CREATE OR REPLACE FUNCTION planted_add(a integer, b integer, c integer) RETURNS text LANGUAGE sql AS $$
    SELECT (a + b + c)::text
$$;
CREATE OR REPLACE FUNCTION planted_one() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
"""


# Of the length of a word an index is made.
LETTERS = """
CREATE OR REPLACE FUNCTION planted_letters(a text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) $$;
"""
OUTER = "CREATE OR REPLACE FUNCTION planted_long(word text) RETURNS integer {}"
LONG = (
    OUTER.format("LANGUAGE plpgsql IMMUTABLE AS $$\nBEGIN\n    RETURN public.planted_letters(word);\nEND $$;") + LETTERS
)


def run(*statements: str) -> None:
    """Statements as somebody types them at the database."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def value(sql: str) -> object:
    """The first value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def with_planted(text: str) -> list[Wanted]:
    """The platform's own files and one more."""
    return [*functions.wanted(), Wanted("services.planted/add.sql", text)]


def test_a_migrated_database_has_every_file_as_it_is():
    assert functions.differing() == [] and functions.apply() == []
    assert set(FunctionFile.objects.values_list("name", flat=True)) == {file.name for file in functions.wanted()}
    for file in functions.wanted():
        assert file.functions, f"{file.name} makes no function"


def test_a_changed_file_is_made_anew_with_other_arguments_and_answer_and_what_it_made_before_goes():
    [patient] = mpi.register_many(by=system("t"), people=list(mpi.synthetic_people(1, 3, ["320106"])))
    assert functions.apply(with_planted(ADD)) == ["services.planted/add.sql"]
    assert value("SELECT planted_add(1, 2)") == 3 and functions.apply(with_planted(ADD)) == []
    assert functions.apply(with_planted(ADD_MORE)) == ["services.planted/add.sql"]
    assert value("SELECT planted_add(1, 2, 3)") == "6"
    assert value("SELECT count(*) FROM pg_proc WHERE proname = 'planted_add'") == 1
    assert functions.apply(with_planted(ADD)) == ["services.planted/add.sql"]
    assert value("SELECT to_regproc('planted_one') IS NULL")
    assert functions.apply() == ["services.planted/add.sql"]  # the file is gone
    assert value("SELECT to_regproc('planted_add') IS NULL")
    assert str(patient) in {str(key) for key in mpi.facts([patient])}  # the people are where they were


@pytest.mark.parametrize("to", ["add.sql", "zoo.sql"])
def test_a_function_may_move_to_another_file(to):
    """To one that is made before its old one, and to one that is made after it."""
    one = "CREATE OR REPLACE FUNCTION planted_one() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;"
    old, new = ("zoo.sql", "add.sql") if to == "add.sql" else ("add.sql", "zoo.sql")
    rest = {"add.sql": "", "zoo.sql": ADD}
    texts = rest | {old: rest[old] + one}
    functions.apply([*functions.wanted(), *(Wanted(f"services.planted/{name}", texts[name]) for name in sorted(texts))])
    texts = rest | {new: rest[new] + one}
    moved = [*functions.wanted(), *(Wanted(f"services.planted/{name}", texts[name]) for name in sorted(texts))]
    functions.apply(moved)
    assert value("SELECT planted_one()") == 1 and value("SELECT planted_add(1, 2)") == 3
    assert functions.differing(moved) == []


def test_two_files_may_not_make_one_function():
    twice = [*with_planted(ADD), Wanted("services.planted/also.sql", ADD)]
    with pytest.raises(FunctionTwice, match="planted_add"):
        functions.apply(twice)
    with pytest.raises(FunctionTwice):
        functions.apply(with_planted(ADD + ADD))
    assert value("SELECT to_regproc('planted_add') IS NULL")


def test_a_function_that_somebody_dropped_is_seen_and_made_again():
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION outbox_append(jsonb, timestamptz)")
    assert functions.differing() == ["foundation.outbox/append.sql"]
    functions.apply()
    assert functions.differing() == [] and not value("SELECT to_regproc('outbox_append') IS NULL")


@pytest.mark.parametrize(
    "by_hand",
    [
        "CREATE OR REPLACE FUNCTION planted_add(a integer, b integer) RETURNS integer LANGUAGE sql AS $$ SELECT 7 $$",
        "ALTER FUNCTION planted_add(integer, integer) SECURITY DEFINER",
        "CREATE FUNCTION planted_add(a text) RETURNS integer LANGUAGE sql AS $$ SELECT 7 $$",
    ],
)
def test_a_function_that_somebody_made_another_is_seen_and_made_again(by_hand: str):
    functions.apply(with_planted(ADD))
    run(by_hand)
    assert functions.differing(with_planted(ADD)) == ["services.planted/add.sql"]
    assert functions.apply(with_planted(ADD)) == ["services.planted/add.sql"]
    assert functions.differing(with_planted(ADD)) == [] and value("SELECT planted_add(1, 2)") == 3
    assert value("SELECT count(*) FROM pg_proc WHERE proname = 'planted_add' AND NOT prosecdef") == 1


@pytest.mark.parametrize(
    "body",
    [
        "LANGUAGE plpgsql IMMUTABLE AS $$\nBEGIN\n    RETURN public.planted_letters(word);\nEND $$;",
        "LANGUAGE sql IMMUTABLE AS $$ SELECT PUBLIC.PLANTED_LETTERS(word) $$;",
        "LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT planted_letters(word); END;",
    ],
    ids=["plpgsql", "sql", "atomic"],
)
def test_an_index_follows_the_function_that_computes_it(body: str):
    """The one that it names, and one that this one calls; whether a file changed or somebody's hand did."""
    if "ATOMIC" in body:  # it hangs on what it calls, which has to be there before
        functions.apply(with_planted(LETTERS))
        run(OUTER.format(body))
    else:
        functions.apply(with_planted(LETTERS + OUTER.format(body) + "\n"))
    run(
        "CREATE TABLE planted_word (word text)",
        "INSERT INTO planted_word VALUES ('one'), ('three')",
        "CREATE INDEX planted_word_long ON planted_word (planted_long(word))",
        "SET LOCAL enable_seqscan = off",
    )
    run("UPDATE planted_word SET word = word")  # this connection has planned both
    asked = "SELECT string_agg(word, ' ') FROM planted_word WHERE planted_long(word) = {}"
    assert value(asked.format(3)) == "one" and value(asked.format(6)) is None
    whole = LETTERS if "ATOMIC" in body else LETTERS + OUTER.format(body) + "\n"
    doubled = whole.replace("length(a)", "2 * length(a)")
    assert functions.apply(with_planted(doubled)) == ["services.planted/add.sql"]
    assert value(asked.format(6)) == "one" and value(asked.format(3)) is None
    run(LETTERS)
    functions.apply(with_planted(doubled))
    assert value(asked.format(6)) == "one" and value(asked.format(3)) is None


def test_an_index_that_does_not_take_what_a_function_says_now_is_named_and_nothing_is_changed():
    functions.apply(with_planted(LONG))
    run(
        "CREATE TABLE planted_word (word text)",
        "INSERT INTO planted_word VALUES ('one'), ('three')",
        "CREATE UNIQUE INDEX planted_word_long ON planted_word (planted_long(word))",
    )
    with pytest.raises(FunctionFaulty, match="planted_letters") as refused:
        functions.apply(with_planted(LONG.replace("length(a)", "1")))
    assert "planted_word_long" in str(refused.value) and refused.value.where == "services.planted/add.sql"
    assert value("SELECT planted_long('three')") == 5 and functions.differing(with_planted(LONG)) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("(a integer DEFAULT 'x') RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;", "invalid input syntax"),
        ("(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT b $$;", "does not exist"),
        ("() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; SELECT pg_sleep(60);", "timeout"),
        ("() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; SELECT 1 / 0;", "division by zero"),
        ("(a integer, OUT b integer, OUT c integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;", "must be record"),
    ],
)
def test_what_the_database_does_not_take_is_refused_by_file_and_function(fault: str, said: str):
    functions.apply(with_planted(ADD))
    run("SET LOCAL statement_timeout = '2s'")
    with pytest.raises(FunctionFaulty, match=said) as refused:
        functions.apply(with_planted(f"{ADD}CREATE OR REPLACE FUNCTION planted_two{fault}"))
    assert refused.value.where == "services.planted/add.sql" and "planted_two" in str(refused.value)
    assert functions.differing(with_planted(ADD)) == [] and value("SELECT planted_add(1, 2)") == 3


def test_a_database_that_only_migrations_made_gets_the_present_functions():
    """As one of an earlier version: functions of their day, nothing noted about files."""
    FunctionFile.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION outbox_append(jsonb, timestamptz)")
        cursor.execute("CREATE FUNCTION outbox_append(events jsonb) RETURNS void LANGUAGE sql AS $$ SELECT $$")
    assert "foundation.outbox/append.sql" in functions.differing()
    functions.apply()
    assert functions.differing() == []
    assert value("SELECT oid::regprocedure::text FROM pg_proc WHERE proname = 'outbox_append'") == (
        "outbox_append(jsonb,timestamp with time zone)"
    )
    audit.record(by=system("t"), action="mpi.read")
    assert audit.verify().findings == ()


def test_a_database_that_knew_names_without_bodies_has_every_function_made_anew():
    step = import_module("jinling.config.migrations.0003_bodies")
    run(step.BACK)
    assert FunctionFile.objects.get(name="foundation.mpi/current.sql").functions == ["mpi_current"]
    run(step.KEPT)
    assert functions.differing() == functions.apply() == sorted(file.name for file in functions.wanted())
    assert functions.differing() == []


def test_what_hangs_on_a_function_is_said_and_nothing_is_half_done():
    functions.apply(with_planted(ADD))
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW planted_sum AS SELECT planted_add(1, 2) AS sum")
    with pytest.raises(FunctionsStuck) as stuck:
        functions.apply(with_planted(ADD_MORE))
    assert stuck.value.where == "services.planted/add.sql"
    assert value("SELECT sum FROM planted_sum") == 3 and functions.differing(with_planted(ADD)) == []


def test_a_trigger_keeps_its_function_while_it_is_made_anew():
    FunctionFile.objects.filter(name="foundation.audit/refuse_change.sql").update(digest="old")
    assert functions.apply() == ["foundation.audit/refuse_change.sql"]
    audit.record(by=system("t"), action="mpi.read")
    with pytest.raises(Exception, match="never changed or removed"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")


def test_readiness_says_when_the_files_are_newer(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    assert health.readiness()["migrations"] == "ok"
    monkeypatch.setattr(health, "_migrated", False)
    FunctionFile.objects.filter(name__endswith="take.sql").update(digest="old")
    assert health.readiness()["migrations"] == "missing"
    call_command("migrate", verbosity=0, interactive=False)
    assert health.readiness()["migrations"] == "ok"
    monkeypatch.setattr(health, "_migrated", False)
    run("CREATE OR REPLACE FUNCTION mpi_current(record uuid) RETURNS uuid LANGUAGE sql AS $$ SELECT record $$")
    assert health.readiness()["migrations"] == "missing"
    call_command("migrate", verbosity=0, interactive=False)
    assert health.readiness()["migrations"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_make_it_once():
    files, done, faults = with_planted(ADD), [], []

    def one() -> None:
        try:
            done.append(functions.apply(files))
        except Exception as fault:
            faults.append(fault)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    try:
        assert faults == [] and sorted(map(len, done)) == [0, 0, 0, 1]
        assert value("SELECT planted_add(2, 2)") == 4
    finally:
        functions.apply()


def test_the_audit_takes_the_present_from_the_use_case(time_machine=None):
    before = timezone.now()
    audit.record(by=system("t"), action="mpi.read")
    entry = audit.Entry.objects.order_by("-at", "-seq").first()
    assert entry is not None and before <= entry.at <= timezone.now()


def test_a_file_stands_where_it_is_found(tmp_path: Path):
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "one.sql").write_text(ADD, encoding="utf-8")
    [file] = functions.wanted([("services.planted", tmp_path)])
    assert (file.name, file.functions) == ("services.planted/one.sql", ["planted_add"])
