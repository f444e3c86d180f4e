"""Every module at the top of a context, of engine and of config stands where ARCHITECTURE.md says that it would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinling.kernel.contexts import SHELVES
from jinling.kernel.sockets import SOCKETS
from tests.architecture.reading import PACKAGE, ROOT

# One subject of its context alone, and why it is none of the usual files.
SUBJECTS = {
    "channels/portal/identity": "the real name proved through several contexts; a channel has no use cases",
    "channels/portal/people": "the people for whom a citizen books, put together out of several contexts",
    "channels/portal/record": "a citizen's own record, put together out of several contexts",
    "data/collection/catalogue": "data sets as files and what reads them; neither database nor pack",
    "data/collection/folders": "a watched folder: a way in beside pages and API",
    "data/collection/rejections": "rejected rows lie in files of the home, not in the database that queries read",
    "data/quality/alerting": "one verb that goes through everybody's numbers, called by a job",
    "data/quality/counting": "numbers that pages and figures share",
    "data/statistics/printing": "how a bulletin looks outside of pages: terminal, Markdown, paper",
    "foundation/access/adapters": "how allauth asks",
    "foundation/access/api_keys": "stands before every endpoint and keeps what it knows in memory",
    "foundation/access/guards": "stands before every page and endpoint",
    "foundation/access/judgement": "fetches what the rules need about one record; queries and verbs of others call it",
    "foundation/access/matrix": "computed from what all contexts declare, not from the database",
    "foundation/access/passwords": "how Django asks whether a password will do",
    "foundation/access/routes": "reads addresses, not the database",
    "foundation/access/tokens": "a protocol of its own: OAuth 2 client credentials",
    "foundation/directory/packs": "city packs as files; the frame that sections of all contexts stand in",
    "foundation/idempotency/faces": "what the endpoints of others share",
    "foundation/messaging/address_books": "gathers the contacts of others",
    "foundation/messaging/transports": "ways out of the platform",
    "foundation/mpi/documents": "the city's country, for models, queries, verbs and faces alike",
    "foundation/mpi/keys": "a column that the models of others use",
    "foundation/mpi/matching": "between the engine's weights and the rules' verdicts",
    "foundation/mpi/places": "where sealed values stand, for models, queries and verbs alike",
    "foundation/mpi/planted": "a made-up population with its truth, which matching is measured on",
    "foundation/mpi/record": "records opened in memory for one run of matching",
    "foundation/mpi/synthetic": "made-up people for the demos and replays of others",
    "foundation/mpi/worklist": "reads put together for staff and for others' faces",
    "foundation/outbox/schedule": "the worker: a process, not a verb",
    "services/cards/sheets": "a spreadsheet read without trust",
    "services/scheduling/simulation": "use cases run in memory, nothing is written",
}


def modules(folder: Path) -> Iterator[str]:
    """The names of what stands directly in a folder, each as ``shelf/context/name``."""
    for path in sorted(folder.iterdir()):
        if path.name != "__pycache__" and not path.name.startswith("."):
            yield str(path.relative_to(PACKAGE).with_suffix(""))


def in_contexts() -> set[str]:
    """What stands at the top of the contexts."""
    contexts = (path for shelf in SHELVES if shelf != "web" for path in (PACKAGE / shelf).iterdir() if path.is_dir())
    return {name for context in contexts if (context / "__init__.py").exists() for name in modules(context)}


def said(heading: str) -> set[str]:
    """The names in the first column of the tables under a heading of ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)(?:\.py|/)?`", cell)}


def strangers(found: Iterable[str]) -> set[str]:
    """Those that are neither usual, nor sockets, nor subjects of their context."""
    usual = said("A context") | set(SOCKETS)
    return {name for name in found if name.rpartition("/")[2] not in usual and name not in SUBJECTS}


def test_what_stands_in_a_context_is_in_the_vocabulary() -> None:
    assert not strangers(in_contexts())


def test_a_name_that_nobody_knows_is_found() -> None:
    found = strangers(
        {"services/cards/usecases", "services/cards/pages", "services/cards/sheets", "services/cards/stuff"}
    )
    assert found == {"services/cards/stuff"}
    assert strangers({"services/scheduling/sheets"}), "a subject is of one context alone"


def test_the_vocabulary_names_nothing_that_is_gone() -> None:
    found = in_contexts()
    assert not said("A context") - {name.rpartition("/")[2] for name in found}
    assert not set(SUBJECTS) - found
    assert not {name for name in SUBJECTS if name.rpartition("/")[2] in said("A context") | set(SOCKETS)}


def test_the_rooms_of_engine_and_config_are_those_of_the_page() -> None:
    there = {name.rpartition("/")[2] for top in ("engine", "config") for name in modules(PACKAGE / top)}
    assert there - {"__init__", "locale", "tests"} == said("Rooms") - {"engine", "config"}
