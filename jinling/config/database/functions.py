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

NAMED = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\s*\(", re.M)
LOCK = 201807


class FunctionsStuck(Refused):
    """The database holds something that hangs on a function that is to change."""

    code = "functions_stuck"
    status = 409
    text = "The SQL function of %(file)s cannot be made anew: %(error)s"
    mend = "Drop what hangs on it in a migration that runs before, and make it again after."


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
    """Names of files that the database does not have as they are, and of those that it has and no context any more."""
    kept = dict(FunctionFile.objects.values_list("name", "digest"))
    now = {file.name: file.digest for file in (wanted() if files is None else files)}
    return sorted(name for name in kept.keys() | now.keys() if kept.get(name) != now.get(name))


def apply(files: list[Wanted] | None = None) -> list[str]:
    """Make what differs anew, all of it or nothing; gives the names of the files.

    Several processes may do this at once: one does, the others find it done.

    Raises:
        FunctionsStuck: a view or a trigger hangs on a function whose arguments or answer change.
    """
    files = wanted() if files is None else files
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        changed = differing(files)
        gone = set(changed) - {file.name for file in files}
        for row in FunctionFile.objects.filter(name__in=gone):
            _drop(row.name, row.functions)
            row.delete()
        for file in files:
            if file.name in changed:
                _make(file)
    return changed


def _make(file: Wanted) -> None:
    kept = FunctionFile.objects.filter(name=file.name).first()
    names = file.functions
    for name in sorted({*names, *(kept.functions if kept else ())}):
        # Where something hangs on it, it is replaced in place: that goes well as long as its face stays.
        _drop(file.name, [name], must=name not in names)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(file.text)
    except (ProgrammingError, InternalError) as error:
        raise FunctionsStuck(where=file.name, file=file.name, error=str(error).splitlines()[0]) from error
    for name in names:
        if len(list(_signatures(name))) != 1:
            raise FunctionsStuck(where=file.name, file=file.name, error=f"{name} stands with two lists of arguments")
    FunctionFile.objects.update_or_create(name=file.name, defaults={"digest": file.digest, "functions": names})


def _drop(file: str, names: list[str], *, must: bool = True) -> None:
    for name in names:
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
