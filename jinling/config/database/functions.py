"""SQL functions in the database are those of the files: whatever changed is made anew after every migration.

A context keeps its functions in ``functions/*.sql``, each file ``CREATE OR REPLACE FUNCTION`` and nothing else. What a
landed migration ran stands in the ``sql`` folder beside and never changes. See ADR 0013.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import InternalError, ProgrammingError, connection, transaction

from jinling.config.models import FunctionFile
from jinling.kernel.contexts import contexts, folder_of
from jinling.kernel.outcomes import Refused

NAMED = re.compile(r"^\s*CREATE\s+OR\s+REPLACE\s+FUNCTION\s+(\w+)\s*\(", re.M | re.I)
LOCK = 201807


class FunctionsStuck(Refused):
    """The database holds something that hangs on a function that is to change."""

    code = "functions_stuck"
    status = 409
    text = "The SQL function of %(file)s cannot be made anew: %(error)s"
    mend = "Drop what hangs on it in a migration that runs before, and make it again after."


class FunctionTwice(Refused):
    """Two files make one function: which of them the database has would hang on what was changed last."""

    code = "function_twice"
    status = 409
    text = "The SQL function %(function)s is made twice: %(files)s."
    mend = "Leave it in one file, or give one of the two another name."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of functions: ``name`` reads ``services.scheduling/take.sql``."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the file makes."""
        return NAMED.findall(self.text)


def wanted(folders: list[tuple[str, Path]] | None = None) -> list[Wanted]:
    """Every context's files, in the order of contexts: lower shelves first, as calls go."""
    places = folders or [(context.removeprefix("jinling."), folder_of(context)) for context in contexts()]
    return [
        Wanted(f"{context}/{path.name}", path.read_text(encoding="utf-8"))
        for context, folder in places
        for path in sorted((folder / "functions").glob("*.sql"))
    ]


def differing(files: list[Wanted] | None = None) -> list[str]:
    """Names of files that the database does not have as they are, and of those that it has and no context any more.

    A file of which a function was dropped by hand differs too; another body under the same name is not seen.
    """
    rows = list(FunctionFile.objects.values_list("name", "digest", "functions"))
    there = _standing({name for _name, _digest, names in rows for name in names})
    kept = {name: digest if there.issuperset(names) else "" for name, digest, names in rows}
    now = {file.name: file.digest for file in (wanted() if files is None else files)}
    return sorted(name for name in kept.keys() | now.keys() if kept.get(name) != now.get(name))


def _standing(names: set[str]) -> set[str]:
    """Those of the functions that the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname = ANY(%s) AND pronamespace = current_schema()::regnamespace",
            [sorted(names)],
        )
        return {row[0] for row in cursor.fetchall()}


def apply(files: list[Wanted] | None = None) -> list[str]:
    """Make what differs anew, all of it or nothing; gives the names of the files.

    Several processes may do this at once: one does, the others find it done.

    Raises:
        FunctionTwice: two files, or one of them twice, make a function of the same name.
        FunctionsStuck: a view or a trigger hangs on a function whose arguments or answer change.
    """
    files = wanted() if files is None else files
    made = _made_by(files)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        changed = differing(files)
        # First goes what changed files made, then they are made: a function may have moved from one file to another.
        for row in FunctionFile.objects.filter(name__in=changed):
            for name in row.functions:
                # Where something hangs on it, it is replaced in place: that goes well as long as its face stays.
                _drop(row.name, name, must=name not in made)
        FunctionFile.objects.filter(name__in=set(changed) - {file.name for file in files}).delete()
        for file in files:
            if file.name in changed:
                _make(file)
    return changed


def _made_by(files: list[Wanted]) -> dict[str, str]:
    """The file of each function."""
    made: dict[str, str] = {}
    for file in files:
        for name in file.functions:
            if name in made:
                raise FunctionTwice(where=file.name, function=name, files=f"{made[name]}, {file.name}")
            made[name] = file.name
    return made


def _make(file: Wanted) -> None:
    names = file.functions
    for name in names:
        _drop(file.name, name, must=False)  # of other arguments, which nobody's list names
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(file.text)
    except (ProgrammingError, InternalError) as error:
        raise FunctionsStuck(where=file.name, file=file.name, error=str(error).splitlines()[0]) from error
    for name in names:
        if len(list(_signatures(name))) != 1:
            raise FunctionsStuck(where=file.name, file=file.name, error=f"{name} stands with two lists of arguments")
    FunctionFile.objects.update_or_create(name=file.name, defaults={"digest": file.digest, "functions": names})


def _drop(file: str, name: str, *, must: bool) -> None:
    for signature in list(_signatures(name)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DROP FUNCTION {signature}")  # as the database itself writes it
        except InternalError as error:
            if must:
                raise FunctionsStuck(where=file, file=file, error=str(error).splitlines()[0]) from error


def _signatures(name: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = %s"
            " AND pronamespace = current_schema()::regnamespace",
            [name],
        )
        yield from (row[0] for row in cursor.fetchall())
