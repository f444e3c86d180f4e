"""Every socket is what the page of sockets declares, and what contexts say of each other fits together."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from jinling.config.assembly import faults
from jinling.foundation.access import judgement, queries as access
from jinling.foundation.access.routes import Route
from jinling.foundation.audit import queries as audit
from jinling.foundation.outbox import schedule
from jinling.kernel import contexts as discovery
from jinling.kernel.contexts import SocketBroken, contexts
from jinling.kernel.declarations import Declaration
from jinling.kernel.sockets import (
    SOCKETS,
    AuditAction,
    Handler,
    Job,
    MenuItem,
    Permission,
    Relation,
    Role,
    RoleGrant,
    gather,
)
from jinling.web import menus
from tests.architecture.reading import code, nodes, place


def a_module(**bound: object) -> ModuleType:
    """A module that binds these names."""
    module = ModuleType("planted")
    vars(module).update(bound)
    return module


def run(now: datetime) -> None:
    """A job's work."""


def test_what_contexts_offer_fits_together() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize("name", SOCKETS)
def test_a_socket_has_a_gatherer_and_somebody_who_offers_it(name: str) -> None:
    socket = SOCKETS[name]
    assert discovery.resolve(socket.gathered_by)
    folders = [discovery.folder_of(context) for context in contexts()]
    offered = [
        folder
        for folder, context in zip(folders, contexts(), strict=True)
        if ((folder / socket.file).is_file() if socket.file else importlib.util.find_spec(f"{context}.{name}"))
    ]
    assert offered, f"{name} is stocked before its first user"


@pytest.mark.parametrize(
    ("name", "bound", "said"),
    [
        ("jobs", {}, "JOBS is missing"),
        ("jobs", {"JOBS": [Job("a.b", "* * * * *", run), "a.c"]}, "JOBS [1] is no Job"),
        ("jobs", {"JOBS": [], "JBOS": [Job("a.b", "* * * * *", run)]}, "JBOS is not a name of this socket"),
        ("pages", {"urlpatterns": [], "MENUS": []}, "did you mean MENU?"),
        ("pages", {"urlpatterns": [], "ENTRIES": [MenuItem("staff", "x", "x:y")]}, "ENTRIES is not a name"),
        ("figures", {"INDICATOR": []}, "did you mean INDICATORS?"),
        ("permissions", {"PERMISSIONS": [], "ROLES": [RoleGrant("x", ())]}, "ROLES [0] is no Role"),
        ("permissions", {"STANDINGS": {"treating": lambda by: by}}, "takes (by), not (by, patients)"),
        ("permissions", {"GRANTS": {"x": ()}}, "GRANTS is no list"),
        ("demo", {"load": lambda *, scale: scale}, "load takes (scale), not (scale, seed)"),
        ("api", {"router": object()}, "router is no ninja.router.Router"),
    ],
)
def test_a_socket_that_offers_something_else_is_refused_by_name(name: str, bound: dict[str, object], said: str) -> None:
    assert said in "; ".join(SOCKETS[name].faults(a_module(**bound)))


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """Modules of a context ``jinling.services.planted``, by socket, beside those that are really there."""
    modules: dict[str, ModuleType] = {}
    caches = (
        *(access.permissions, access.roles, access.relations, access.categories, access.grants),
        *(audit.actions, menus.items),
    )

    def with_planted(name: str) -> Iterator[tuple[str, ModuleType]]:
        yield from gather(name)
        if name in modules:
            yield "jinling.services.planted", modules[name]

    for module in (access, audit, menus):
        monkeypatch.setattr(module, "gather", with_planted)
    monkeypatch.setattr(schedule.sockets, "gather", with_planted)
    for cached in caches:
        cached.cache_clear()
    yield modules
    for cached in caches:
        cached.cache_clear()


def test_a_context_brings_its_own_role_relation_and_actions(planted: dict[str, ModuleType]) -> None:
    planted["permissions"] = a_module(
        PERMISSIONS=[Permission("planted.listen", "Listen")],
        RELATIONS=[Relation("caller", "Who is calling")],
        ROLES=[Role("counsellor", "Counsellor", "staff", ("HOTLINE",), ("caller",), 3)],
        GRANTS=[RoleGrant("counsellor", ("planted.listen", "mpi.read"))],
    )
    planted["actions"] = a_module(ACTIONS=[AuditAction("planted.listen", "Listened")])
    planted["pages"] = a_module(MENU=[MenuItem("staff", "Calls", "set_language", "phone", 1, "planted.listen")])
    assert access.grants()["counsellor"] == {"planted.listen", "mpi.read", "access.account"}
    assert audit.sentence("planted.listen") == "Listened"
    assert next(item.label for item in menus.items() if item.menu == "staff") == "Calls"
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("role", "permissions", "said"),
    [
        ("statistician", (), ""),
        ("teller", (), "the role teller belongs to jinling.channels.planted above it"),
        ("citizen", ("planted.tell",), "planted.tell belongs to jinling.channels.planted above it"),
    ],
)
def test_what_stands_above_is_granted_there(
    monkeypatch: pytest.MonkeyPatch, role: str, permissions: tuple[str, ...], said: str
) -> None:
    above = a_module(
        PERMISSIONS=[Permission("planted.tell", "Tell")], ROLES=[Role("teller", "Teller", "staff", ("HOTLINE",))]
    )
    below = a_module(PERMISSIONS=[], GRANTS=[RoleGrant(role, permissions)])
    offered = [*gather("permissions"), ("jinling.channels.planted", above), ("jinling.services.planted", below)]
    monkeypatch.setattr(access, "gather", lambda name: iter(offered))
    cached = (access.permissions, access.roles, access.grants)
    for one in cached:
        one.cache_clear()
    try:
        found = "" if access.grants() else "nothing"
    except SocketBroken as broken:
        found = str(broken)
    for one in cached:
        one.cache_clear()
    assert said in found and bool(said) == bool(found)


@pytest.mark.parametrize(
    ("socket", "bound", "said"),
    [
        ("permissions", {"GRANTS": [RoleGrant("counselor", ())]}, "no context declares the role counselor"),
        ("permissions", {"GRANTS": [RoleGrant("citizen", ("planted.x",))]}, "no context declares planted.x"),
        (
            "permissions",
            {"ROLES": [Role("citizen", "x", "citizen", ("TREAT",))]},
            "of ROLES citizen is declared by jinling.foundation.access too",
        ),
        ("permissions", {"ROLES": [Role("new", "x", "staff", ("TREATS",))]}, "names TREATS: nobody knows it"),
        ("permissions", {"ROLES": [Role("new", "x", "staff", ("TREAT",), ("caller",))]}, "names caller"),
        ("jobs", {"JOBS": [Job("planted.often", "*/10 * * * * *", run)]}, "has seconds that are not */2 to */30"),
        ("jobs", {"JOBS": [Job("planted.often", "0 0 1 1 * 0,20,40,58,59", run)]}, "has seconds that are not"),
        ("jobs", {"JOBS": [Job("planted.often", "0 0 3 * * 0", run)]}, "has seconds that are not"),
        ("jobs", {"JOBS": [Job("planted.often", "* * * * * */1", run)]}, "has seconds that are not"),
        ("jobs", {"JOBS": [Job("planted.never", "61 * * * *", run)]}, "cannot be read"),
        ("jobs", {"JOBS": [Job("planted.never", "0 0 30 2 *", run)]}, "never starts it"),
        ("jobs", {"JOBS": [Job("planted.never", "0 0 1 1 * 0 2019", run)]}, "has 7 fields"),
        ("jobs", {"JOBS": [Job("planted.never", "@daily", run)]}, "has 1 fields"),
        ("jobs", {"JOBS": [Job("mpi.match", "* * * * *", run)]}, "job mpi.match is declared by jinling.foundation.mpi"),
        ("jobs", {"JOBS": [Job("mpi.meet", "* * * * *", run)]}, "job mpi.meet does not begin with planted."),
        ("actions", {"ACTIONS": [AuditAction("mpi.read", "x")]}, "audit action mpi.read is declared by jinling"),
        ("actions", {"ACTIONS": [AuditAction("mpi.rad", "x")]}, "action mpi.rad does not begin with planted."),
        (
            "permissions",
            {"PERMISSIONS": [Permission("mpi.rad", "x")]},
            "of PERMISSIONS mpi.rad does not begin with planted.",
        ),
        ("permissions", {"ROLES": [Role("new", "x", "staff", ("TREAT",), workplace="office")]}, "works at office"),
        ("actions", {"ACTIONS": [AuditAction("planted.x", "x", "genome")]}, "touches genome"),
        ("pages", {"MENU": [MenuItem("staff", "Calls", "planted:calls")]}, "leads to planted:calls"),
        (
            "pages",
            {"MENU": [MenuItem("staff", "Mine", "access_audit")]},
            "menu entry staff access_audit is declared by",
        ),
        (
            "pages",
            {"MENU": [MenuItem("citizen", "C", "access_audit", "", 1, "cards.own")]},
            "citizen, which may not open it",
        ),
        ("pages", {"MENU": [MenuItem("staff", "C", "set_language", "ear")]}, "shows the icon ear"),
        ("pages", {"MENU": [MenuItem("staff", "C", "set_language", "", 1, "planted.x")]}, "asks for planted.x"),
    ],
)
def test_what_does_not_fit_is_said(
    planted: dict[str, ModuleType], socket: str, bound: dict[str, object], said: str
) -> None:
    planted[socket] = a_module(**bound)
    assert said in "\n".join(faults())


def test_a_handler_that_waits_for_what_nobody_announces_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Handler("planted.tell", ("scheduling.AppointmentBoked",), lambda events: None)
    monkeypatch.setattr("jinling.config.assembly.outbox.handlers", lambda: (waiting,))
    assert any("AppointmentBoked, which no context announces" in fault for fault in faults())


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (Declaration("planted.x"), "asks for planted.x, which no context declares"),
        (Declaration("mpi.read", ("caller",)), "asks for the relation caller, which no context declares"),
        (Declaration("mpi.read", purpose="TREATS"), "has the purpose TREATS, which nobody knows"),
    ],
)
def test_a_door_that_nobody_could_open_is_said(
    monkeypatch: pytest.MonkeyPatch, declared: Declaration, said: str
) -> None:
    door = Route("/planted/", "PAGE", "planted:calls", declared)
    monkeypatch.setattr("jinling.config.assembly.access.routes", lambda: [door])
    assert [fault for fault in faults() if said in fault] == [f"planted:calls {said}"]


@pytest.mark.parametrize("name", ["action.py", "job.py", "message.yaml", "figure", "permission.py"])
def test_a_file_whose_name_is_nearly_a_sockets_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).touch()
    planted = {"jinling.services.cards": tmp_path}
    monkeypatch.setattr("jinling.config.assembly.folder_of", lambda of: planted.get(of) or discovery.folder_of(of))
    said = [fault for fault in faults() if "is no socket, and nothing gathers it" in fault]
    assert [fault.split()[1] for fault in said] == [name]


@pytest.mark.parametrize(
    ("socket", "bound", "said"),
    [
        ("permissions", {"STANDINGS": {"nobody": lambda actor, patients: []}}, "nobody"),
        ("permissions", {"SAME_PERSON": lambda patient: [patient]}, "more than one context offers SAME_PERSON"),
    ],
)
def test_what_is_gathered_only_when_a_patient_is_asked_for_is_held_at_start_too(
    monkeypatch: pytest.MonkeyPatch, socket: str, bound: dict[str, object], said: str
) -> None:
    planted = a_module(PERMISSIONS=[], **bound)
    monkeypatch.setattr(judgement, "gather", lambda name: iter([*gather(name), ("jinling.services.planted", planted)]))
    for cached in (judgement.relation_books, judgement.who_knows_records):
        cached.cache_clear()
    told = [fault for fault in faults() if said in fault]
    for cached in (judgement.relation_books, judgement.who_knows_records):
        cached.cache_clear()
    assert told


def test_an_entry_that_nobody_could_read_is_not_written() -> None:
    from jinling.foundation.audit import public
    from jinling.kernel.actor import system

    with pytest.raises(SocketBroken, match=r"scheduling\.bok"):
        public.record(by=system("t"), action="scheduling.bok")


def written_actions() -> Iterator[tuple[str, str]]:
    """``(place, action)`` of every action that code hands to the audit as a plain text."""
    for path in code(".py"):
        for node in nodes(path.read_text(encoding="utf-8")):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            told = [part.value for part in node.keywords if part.arg == "action"]
            told += node.args[:1] if name == "Act" else []
            told += node.args[1:2] if name in ("_recorded", "_record", "_tell") else []
            for value in told:
                for part in ast.walk(value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                        yield place(path), part.value


def test_every_action_that_code_writes_is_declared() -> None:
    """Also those on ways that no test takes: there the refusal of an undeclared one would meet a user."""
    written = set(written_actions())
    assert len(written) > 90
    assert (
        sorted(
            (path, action)
            for path, action in written
            if action.strip(".") not in audit.actions()
            and not any(known.startswith(action) for known in audit.actions() if action.endswith("."))
        )
        == []
    )
