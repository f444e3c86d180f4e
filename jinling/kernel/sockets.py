"""Every socket on one page: the file a context may offer, what it yields, who gathers it.

A context is a package under a shelf that has an ``apps.py``. A socket is a module of a fixed name
inside a context; whoever gathers it finds it by that name, so that a new context needs no edit
elsewhere.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any, Protocol

SHELVES = ("web", "foundation", "services", "data", "channels")

SOCKETS: Mapping[str, str] = {
    "pages": "urlpatterns, MENU; gathered by config.urls and the menus",
    "api": "router; gathered by config.urls",
    "fhir": "RESOURCES, FHIR resources and search parameters; gathered by channels.fhirapi",
    "handlers": "HANDLERS, reactions to events; gathered by foundation.outbox",
    "jobs": "JOBS, scheduled work; gathered by foundation.outbox",
    "hints": "CDS Hooks cards; gathered by channels.cdshooks",
    "figures": "INDICATORS and TABLES; gathered by data.statistics",
    "replays": "REPLAYS, how printed figures become events; gathered by data.statistics",
    "timeline": "a patient's entries; gathered by channels.workbench",
    "contacts": "CONTACTS, {kind: ids -> {id: address}}; gathered by foundation.messaging",
    "sealed": "SEALED, columns whose values are sealed; gathered by the keys command",
    "permissions": "PERMISSIONS and ROLES; gathered by foundation.access",
    "pack": "LOADERS of city pack sections; gathered by foundation.directory",
    "demo": "load(scale, seed): believable synthetic data; gathered by the demo command",
}


@lru_cache(maxsize=1)
def contexts() -> tuple[str, ...]:
    """Dotted names of all contexts, in shelf order then by name."""
    found: list[str] = []
    for shelf in SHELVES:
        spec = importlib.util.find_spec(f"jinling.{shelf}")
        if spec is None or not spec.submodule_search_locations:
            continue
        if importlib.util.find_spec(f"jinling.{shelf}.apps"):
            found.append(f"jinling.{shelf}")
        names = sorted(m.name for m in pkgutil.iter_modules(spec.submodule_search_locations) if m.ispkg)
        found += [
            f"jinling.{shelf}.{name}" for name in names if importlib.util.find_spec(f"jinling.{shelf}.{name}.apps")
        ]
    return tuple(found)


def gather(socket: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield ``(context, module)`` for every context that offers ``socket``.

    Raises:
        KeyError: the socket is not declared on this page.
    """
    SOCKETS[socket]
    for context in contexts():
        name = f"{context}.{socket}"
        if importlib.util.find_spec(name) is not None:
            yield context, importlib.import_module(name)


# -- pages ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu. ``menu`` is citizen or staff; ``label`` an English msgid."""

    menu: str
    label: str
    url_name: str
    icon: str = ""
    order: int = 100
    permission: str = ""


# -- figures -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an indicator: a number, or the reason why there is none."""

    value: int | float | str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted. ``count(period)`` returns ``{dimension values: number}`` for a period.

    ``definition`` is the msgid of the counting rule; ``dimensions`` name the key's parts.
    """

    code: str
    name: str
    unit: str
    definition: str
    dimensions: tuple[str, ...]
    count: Callable[[Any], Mapping[tuple[Any, ...], Any]]


@dataclass(frozen=True, slots=True)
class TableResult:
    """One table of the bulletin. ``rows`` are lists in the order of ``columns``; ``total`` is
    aligned with ``columns`` too (text cells empty) or None; ``cumulative`` is a number or None."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    cumulative: int | None = None
    checks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class BulletinTable:
    """How a context fills one table of the bulletin: ``build(period) -> TableResult``."""

    name: str
    title: str
    build: Callable[[Any], TableResult]
    indicators: tuple[Indicator, ...] = ()
    order: int = 100


# -- replays -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What is to be replayed: the file's tables (those asked for), its period and how much of it.

    ``digest`` identifies file content, scale and seed together; a replayer derives ids from it.
    """

    period: str
    tables: Mapping[str, Mapping[str, Any]]
    scale: float
    seed: int
    digest: str


class Replayer(Protocol):
    """How a context turns printed figures into events through its own verbs."""

    tables: tuple[str, ...]

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """Split the work into chunks that are each replayed in one transaction."""

    def withdraw(self, period: str) -> int:
        """Take back an earlier replay of the period; returns how many events were taken back."""


@dataclass(frozen=True, slots=True)
class ReplayChunk:
    """A part of a replay. ``run()`` is called inside a transaction, once, and returns events made."""

    label: str
    events: int
    run: Callable[[], int]


# -- outbox --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """A delivered event: stored ``id``, its ``type`` (``scheduling.AppointmentBooked``) and payload."""

    id: int
    type: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Handler:
    """A reaction to events of some types. ``handle`` gets events of one transaction, may see an
    event again after a crash, and must be harmless then."""

    name: str
    types: tuple[str, ...]
    handle: Callable[[Sequence[Event]], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Scheduled work. ``cron`` has five fields, or six with seconds last."""

    name: str
    cron: str
    run: Callable[[datetime], None]


# -- permissions ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Permission:
    """A thing that may be allowed; ``code`` reads ``scheduling.book``; ``label`` is a msgid."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """Permissions that a role of the city holds in this context."""

    role: str
    permissions: tuple[str, ...]


# -- sealed columns ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed, so that a change of keys finds it.

    ``model`` reads ``mpi.Patient``; ``place(row)`` is where the value stands; ``indexes`` are the keyed index
    columns made of its text: ``{column: (row, text) -> (normalised value, space)}``.
    """

    model: str
    column: str
    place: Callable[[Any], str]
    indexes: Mapping[str, Callable[[Any, str], tuple[str, str]]] = field(default_factory=dict)


# -- timeline ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated fact about a patient, with its source."""

    on: date
    kind: str
    title: str
    organization: str
    detail: Mapping[str, Any] = field(default_factory=dict)


# -- FHIR ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FhirResource:
    """How a context speaks one FHIR R4 resource type. Resources are plain JSON-like mappings.

    ``read(by, id)`` gives one or None; ``search(by, params)`` gives matches for parameters that may repeat;
    ``operations`` are type-level ones, ``$match`` under ``match``: ``(by, Parameters) -> resource``. ``parameters``
    are search parameters by name with their FHIR type; those that name a person (``identifying``) are taken in a POST
    body only. ``permission``, ``relations`` and ``level`` are what it takes to come in.
    """

    type: str
    permission: str
    read: Callable[[Any, str], Mapping[str, Any] | None]
    search: Callable[[Any, Mapping[str, Sequence[str]]], Iterable[Mapping[str, Any]]]
    parameters: Mapping[str, str]
    identifying: frozenset[str] = frozenset()
    operations: Mapping[str, Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]] = field(default_factory=dict)
    relations: tuple[str, ...] = ("none",)
    level: int = 4


# -- city packs ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackLoader:
    """How a context reads its section of a city pack.

    ``check(data, pack)`` yields problems as sentences naming file, entry and mend; ``load(data,
    pack)`` writes idempotently and returns how many entries it wrote.
    """

    section: str
    check: Callable[[Any, Any], Iterable[str]]
    load: Callable[[Any, Any], int]
    order: int = 100
