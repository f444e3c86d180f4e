"""Every socket on one page: the file a context may have, what it must or may offer, who gathers it.

A context is a package under a shelf that has an ``apps.py``. A socket is a module of a fixed name inside a context;
whoever gathers it finds it by that name, so that a new context needs no edit elsewhere. ``SOCKETS``, at the end,
declares each; the classes before it are what the names of the modules are bound to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from jinling.kernel.contexts import Each, Offer, One, Socket, Verb, Verbs, files, modules
from jinling.kernel.figures import Dimension, Indicator, Replayer


def gather(socket: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield ``(context, module)`` for every context that offers ``socket``, each held to what is declared below.

    Raises:
        KeyError: the socket is not declared on this page.
        SocketBroken: a context offers something else.
    """
    return modules(socket, SOCKETS[socket])


def gather_files(socket: str) -> Iterator[tuple[str, Path]]:
    """Yield ``(context, path)`` for every context that has the data file of ``socket``."""
    return files(SOCKETS[socket])


# -- pages ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu; ``label`` is an English msgid, ``icon`` a symbol of the context's own ``icons.svg``
    (``cards:chip``) or of the platform's (``card``)."""

    menu: Literal["citizen", "staff"]
    label: str
    url_name: str
    icon: str = ""
    order: int = 100
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """An address to which pages of lower contexts lead without knowing whose it is: ``place`` says what is there
    (``people``, ``cards_of``), ``url_name`` where."""

    place: str
    url_name: str


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

RoleKind = Literal["citizen", "staff", "client", "device", "system"]


@dataclass(frozen=True, slots=True)
class Permission:
    """A thing that may be allowed; ``code`` reads ``scheduling.book``; ``label`` is a msgid."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role: ``purposes`` (the first is the usual one), ``relations`` and ``level`` bound what it may ever do,
    whatever is granted to it.

    ``second_factor`` says whether signing in takes a second factor; ``label`` is a msgid; ``workplace`` is the kind
    of institution where a person of this role works, empty for the city's own.
    """

    code: str
    label: str
    kind: RoleKind
    purposes: tuple[str, ...]
    relations: tuple[str, ...] = ("none",)
    level: int = 1
    second_factor: bool = True
    workplace: str = ""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """Permissions that a role holds. A context grants its own permissions to roles of lower contexts, and
    permissions of lower contexts to its own roles."""

    role: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """How an actor may stand to the person or organisation concerned; ``label`` is a msgid. ``asks_consent`` says
    that somebody else's record is looked at, so that the patient's word counts."""

    name: str
    label: str
    asks_consent: bool = False


@dataclass(frozen=True, slots=True)
class DataCategory:
    """A kind of data that a person's word about sharing can name; ``label`` is a msgid."""

    code: str
    label: str


# -- audit ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditAction:
    """What an audit entry's action (``scheduling.book``) reads as to the person concerned: ``sentence`` is a msgid.
    ``category`` names the kind of data that was touched, where a word about sharing can name it."""

    code: str
    sentence: str
    category: str = ""


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
class PackFault:
    """What a context finds wrong between files of a city pack.

    ``code`` is stable; ``what`` and ``remedy`` are sentences in the reader's language; ``entry`` is how a person finds
    the entry, ``at`` the path to its value in the data that was checked, from which the directory tells file and line.
    A ``remark`` says what the city should know and keeps no pack from being loaded.
    """

    code: str
    what: str
    remedy: str
    entry: str = ""
    at: tuple[str | int, ...] = ()
    remark: bool = False


@dataclass(frozen=True, slots=True)
class PackSection:
    """A file of a city pack as the context declares it that reads it: ``name`` is ``channels`` for ``channels.yaml``,
    ``shape`` a pydantic model class that its data is held to.

    ``check(data, pack)`` says what is wrong between this section, whose shape is right, and the others: the pack it
    is given has only sections whose shape is right. ``load(data, pack)`` writes idempotently and returns how many
    entries it wrote; None where nothing is stored. Sections are checked and loaded by ``order``.

    With ``files`` the section is a folder of files of one shape, ``NAME/2018-05.json``: a pattern of their names
    without the ending, ``example`` one of them; ``check`` and ``load`` are called for each file.
    """

    name: str
    shape: type[Any]
    check: Callable[[Any, Any], Iterable[PackFault]] | None = None
    load: Callable[[Any, Any], int] | None = None
    required: bool = False
    order: int = 100
    files: str = ""
    example: str = ""


# -- the page ------------------------------------------------------------------------------

SOCKETS: Mapping[str, Socket] = {
    "pages": Socket(
        "addresses and menu entries",
        "web.menus.items",
        (
            Offer("urlpatterns", Each(("django.urls.resolvers.URLPattern", "django.urls.resolvers.URLResolver"))),
            Offer("MENU", Each((MenuItem,))),
            Offer("WAYS", Each((Way,))),
        ),
    ),
    "api": Socket("a router of the JSON API", "config.api", (Offer("router", One("ninja.router.Router"), True),)),
    "fhir": Socket(
        "FHIR resources and search parameters",
        "channels.fhirapi.pages.resources",
        (Offer("RESOURCES", Each((FhirResource,)), True),),
    ),
    "handlers": Socket(
        "reactions to events", "foundation.outbox.usecases.handlers", (Offer("HANDLERS", Each((Handler,)), True),)
    ),
    "jobs": Socket("scheduled work", "foundation.outbox.schedule.scheduled_jobs", (Offer("JOBS", Each((Job,)), True),)),
    "figures": Socket(
        "what is counted, and by what",
        "data.statistics.queries.figures.indicators",
        (Offer("INDICATORS", Each((Indicator,))), Offer("DIMENSIONS", Each((Dimension,)))),
        gathered_too=("data.statistics.queries.figures.dimensions",),
    ),
    "replays": Socket(
        "how printed figures become events",
        "data.statistics.queries.replays.replayers",
        (Offer("REPLAYS", Each((Replayer,)), True),),
    ),
    "contacts": Socket(
        "where recipients can be reached, by kind: ids -> {id: address}",
        "foundation.messaging.address_books.books",
        (Offer("CONTACTS", Verbs(("ids",)), True),),
    ),
    "messages": Socket(
        "wordings of notices, in English as every text of the code",
        "foundation.messaging.wordings.wordings",
        file="messages.yaml",
    ),
    "sealed": Socket(
        "columns whose values are sealed",
        "config.database.resealing.columns",
        (Offer("SEALED", Each((SealedColumn,)), True),),
    ),
    "permissions": Socket(
        "permissions; roles, what they hold, relations, categories of data",
        "foundation.access.queries.grants",
        (
            Offer("PERMISSIONS", Each((Permission,))),
            Offer("ROLES", Each((Role,))),
            Offer("GRANTS", Each((RoleGrant,))),
            Offer("RELATIONS", Each((Relation,))),
            # Who stands so to whom: ``(actor, patients' ids) -> ids``, by relation.
            Offer("STANDINGS", Verbs(("by", "patients"))),
            Offer("CATEGORIES", Each((DataCategory,))),
            # All records of the same person: ``(patient's id) -> ids``; one context knows it.
            Offer("SAME_PERSON", Verb(("patient",))),
        ),
        gathered_too=(
            "foundation.access.judgement.relation_books",
            "foundation.access.judgement.who_knows_records",
        ),
    ),
    "actions": Socket(
        "what the entries of the audit read as",
        "foundation.audit.queries.actions",
        (Offer("ACTIONS", Each((AuditAction,)), True),),
    ),
    "pack": Socket(
        "sections of a city pack: shape, check, load",
        "foundation.directory.packs.sections.sections",
        (Offer("SECTIONS", Each((PackSection,)), True),),
    ),
    "demo": Socket(
        "load(scale, seed): believable synthetic data",
        "config.demo",
        (Offer("load", Verb(("scale", "seed"), by_name=True), True),),
    ),
}
