"""Whether the parts fit together: every socket gathered once, and what one says of another held against it.

``jinling run`` and ``jinling contexts --check`` look before anything is served; a test does at build.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch, get_resolver, reverse

from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.outbox import public as outbox
from jinling.kernel.contexts import SocketBroken, contexts, folder_of, resolve
from jinling.kernel.sockets import SOCKETS, gather
from jinling.web.menus import items, ways

NEAR = 0.8  # file names that look so much alike are one name, written wrong


def assemble() -> None:
    """Gather every socket and hold what they say of each other together.

    Raises:
        SocketBroken: a context offers something that does not fit; every fault is named.
    """
    found = list(faults())
    if found:
        raise SocketBroken("\n".join(found))


def faults() -> Iterator[str]:
    """What does not fit, one sentence each; whoever gathers a socket says what is wrong within it."""
    broken = False
    yield from _misnamed()
    for name, socket in SOCKETS.items():
        try:
            if socket.offers:
                list(gather(name))
            for gathered_by in (socket.gathered_by, *socket.gathered_too):
                gatherer = resolve(gathered_by)
                if not isinstance(gatherer, ModuleType):
                    gatherer()
        except SocketBroken as fault:
            broken = True
            yield f"{name}: {fault}"
        except Exception as fault:  # a module that cannot be imported must not keep the others' faults from being told
            broken = True
            yield f"{name}: {type(fault).__name__}: {fault}"
    if not broken:
        yield from _menus()
        yield from _ways()
        yield from _doors()
        yield from _events()
        yield from _categories()
        yield from _sealed()


def _misnamed() -> Iterator[str]:
    """A file whose name is nearly a socket's: nobody would gather it, and nobody would say so."""
    for context in contexts():
        there = {path.stem for path in folder_of(context).iterdir() if not path.name.startswith(("_", "."))}
        for name in sorted(there - set(SOCKETS)):
            near = difflib.get_close_matches(name, SOCKETS, n=1, cutoff=NEAR)
            if near and near[0] not in there:
                yield f"{context}: {name} is no socket, and nothing gathers it; did you mean {near[0]}?"


def _doors() -> Iterator[str]:
    """What pages and endpoints ask for must be something that somebody can have."""
    for route in access.routes():
        declared = route.declared
        if declared is None or not declared.permission:
            continue
        if declared.permission not in access.permissions():
            yield f"{route.name} asks for {declared.permission}, which no context declares"
        for relation in sorted(set(declared.relations) - set(access.relations())):
            yield f"{route.name} asks for the relation {relation}, which no context declares"
        if declared.purpose and declared.purpose not in access.PURPOSES:
            yield f"{route.name} has the purpose {declared.purpose}, which nobody knows"


def _menus() -> Iterator[str]:
    for item in items():
        if item.permission and item.permission not in access.permissions():
            yield f"the menu entry {item.label!r} asks for {item.permission}, which no context declares"
        try:
            reverse(item.url_name)
        except NoReverseMatch:
            yield f"the menu entry {item.label!r} leads to {item.url_name}, which is no address without arguments"
        context, _, symbol = item.icon.rpartition(":")
        if item.icon and symbol not in _symbols(f"{context or 'web'}/icons.svg"):
            yield f"the menu entry {item.label!r} shows the icon {item.icon}, which is not in its sprite"


def _ways() -> Iterator[str]:
    resolver = get_resolver()
    known = set(resolver.reverse_dict.keys())
    for space, (_prefix, inner) in resolver.namespace_dict.items():
        known |= {f"{space}:{name}" for name in inner.reverse_dict}
    for place, name in ways().items():
        if name not in known:
            yield f"the way {place} leads to {name}, which is no address"


@lru_cache(maxsize=32)
def _symbols(sprite: str) -> frozenset[str]:
    path = finders.find(sprite)
    text = Path(path).read_text(encoding="utf-8") if isinstance(path, str) else ""
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', text))


def _events() -> Iterator[str]:
    known = set()
    for context in contexts():
        if importlib.util.find_spec(f"{context}.events") is not None:
            module = importlib.import_module(f"{context}.events")
            known |= {
                f"{context.rpartition('.')[2]}.{name}" for name, kind in vars(module).items() if is_dataclass(kind)
            }
    for handler in outbox.handlers():
        for type_ in handler.types:
            if type_ not in known:
                yield f"the handler {handler.name} waits for {type_}, which no context announces"


def _categories() -> Iterator[str]:
    for action in audit.actions().values():
        if action.category and action.category not in access.categories():
            yield f"the audit action {action.code} touches {action.category}, a category that no context declares"


def _sealed() -> Iterator[str]:
    for _context, module in gather("sealed"):
        for column in module.SEALED:
            try:
                model = apps.get_model(column.model)
                for name in (column.column, *column.indexes):
                    model._meta.get_field(name)
            except (LookupError, FieldDoesNotExist) as fault:
                yield f"the sealed column {column.model}.{column.column} is not there: {fault}"
