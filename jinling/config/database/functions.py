"""SQL functions in the database are those of the files: whatever changed is made anew after every migration.

A context keeps its functions in ``functions/*.sql``, each file ``CREATE OR REPLACE FUNCTION`` and nothing else. What a
landed migration ran stands in the ``sql`` folder beside and never changes. See ADR 0013.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import Error, InternalError, connection, transaction

from jinling.config.models import FunctionFile
from jinling.kernel.contexts import contexts, folder_of
from jinling.kernel.outcomes import Refused

NAMED = re.compile(r"^\s*CREATE\s+OR\s+REPLACE\s+FUNCTION\s+(\w+)\s*\(", re.M | re.I)
LOCK = 201807


class FunctionsStuck(Refused):
    """The database holds something that hangs on a function that is to change."""

    code = "functions_stuck"
    status = 409
    text = "The SQL function %(function)s of %(file)s cannot be made anew: %(error)s"
    mend = "Drop what hangs on it in a migration that runs before, and make it again after."


class FunctionFaulty(Refused):
    """The database does not take a function, or an index that is computed by it."""

    code = "function_faulty"
    status = 409
    text = "The database does not take the SQL function %(function)s of %(file)s: %(error)s"
    mend = "Mend what the database names, then run: jinling migrate. No function was changed."


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
        return [name for name, _text in self.pieces()]

    def pieces(self) -> Iterator[tuple[str, str]]:
        """Each function's name and the text that makes it."""
        begins = list(NAMED.finditer(self.text))
        ends = [*(begin.start() for begin in begins[1:]), len(self.text)]
        for begin, end in zip(begins, ends, strict=False):
            yield begin.group(1).lower(), self.text[begin.start() : end]


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

    A file of which a function was dropped by hand, or given another body, differs too.
    """
    rows = list(FunctionFile.objects.values_list("name", "digest", "functions"))
    there = _standing({name for _name, _digest, made in rows for name in made})
    kept = {name: digest if made.items() <= there.items() else "" for name, digest, made in rows}
    now = {file.name: file.digest for file in (wanted() if files is None else files)}
    return sorted(name for name in kept.keys() | now.keys() if kept.get(name) != now.get(name))


def _standing(names: Iterable[str]) -> dict[str, str]:
    """Those of the functions that the database has, and the digest of all that it knows of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, string_agg(pg_get_functiondef(oid), ';' ORDER BY oid::regprocedure::text) FROM pg_proc"
            " WHERE proname = ANY(%s) AND pronamespace = current_schema()::regnamespace AND prokind <> 'a'"
            " GROUP BY proname",
            [sorted(names)],
        )
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in cursor.fetchall()}


def apply(files: list[Wanted] | None = None) -> list[str]:
    """Make what differs anew, all of it or nothing; gives the names of the files.

    Several processes may do this at once: one does, the others find it done. An index that is computed by a function
    whose body changed is built anew: it would go on finding rows by what the function said before.

    Raises:
        FunctionFaulty: the database does not take a function, or an index with what it says now.
        FunctionTwice: two files, or one of them twice, make a function of the same name.
        FunctionsStuck: a view or a trigger hangs on a function whose arguments or answer change.
    """
    files = wanted() if files is None else files
    made = _made_by(files)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        changed = differing(files)
        rows = list(FunctionFile.objects.filter(name__in=changed))
        touched = {name for row in rows for name in row.functions}
        touched |= {name for file in files if file.name in changed for name in file.functions}
        before = _standing(touched)
        # First goes what changed files made, then they are made: a function may have moved from one file to another.
        for row in rows:
            for name in row.functions:
                # Where something hangs on it, it is replaced in place: that goes well as long as its face stays.
                _drop(row.name, name, must=name not in made)
        FunctionFile.objects.filter(name__in=set(changed) - {file.name for file in files}).delete()
        for file in files:
            if file.name in changed:
                _make(file)
        after = _standing(touched)
        for name in sorted(name for name in before if after.get(name) != before[name]):
            _index_anew(made.get(name, ""), name)
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
    stuck = {name for name in file.functions if not _drop(file.name, name, must=False)}  # whatever its arguments
    for name, text in file.pieces():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(text)
        except Error as error:
            refusal = FunctionsStuck if name in stuck else FunctionFaulty
            raise refusal(where=file.name, file=file.name, function=name, error=_said(error)) from error
        if len(list(_signatures(name))) != 1:
            said = f"{name} stands with two lists of arguments"
            raise FunctionsStuck(where=file.name, file=file.name, function=name, error=said)
    made = _standing(file.functions)
    FunctionFile.objects.update_or_create(name=file.name, defaults={"digest": file.digest, "functions": made})


def _drop(file: str, name: str, *, must: bool) -> bool:
    """Drop a function of whatever arguments; false where something hangs on it, which is no fault unless it must go."""
    for signature in list(_signatures(name)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DROP FUNCTION {signature}")  # as the database itself writes it
        except Error as error:
            if isinstance(error, InternalError) and not must:
                return False
            refusal = FunctionsStuck if isinstance(error, InternalError) else FunctionFaulty
            raise refusal(where=file, file=file, function=name, error=_said(error)) from error
    return True


def _index_anew(file: str, name: str) -> None:
    """Build the indexes anew that a function computes, itself or for another function that calls it.

    Each is dropped and made: what REINDEX would compute with may be a plan that this connection kept of the old body.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE calls(oid, name) AS ("
            " SELECT oid, proname FROM pg_proc WHERE proname = %s AND pronamespace = current_schema()::regnamespace"
            " UNION SELECT p.oid, p.proname FROM pg_proc p JOIN calls ON p.prosrc ~* ('\\m' || calls.name || '\\M')"
            " OR p.oid IN (SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass"
            " AND refclassid = 'pg_proc'::regclass AND refobjid = calls.oid)"
            " WHERE p.pronamespace = current_schema()::regnamespace)"
            " SELECT DISTINCT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)"
            " FROM calls JOIN pg_depend d ON d.refobjid = calls.oid"
            " AND d.refclassid = 'pg_proc'::regclass AND d.classid = 'pg_class'::regclass"
            " JOIN pg_index i ON i.indexrelid = d.objid ORDER BY 1",
            [name],
        )
        for index, definition in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(f"DROP INDEX {index}")  # both as the database itself writes them
                    cursor.execute(definition)
            except Error as error:
                said = f"{index}: {_said(error)}"
                raise FunctionFaulty(where=file, file=file, function=name, error=said) from error


def _said(error: Error) -> str:
    """What the database said, in a line."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _signatures(name: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = %s"
            " AND pronamespace = current_schema()::regnamespace",
            [name],
        )
        yield from (row[0] for row in cursor.fetchall())
