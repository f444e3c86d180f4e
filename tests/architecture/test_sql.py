"""SQL is read as code is: what migrations ran never changes, and functions show their face."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from jinling.config.database.functions import NAMED
from jinling.kernel.contexts import contexts, folder_of
from jinling.services.scheduling.values import TakeRequest
from tests.architecture.reading import PACKAGE, code, place
from tests.architecture.sql import FACE, beside_functions, statements, without_comments

# What landed migrations ran, by the first half of its digest.
FROZEN = {
    "jinling/foundation/access/sql/wall.sql": "d836faaf7b84b030d120f675c8e13462",
    "jinling/foundation/audit/sql/append.sql": "47b743b0a668ed61e16eb52d1a6cb3cd",
    "jinling/foundation/audit/sql/heads.sql": "dbb74e09bbee75eaea69583099d3ac49",
    "jinling/foundation/directory/sql/time.sql": "29e6e6910a9cd734b4ad2dc017ada434",
    "jinling/foundation/idempotency/sql/answers.sql": "e7a9562a09ecf7139c9b6ec35d2cf5f7",
    "jinling/foundation/mpi/sql/current.sql": "eabfc7b45ef550adeba88842ba56a933",
    "jinling/foundation/mpi/sql/records.sql": "d82af99d396f349e51b51330f01e2c32",
    "jinling/foundation/outbox/sql/append.sql": "d2b3d43e0a88e0e15cf0e368cc9d9fb6",
    "jinling/data/statistics/sql/release.sql": "760d8b0375b35decfb6c653156828c24",
    "jinling/services/scheduling/sql/take.sql": "65540c82a2fffd9dd089504d3f84c730",
}
# Read by the checks of the platform itself, which look at every context's tables.
LOOKS_EVERYWHERE = ("jinling/config/",)


def living() -> list[Path]:
    """The files of functions as they are applied."""
    return sorted(PACKAGE.rglob("functions/*.sql"))


def label_of(path: Path) -> str:
    """The context that a file belongs to."""
    return place(path).split("/")[2]


def test_what_a_migration_ran_never_changes() -> None:
    found = {
        place(path): hashlib.sha256(path.read_bytes()).hexdigest()[:32] for path in sorted(PACKAGE.rglob("sql/*.sql"))
    }
    changed = [name for name in found.keys() | FROZEN.keys() if found.get(name) != FROZEN.get(name)]
    assert changed == [], "a landed migration ran this text; what is to change stands in the functions folder beside"


def test_migrations_read_nothing_that_lives() -> None:
    reading = re.compile(r"/ \"functions\"|read_bytes|open\(|import_string|from jinling\.(?!kernel\.ids)")
    faults = [
        f"{place(path)}: {found.group()}"
        for path in sorted(PACKAGE.rglob("migrations/*.py"))
        for found in reading.finditer(re.sub(r"django\.[\w.]*functions[\w.]*", "", path.read_text(encoding="utf-8")))
    ]
    assert faults == []


def test_a_file_of_functions_holds_nothing_else() -> None:
    for path in living():
        text = path.read_text(encoding="utf-8")
        assert beside_functions(text) == [] and NAMED.findall(text), place(path)
        assert all(name.startswith(f"{label_of(path)}_") for name in NAMED.findall(text)), place(path)


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TABLE planted (id int);",
        "create table planted (id int);",
        "create function planted_x() returns int language sql as $$ select 1 $$;",
        "  drop table planted;",
        "comment on function planted_one() is 'x';",
        'CREATE OR REPLACE FUNCTION "Planted"() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
        "CREATE OR REPLACE FUNCTION other.planted() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;",
    ],
)
def test_a_planted_statement_beside_functions_is_found(planted: str) -> None:
    one = "-- So; far.\nCREATE OR REPLACE FUNCTION planted_one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n"
    both = one + one.lower().replace("$$", "$body$")
    assert beside_functions(both) == [] and NAMED.findall(both) == ["planted_one"] * 2
    assert len(beside_functions(both + planted)) == len(beside_functions(planted + both)) == 1


@functools.cache
def functions_of() -> dict[str, set[str]]:
    """Functions by context, and those of them that others may call under ``*``."""
    made: dict[str, set[str]] = {"*": set()}
    for path in living():
        text = path.read_text(encoding="utf-8")
        made.setdefault(label_of(path), set()).update(NAMED.findall(text))
        made["*"] |= set(FACE.findall(text))
    return made


@functools.cache
def tables_of() -> dict[str, str]:
    """Tables and the contexts that they are of."""
    return {model._meta.db_table: model._meta.app_label for model in apps.get_models()}


def reaches(label: str, text: str) -> Iterator[str]:
    """Tables and functions of other contexts that a piece of SQL names, but for those on a face."""
    made = functions_of()
    tables = tables_of()
    for name in sorted(set(re.findall(r"\b[a-z]+_[a-z0-9_]+\b", without_comments(text).lower()))):
        owner = tables.get(name) or next((o for o, names in made.items() if o != "*" and name in names), "")
        if owner and owner != label and name not in made["*"] and owner in LABELS:
            yield name


LABELS = {context.rpartition(".")[2] for context in contexts()}


def test_sql_uses_of_other_contexts_what_their_face_declares() -> None:
    faults = [
        f"{place(path)}: {name}" for path in living() for name in reaches(label_of(path), path.read_text("utf-8"))
    ]
    for path in code(".py"):
        where = place(path)
        if where.count("/") < 3 or where.startswith(LOOKS_EVERYWHERE):
            continue
        asked = statements(path.read_text("utf-8"))
        faults += [f"{where}: {name}" for text in asked for name in reaches(where.split("/")[2], text)]
    assert faults == []


def test_a_planted_reach_is_found() -> None:
    assert list(reaches("scheduling", "SELECT code FROM directory_organization")) == ["directory_organization"]
    [lower] = statements("ASKED = f'select code from directory_organization where at < {now}'")
    assert list(reaches("scheduling", lower)) == ["directory_organization"]
    assert list(reaches("scheduling", "SELECT code FROM Directory_Organization")) == ["directory_organization"]
    assert list(reaches("scheduling", "SELECT mpi_refuse_change()")) == ["mpi_refuse_change"]
    assert not list(reaches("scheduling", "SELECT mpi_current(id), scheduling_free('{}') FROM scheduling_pool"))


def test_every_declared_face_is_used_by_somebody_else() -> None:
    owners = {name: label for label, names in functions_of().items() if label != "*" for name in names}
    for name in functions_of()["*"] - {"access_wall"}:  # migrations call that one
        calls = (path for path in living() if label_of(path) != owners[name])
        assert any(name in without_comments(path.read_text("utf-8")) for path in calls), name


def test_the_taking_statement_is_told_what_its_request_says() -> None:
    """One dataclass writes the document; the record of the statement has its fields, types and nothing else."""
    text = (folder_of("jinling.services.scheduling") / "functions" / "take.sql").read_text(encoding="utf-8")
    [record] = re.findall(r"jsonb_to_record\(e\.value\) AS x\((.*?)\)\s*ORDER BY 1", text, re.S)
    declared = dict(field.split() for field in record.split(","))
    assert declared == TakeRequest.record()
