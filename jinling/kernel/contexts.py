"""Where contexts stand, and how the module of a socket is held to what is declared of it.

A socket is a module (or a data file) of a fixed name inside a context. What it must and may offer is declared by a
``Socket`` in ``kernel/sockets.py``; a module that offers something else, or nothing, is refused when it is gathered.
"""

from __future__ import annotations

import difflib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from weakref import WeakSet

from jinling.kernel.fitting import call_faults, misfits

SHELVES = ("web", "foundation", "services", "data", "channels")
ALIKE = 0.75  # names that look so much alike are one name, written wrong
T = TypeVar("T")


class SocketBroken(ValueError):
    """A context's socket does not offer what is declared of it: a fault of the code, found at start."""


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


def folder_of(context: str) -> Path:
    """The folder of a context."""
    spec = importlib.util.find_spec(context)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(context)
    return Path(next(iter(spec.submodule_search_locations)))


# -- what a name is bound to ---------------------------------------------------------------


def _is_a(value: Any, kind: type | str) -> bool:
    """Whether a value is of a kind; a library's class that the kernel may not import is named by its dotted path."""
    if isinstance(kind, type):
        return isinstance(value, kind)
    return any(f"{known.__module__}.{known.__qualname__}" == kind for known in type(value).__mro__)


def _called(kind: type | str) -> str:
    return kind.__name__ if isinstance(kind, type) else kind


@dataclass(frozen=True, slots=True)
class One:
    """A single value of a kind."""

    kind: type | str

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with the value."""
        if not _is_a(value, self.kind):
            yield f"is no {_called(self.kind)}"


@dataclass(frozen=True, slots=True)
class Each:
    """A list or tuple of values of a kind (or one of several)."""

    kinds: tuple[type | str, ...]

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with the value."""
        if not isinstance(value, list | tuple):
            yield "is no list"
            return
        for number, item in enumerate(value):
            kind = next((kind for kind in self.kinds if _is_a(item, kind)), None)
            if kind is None:
                yield f"[{number}] is no {' or '.join(map(_called, self.kinds))}"
            elif isinstance(kind, type):
                yield from (f"[{number}] {fault}" for fault in misfits(item, kind))


@dataclass(frozen=True, slots=True)
class Verbs:
    """A mapping of names to functions that take these arguments."""

    arguments: tuple[str, ...]

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with the value."""
        if not isinstance(value, Mapping):
            yield "is no mapping of names to functions"
            return
        for name, verb in value.items():
            for fault in Verb(self.arguments).faults(verb):
                yield f"[{name!r}] {fault}"


@dataclass(frozen=True, slots=True)
class Verb:
    """A function that takes these arguments: by position, or ``by_name``, as whoever gathers it calls it."""

    arguments: tuple[str, ...]
    by_name: bool = False

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with the value."""
        yield from call_faults(value, self.arguments, by_name=self.by_name)


Shape = One | Each | Verb | Verbs


@dataclass(frozen=True, slots=True)
class Offer:
    """One name that the module of a socket must (``required``) or may bind."""

    name: str
    shape: Shape
    required: bool = False


@dataclass(frozen=True, slots=True)
class Socket:
    """A module or data file that a context may have.

    ``what`` says what it is for; ``gathered_by`` is the dotted name of who gathers it: a function that may be called
    at start to see that all of them fit together, or a module that need only be imported; ``gathered_too`` are further
    such functions. ``file`` is the name of a data file where the socket is none of Python.
    """

    what: str
    gathered_by: str
    offers: tuple[Offer, ...] = ()
    file: str = ""
    gathered_too: tuple[str, ...] = ()

    def faults(self, module: ModuleType) -> Iterator[str]:
        """What a module offers wrongly: names that are missing, misspelt, or bound to something else."""
        names = {offer.name for offer in self.offers}
        bound = vars(module)
        for offer in self.offers:
            if offer.name in bound:
                yield from (f"{offer.name} {fault}" for fault in offer.shape.faults(bound[offer.name]))
            elif offer.required:
                yield f"{offer.name} is missing"
        if names.isdisjoint(bound):
            yield f"offers none of {', '.join(sorted(names))}"
        for name, value in bound.items():
            if name.startswith("_") or name in names or isinstance(value, type | ModuleType):
                continue
            if self._holds_offers(value):
                yield f"{name} is not a name of this socket; it has {', '.join(sorted(names))}"
            elif near := self._meant(name, value):
                yield f"{name} is not a name of this socket; did you mean {near}?"

    def _meant(self, name: str, value: Any) -> str:
        """The name of this socket that one in capitals, bound to what might be offered, seems to be written for."""
        offered = {offer.name for offer in self.offers}
        if name.upper() in offered and isinstance(value, list | tuple | Mapping):
            return name.upper()
        if not name.isupper() or not (isinstance(value, list | tuple | Mapping) or callable(value)):
            return ""
        near = difflib.get_close_matches(name, [offer.name for offer in self.offers], n=1, cutoff=ALIKE)
        return near[0] if near else ""

    def _holds_offers(self, value: Any) -> bool:
        kinds = tuple(
            kind
            for offer in self.offers
            if isinstance(offer.shape, Each)
            for kind in offer.shape.kinds
            if isinstance(kind, type)
        )
        return isinstance(value, list | tuple) and any(isinstance(item, kinds) for item in value)


# -- finding -------------------------------------------------------------------------------


def modules(name: str, socket: Socket) -> Iterator[tuple[str, ModuleType]]:
    """Yield ``(context, module)`` for every context that has a module of that name.

    Raises:
        SocketBroken: a module does not offer what the socket declares.
    """
    for context in contexts():
        dotted = f"{context}.{name}"
        if importlib.util.find_spec(dotted) is not None:
            yield context, _sound(dotted, socket)


def files(socket: Socket) -> Iterator[tuple[str, Path]]:
    """Yield ``(context, path)`` for every context that has the socket's data file."""
    for context in contexts():
        path = folder_of(context) / socket.file
        if path.is_file():
            yield context, path


_sounded: WeakSet[ModuleType] = WeakSet()


def _sound(dotted: str, socket: Socket) -> ModuleType:
    module = importlib.import_module(dotted)
    if module not in _sounded:
        faults = list(socket.faults(module))
        if faults:
            raise SocketBroken(f"{dotted}: {'; '.join(faults)}")
        _sounded.add(module)
    return module


def once(
    offered: Iterable[tuple[str, T]], name_of: Callable[[T], str], what: str, *, own: bool = False
) -> dict[str, T]:
    """What contexts offer, by name, in the order in which it comes: no second one takes the place of the first.

    Args:
        offered: ``(context, thing)``.
        what: what the things are called in a fault.
        own: whether a name must begin with the label of its context, as in ``scheduling.book``.

    Raises:
        SocketBroken: every name that is offered twice, or is another context's.
    """
    found: dict[str, T] = {}
    owners: dict[str, str] = {}
    broken = []
    for context, thing in offered:
        name = name_of(thing)
        if name in found:
            twice = "twice" if owners[name] == context else f"by {owners[name]} too"
            broken.append(f"{context}: {what} {name} is declared {twice}")
            continue
        if own and name.partition(".")[0] != context.rpartition(".")[2]:
            broken.append(f"{context}: {what} {name} does not begin with {context.rpartition('.')[2]}.")
        found[name], owners[name] = thing, context
    if broken:
        raise SocketBroken("; ".join(broken))
    return found


def each(gathered: Iterable[tuple[str, ModuleType]], name: str) -> Iterator[tuple[str, Any]]:
    """``(context, thing)`` of everything that the modules of a socket bind a name to."""
    return ((context, thing) for context, module in gathered for thing in getattr(module, name, ()))


def resolve(dotted: str) -> Callable[..., Any] | ModuleType:
    """A module, or a function of a module, by its dotted name below ``jinling``.

    Raises:
        SocketBroken: there is no such thing.
    """
    path = f"jinling.{dotted}"
    with_name, _, name = path.rpartition(".")
    try:
        if importlib.util.find_spec(path) is not None:
            return importlib.import_module(path)
    except ModuleNotFoundError:
        pass
    found: Callable[..., Any] | None = getattr(importlib.import_module(with_name), name, None)
    if found is None:
        raise SocketBroken(f"{path} gathers a socket and is not there")
    return found
