"""What contexts offer is held to its annotations, and nothing that one offers takes the place of another's unsaid."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path
from pydantic import BaseModel

from jinling.channels.fhirapi import pages as fhir
from jinling.config import assembly
from jinling.config.database import resealing
from jinling.data.statistics.queries import figures, replays
from jinling.foundation.directory.packs import sections
from jinling.foundation.messaging import address_books, wordings
from jinling.foundation.outbox import usecases as outbox
from jinling.kernel import contexts as discovery
from jinling.kernel.contexts import SocketBroken, once
from jinling.kernel.fitting import misfits
from jinling.kernel.sockets import (
    SOCKETS,
    FhirResource,
    Handler,
    Indicator,
    Job,
    MenuItem,
    PackSection,
    Permission,
    Role,
    RoleGrant,
    SealedColumn,
    gather,
)
from tests.architecture.test_sockets import a_module


def nothing(*things: object) -> None:
    """Takes everything."""


async def later(*things: object) -> None:
    """Would do it if somebody awaited it."""


def one_by_one(events: object) -> Iterator[None]:
    """Would do it if somebody asked for what comes."""
    yield


def without_a_span() -> dict[str, int]:
    """Counts, whatever the month."""
    return {}


JOB = Job("a.b", "* * * * *", nothing)
HANDLER = Handler("a.b", ("a.Happened",), nothing)
ROLE = Role("x", "X", "staff", ("TREAT",))
COUNTED = Indicator("a.b", "A", "", "All.", ("organization",), lambda span: {})
SECTION = PackSection("planted", BaseModel)
RESOURCE = FhirResource("Basic", "a.b", nothing, nothing, {"code": "token"})


class Replayer:
    """Offers what replays do, its plan aside."""

    tables = ("planted",)
    events = "planted.thing"
    draws_on: tuple[str, ...] = ()

    def plan(self) -> list[Any]:
        """Forgets what was asked for."""
        return []

    def withdraw(self, period: str) -> int:
        """Nothing was made."""
        return 0


@pytest.mark.parametrize(
    ("name", "bound", "said"),
    [
        ("permissions", {"ROLES": [replace(ROLE, kind="robot")]}, "ROLES [0] kind is 'robot', none of citizen, staff"),
        ("permissions", {"ROLES": [replace(ROLE, purposes="TREAT")]}, "purposes is 'TREAT', no tuple"),
        ("permissions", {"ROLES": [replace(ROLE, level="3")]}, "level is '3', no int"),
        ("permissions", {"ROLES": [replace(ROLE, level=True)]}, "level is True, no int"),
        ("permissions", {"ROLES": [ROLE, replace(ROLE, code="")]}, "ROLES [1] code is empty"),
        ("permissions", {"GRANTS": [RoleGrant("x", (1,))]}, "permissions [0] is 1, no str"),
        ("permissions", {"PERMISSIONS": [Permission("a.b", None)]}, "label is None, no str"),
        ("permissions", {"standings": {"treating": lambda by, patients: by}}, "did you mean STANDINGS?"),
        ("pages", {"MENU": [MenuItem("staf", "x", "x:y")]}, "menu is 'staf', none of citizen, staff"),
        ("jobs", {"JOBS": [replace(JOB, run=None)]}, "run is None, no function"),
        ("jobs", {"JOBS": [replace(JOB, run=lambda: None)]}, "run takes (), not 1 by position"),
        ("jobs", {"JOBS": [replace(JOB, run=lambda now, what: None)]}, "run takes (now, what), not 1 by position"),
        ("handlers", {"HANDLERS": [replace(HANDLER, types="a.Happened")]}, "types is 'a.Happened', no tuple"),
        ("handlers", {"HANDLERS": [replace(HANDLER, handle="tell")]}, "handle is 'tell', no function"),
        ("figures", {"INDICATORS": [replace(COUNTED, count=without_a_span)]}, "count takes (), not 1 by position"),
        ("figures", {"INDICATORS": [replace(COUNTED, since=5)]}, "since is 5, no function"),
        ("handlers", {"HANDLERS": [replace(HANDLER, handle=later)]}, "handle is asynchronous: nobody awaits it"),
        ("handlers", {"HANDLERS": [replace(HANDLER, handle=one_by_one)]}, "handle yields: nobody asks it"),
        ("handlers", {"HANDLERS": [replace(HANDLER, handle=partial(nothing, 1))]}, ""),
        ("pack", {"SECTIONS": [replace(SECTION, check=lambda data, pack: (yield from ()))]}, ""),
        ("contacts", {"CONTACTS": {"x": later}}, "CONTACTS ['x'] is asynchronous"),
        ("contacts", {"CONTACTS": {"x": lambda *, ids: {}}}, "takes (ids), not (ids) by position"),
        ("contacts", {"CONTACTS": {"x": dict}}, ""),
        ("contacts", {"CONTACTS": {"x": partial(nothing, 1)}}, ""),
        (
            "permissions",
            {"STANDINGS": {"x": lambda patients, by: []}},
            "takes (patients, by), not (by, patients): it is",
        ),
        ("permissions", {"STANDINGS": {"x": lambda by, patients, also=(): []}}, ""),
        ("demo", {"load": lambda size, number: 0}, "takes (size, number), not (scale, seed) by name"),
        ("demo", {"load": lambda *, scale, seed, quiet=False: 0}, ""),
        ("figures", {"INDICATORS": [replace(COUNTED, dimensions=["organization"])]}, "dimensions is ['organization']"),
        ("pack", {"SECTIONS": [replace(SECTION, shape="Shape")]}, "shape is 'Shape', no class"),
        ("pack", {"SECTIONS": [replace(SECTION, check=lambda data: [])]}, "check takes (data), not 2 by position"),
        ("sealed", {"SEALED": [SealedColumn("a.B", "c", "place")]}, "place is 'place', no function"),
        ("sealed", {"SEALED": [SealedColumn("a.B", "c", nothing, {"i": 5})]}, "indexes ['i'] is 5, no function"),
        ("fhir", {"RESOURCES": [replace(RESOURCE, identifying={"code"})]}, ""),
        ("fhir", {"RESOURCES": [replace(RESOURCE, identifying="code")]}, "identifying is 'code', no set"),
        ("fhir", {"RESOURCES": [replace(RESOURCE, parameters={"code": 5})]}, "parameters ['code'] is 5, no str"),
        ("fhir", {"RESOURCES": [replace(RESOURCE, read=lambda key: None)]}, "read takes (key), not 2 by position"),
        ("replays", {"REPLAYS": [Replayer()]}, "plan takes (), not 1 by position"),
        ("jobs", {"JOBS": [JOB]}, ""),
        ("pack", {"SECTIONS": [SECTION]}, ""),
        ("figures", {"INDICATORS": [COUNTED]}, ""),
    ],
)
def test_each_field_is_what_its_annotation_says(name: str, bound: dict[str, object], said: str) -> None:
    found = list(SOCKETS[name].faults(a_module(**bound)))
    assert (said in "; ".join(found)) if said else found == []


def test_every_fault_of_an_object_is_told_at_once() -> None:
    @dataclass(frozen=True, slots=True)
    class Thing:
        name: str
        kind: Literal["one", "other"]
        sizes: Mapping[str, tuple[int, ...]]
        maybe: Callable[[int], str] | None = None

    assert list(misfits(Thing("a", "one", {"b": (1, 2)}))) == []
    assert list(misfits(Thing("", "none", {"b": ("2",)}, 7))) == [
        "name is empty",
        "kind is 'none', none of one, other",
        "sizes ['b'] [0] is '2', no int",
        "maybe is 7, no function",
    ]


def test_what_is_offered_twice_is_told_with_both_and_with_everything_else() -> None:
    offered = [("jinling.a.one", "one.x"), ("jinling.a.two", "one.x"), ("jinling.a.two", "y"), ("jinling.a.two", "y")]
    with pytest.raises(SocketBroken) as told:
        once(offered, str, "the thing", own=True)
    assert str(told.value).split("; ") == [
        "jinling.a.two: the thing one.x is declared by jinling.a.one too",
        "jinling.a.two: the thing y does not begin with two.",
        "jinling.a.two: the thing y is declared twice",
    ]


PLANTED: list[tuple[Any, str, Callable[[], Any], str, dict[str, object], str]] = [
    (address_books, "gather", address_books.books, "contacts", {"CONTACTS": {"patient": nothing}}, "recipient patient"),
    (fhir, "gather", fhir.resources, "fhir", {"RESOURCES": [replace(RESOURCE, type="Patient")]}, "FHIR type Patient"),
    (fhir, "gather", fhir.resources, "fhir", {"RESOURCES": [replace(RESOURCE, type="patient")]}, "no type of FHIR"),
    (
        *(fhir, "gather", fhir.resources, "fhir"),
        {"RESOURCES": [replace(RESOURCE, parameters={"code": "text"}, identifying=frozenset({"name"}))]},
        "of the type text, which FHIR does not know; Basic: name would identify people, and is no search parameter",
    ),
    (outbox.sockets, "gather", outbox.handlers, "handlers", {"HANDLERS": [HANDLER]}, "does not begin with planted."),
    (
        *(outbox.sockets, "gather", outbox.handlers, "handlers"),
        {"HANDLERS": [replace(HANDLER, name="planted.x", types=())]},
        "these handlers wait for no type of event: planted.x",
    ),
    (
        *(figures, "gather", figures.indicators, "figures"),
        {"INDICATORS": [replace(COUNTED, code="cards.issued")]},
        "indicator cards.issued is declared by jinling.services.cards too",
    ),
    (sections, "gather", sections.sections, "pack", {"SECTIONS": [replace(SECTION, name="city")]}, "pack section city"),
    (
        *(resealing, "gather", resealing.columns, "sealed"),
        {"SEALED": [SealedColumn("mpi.Patient", "name_sealed", nothing)]},
        "sealed column mpi.Patient.name_sealed is declared by jinling.foundation.mpi too",
    ),
    (
        *(replays, "gather", replays.replayers, "replays"),
        {"REPLAYS": [type("Twin", (Replayer,), {"tables": ("cards_issued",)})()]},
        "the replay of cards_issued is declared by jinling.services.cards too",
    ),
    (
        *(replays, "gather", replays.replayers, "replays"),
        {"REPLAYS": [type("Circle", (Replayer,), {"draws_on": ("planted.thing",)})()]},
        "nobody makes it, or it draws on",
    ),
]


@pytest.mark.parametrize(
    ("where", "name", "gatherer", "socket", "bound", "said"), PLANTED, ids=[f"{one[3]}: {one[5]}" for one in PLANTED]
)
def test_the_last_one_does_not_win(
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    gatherer: Any,
    socket: str,
    bound: dict[str, object],
    said: str,
) -> None:
    offered = [*gather(socket), ("jinling.services.planted", a_module(**bound))]
    monkeypatch.setattr(where, name, lambda asked: iter(offered))
    forget = getattr(gatherer, "cache_clear", lambda: None)
    forget()
    with pytest.raises(SocketBroken) as told:
        gatherer()
    forget()
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: x\na: y", "a stands twice"),
        ("a: {text: x, text: y}", "text stands twice"),
        ("a: {text: x, en: y}", "a has other parts than subject, text, with_hotline"),
        ("a: [x]", "a has other parts than subject, text, with_hotline"),
        ("a: {subject: x}", "a has no text"),
        ("a: {text: x, subject: 'of {y}'}", "a subject has no fields"),
        ("a: {text: 'x {y}', with_hotline: 'call {hotline}'}", "with_hotline has the fields of the text and {hotline}"),
    ],
)
def test_a_wording_is_said_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str) -> None:
    place = tmp_path / "messages.yaml"
    place.write_text(text, encoding="utf-8")
    monkeypatch.setattr(wordings, "gather_files", lambda name: iter([("jinling.services.planted", place)]))
    wordings.wordings.cache_clear()
    with pytest.raises(SocketBroken) as told:
        wordings.wordings()
    wordings.wordings.cache_clear()
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("messages.yml", "", "messages.yml is no socket, and nothing gathers it; did you mean messages.yaml?"),
        ("messages.py", "", "did you mean messages.yaml?"),
        ("jobs.yaml", "", "did you mean jobs.py?"),
        ("Jobs.py", "", "did you mean jobs.py?"),
        ("action.py", "", "did you mean actions.py?"),  # cards has an actions.py
        (
            "schedules.py",
            "from x import Job\n\nJOBS = [Job()]\n",
            "schedules.py binds JOBS, which is gathered from jobs.py",
        ),
        ("schedules.py", "JOBS: list[Job] = []\n", "schedules.py binds JOBS"),
        ("schedules.py", "JOB = 5\n", ""),
        ("contracts.py", "", ""),
        ("kinds.py", "CATEGORIES = {5: 6}\nSECTIONS = (1, 2)\n", ""),
    ],
)
def test_a_file_that_nobody_would_gather_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, said: str
) -> None:
    for path_ in discovery.folder_of("jinling.services.cards").glob("*.py"):
        (tmp_path / path_.name).touch()
    (tmp_path / name).write_text(text, encoding="utf-8")
    planted = {"jinling.services.cards": tmp_path}
    monkeypatch.setattr(assembly, "folder_of", lambda of: planted.get(of) or discovery.folder_of(of))
    found = "\n".join(fault for fault in assembly.faults() if "jinling.services.cards" in fault)
    assert said in found and bool(said) == bool(found)


def test_a_folder_of_code_without_apps_is_no_context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "models.py").touch()
    planted = {"jinling.services": tmp_path}
    monkeypatch.setattr(assembly, "folder_of", lambda of: planted.get(of) or discovery.folder_of(of))
    assert "jinling.services.planted: it has no apps.py, and is therefore no context" in "\n".join(assembly.faults())


def test_an_event_is_one_where_it_is_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataclass that an ``events.py`` imports from elsewhere is announced by nobody."""
    events = importlib.import_module("jinling.services.cards.events")
    monkeypatch.setattr(events, "Handler", Handler, raising=False)
    waiting = Handler("planted.tell", ("cards.Handler",), nothing)
    monkeypatch.setattr("jinling.config.assembly.outbox.handlers", lambda: (waiting,))
    assert any("waits for cards.Handler, which no context announces" in fault for fault in assembly.faults())


def test_a_sealed_value_that_no_change_of_keys_would_find_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [column for column in resealing.columns() if column.model != "cards.Card"]
    wrong = SealedColumn("cards.Card", "kind", nothing)
    monkeypatch.setattr(resealing, "columns", lambda: [*kept, wrong])
    found = "\n".join(assembly.faults())
    assert "cards.Card.kind does not hold bytes" in found
    assert "cards.Card.number_sealed stands in no sealed.py" in found


def served(request: HttpRequest, **parts: object) -> HttpResponse:
    """A page."""
    return HttpResponse()


@pytest.mark.parametrize(
    ("address", "before", "said"),
    [
        ("bookings/", False, "/bookings/ (PAGE) is served by planted and scheduling:appointments"),
        ("bookings/", True, "/bookings/ (PAGE) is served by planted and scheduling:appointments"),
        ("<str:anything>/", True, "/bookings/ is never reached, /<str:anything>/ is tried before it"),
        ("planted/<int:number>/", False, ""),
    ],
)
def test_an_address_that_is_another_s_too_is_said(
    monkeypatch: pytest.MonkeyPatch, address: str, before: bool, said: str
) -> None:
    patterns, planted = get_resolver().url_patterns, path(address, served, name="planted")
    with_planted = [planted, *patterns] if before else [*patterns, planted]
    resolver = type(get_resolver())(get_resolver().pattern, with_planted)
    monkeypatch.setattr("jinling.foundation.access.routes.get_resolver", lambda: resolver)
    monkeypatch.setattr(assembly, "resolve_address", resolver.resolve)
    found = "\n".join(assembly._addresses())
    assert said in found and bool(said) == bool(found)
