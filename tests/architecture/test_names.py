"""No lower file knows a higher context by name: what contexts bring is gathered, never listed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from jinling.kernel.contexts import SHELVES, contexts
from tests.architecture.reading import code, place, strings

LEVELS = {"kernel": 0, "engine": 1, "web": 2, "foundation": 3, "services": 4, "data": 4, "channels": 5, "config": 6}
# The page of sockets says who gathers each; that is what it is for.
EXCEPTIONS = frozenset({"jinling/kernel/sockets.py"})
# Words that are a context's name by chance: the city's telephone number is a key of city.yaml.
WORDS = {"jinling/foundation/directory/usecases/loading.py": ("hotline",)}
# A permission, an address, a table, a module, also where the rest is put in; and the same in templates and SQL.
IN_CODE = r"(?:^|[^\w ]){label}(?:[.:/][\w{{%]|_[\w{{}}%]+$|[.:/_]?$)|/{label}/|jinling\.{shelf}\.{label}\b"
WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
ELSEWHERE = (
    r"""['"]/?{label}[:/]|/{label}/|{{%\s*load\s[^%]*\b{label}\b|\b{label}_[a-z_]+\s*\("""
    r"""|(?i:\b(?:FROM|JOIN|INTO|UPDATE)\s+{label}_)"""
)


def above(path: str) -> list[tuple[str, str]]:
    """``(shelf, label)`` of the contexts that a file at ``jinling/<shelf>/...`` may not know."""
    parts = path.split("/")
    shelf = parts[1]
    own = parts[2] if len(parts) > 3 else ""
    return [
        (other, label)
        for other, label in (context.split(".")[1:] for context in contexts() if context.count(".") == 2)
        if LEVELS[other] > LEVELS[shelf] or (LEVELS[other] == LEVELS[shelf] and other != shelf and label != own)
    ]


def named(path: str, text: str, higher: list[tuple[str, str]] | None = None) -> Iterator[str]:
    """Where a file names a context above it (or one of ``higher``): a permission, a table, an address, a module."""
    higher = above(path) if higher is None else higher
    if path.endswith(".py"):
        lines = list(strings(text))
        shape = IN_CODE
    else:
        lines = list(enumerate(text.splitlines(), 1))
        shape = ELSEWHERE
    for shelf, label in higher:
        if label in WORDS.get(path, ()):
            continue
        pattern = re.compile(shape.format(label=label, shelf=shelf))
        yield from (
            f"{path}:{number}: names {label}, which stands above"
            for number, line in lines
            if label in line and pattern.search(line) and not (WORD.fullmatch(line) and line not in tables())
        )


@functools.cache
def tables() -> frozenset[str]:
    """Tables that there are: other words of several parts may begin as a context is called (``maternal_child``)."""
    return frozenset(model._meta.db_table for model in apps.get_models()) if apps.models_ready else frozenset()


def files() -> list[Path]:
    """Everything that is written by hand on the shelves, tests and test helpers aside."""
    return [
        path
        for path in code(".py", ".html", ".sql", ".js", ".css", ".yaml")
        if path.name != "testing.py" and place(path).split("/")[1] in LEVELS and place(path) not in EXCEPTIONS
    ]


def test_no_file_names_a_context_above_it() -> None:
    assert [fault for path in files() for fault in named(place(path), path.read_text(encoding="utf-8"))] == []


def test_every_shelf_has_its_level() -> None:
    assert set(SHELVES) <= set(LEVELS)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("jinling/foundation/access/rules/x.py", 'GRANTS = {"clinician": "scheduling.book"}'),
        ("jinling/foundation/access/x.py", 'NAMES = ("scheduling",)'),
        ("jinling/web/x.py", 'address = reverse("portal:people")'),
        ("jinling/services/cards/x.py", 'TABLE = "jinling.data.quality.models"'),
        ("jinling/foundation/mpi/x.py", 'TABLE = "cards_card"'),
        ("jinling/foundation/mpi/x.py", 'TABLE = f"cards_{kind}"'),
        ("jinling/foundation/mpi/x.py", 'TABLE = "cards_%s" % kind'),
        ("jinling/foundation/mpi/x.py", 'TABLE = "cards_" + kind'),
        ("jinling/foundation/access/x.py", 'GRANT = f"scheduling.{verb}"'),
        ("jinling/foundation/access/x.py", 'GRANT = "scheduling." + verb'),
        ("jinling/foundation/access/x.py", 'PLACE = f"jinling.services.{name}", f"{shelf}.cards"'),
        ("jinling/web/x.py", 'address = f"/portal/{key}"'),
        ("jinling/web/x.py", 'address = f"{root}/staff/cards/{key}"'),
        ("jinling/web/x.py", 'address = "/staff/cards/"'),
        ("jinling/web/x.py", 'address = "/staff/cards"'),
        ("jinling/web/x.py", 'address = reverse(f"portal:{page}")'),
        ("jinling/web/templates/web/x.html", '<a href="/portal/{{ key }}">'),
        ("jinling/web/templates/web/x.html", '<a href="/staff/cards/{{ key }}">'),
        ("jinling/foundation/mpi/functions/x.sql", "select 1 from cards_card"),
        ("jinling/foundation/mpi/templates/mpi/x.html", "{% url 'cards:holder' person.id %}"),
        ("jinling/foundation/mpi/sql/x.sql", "SELECT 1 FROM cards_card"),
    ],
)
def test_a_planted_name_is_found(path: str, text: str) -> None:
    assert list(named(path, text))


def test_words_and_lower_names_are_let_be() -> None:
    assert not list(named("jinling/foundation/mpi/x.py", 'KIND = "cards_and_papers"'))
    assert not list(named("jinling/foundation/mpi/x.py", 'TEXT = "The cards, and the quality of the collection."'))
    assert not list(named("jinling/services/cards/x.py", 'GRANT = ("mpi.read", "cards.read")'))
