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
from django.core.exceptions import FieldDoesNotExist, SuspiciousFileOperation
from django.db.models import BinaryField
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve as resolve_address, reverse

from jinling.config.database import resealing
from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.outbox import public as outbox
from jinling.kernel.contexts import SHELVES, Each, SocketBroken, contexts, folder_of, resolve
from jinling.kernel.sockets import SOCKETS, gather
from jinling.web.menus import items, ways

PART = re.compile(r"<(?:(\w+):)?\w+>")
# What each converter takes, and those that are narrower do not.
SAMPLES = dict.fromkeys(("uuid", "uuidstr"), "00000000-0000-4000-8000-000000000000")
SAMPLES |= {"int": "1", "slug": "x", "str": "x.~", "path": "x.~/x"}
MEANT = frozenset({"contracts", "ages", "fractions"})  # words of their own, and no socket written wrong
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
    yield from _no_contexts()
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
        # A module that cannot be imported must not keep the others' faults from being told.
        except (Exception, SystemExit) as fault:
            broken = True
            yield f"{name}: {type(fault).__name__}: {fault}"
    if not broken:
        yield from _menus()
        yield from _ways()
        yield from _doors()
        yield from _events()
        yield from _categories()
        yield from _sealed()
        yield from _workplaces()
        yield from _addresses()


def _misnamed() -> Iterator[str]:
    """A file whose name is nearly a socket's, or that binds what a socket does: nobody would gather it, nor say so."""
    files = {socket.file or f"{name}.py": name for name, socket in SOCKETS.items()}
    bound = {offer.name: name for name, socket in SOCKETS.items() for offer in socket.offers if offer.name.isupper()}
    kinds = {
        kind.__name__
        for socket in SOCKETS.values()
        for offer in socket.offers
        if isinstance(offer.shape, Each)
        for kind in offer.shape.kinds
        if isinstance(kind, type)
    }
    # Such a name, and beside it the class of what is offered by it.
    binds = re.compile(rf"^({'|'.join(bound)})\b[^=\n]*(?:=\s*[\[(]\s*|\[)(?:{'|'.join(kinds)})\b", re.MULTILINE)
    for context in contexts():
        there = {path.name for path in folder_of(context).iterdir()}
        for path in sorted(folder_of(context).iterdir()):
            if path.name.startswith(("_", ".")) or path.name in files or (path.is_dir() and path.name in SOCKETS):
                continue
            if path.suffix in ("", ".py", ".yaml", ".yml", ".json"):
                near = difflib.get_close_matches(path.stem.lower(), SOCKETS, n=1, cutoff=NEAR)
                wanted = SOCKETS[near[0]].file or f"{near[0]}.py" if near else ""
                if near and path.stem not in MEANT and not (path.is_dir() and there & {wanted, near[0]}):
                    yield f"{context}: {path.name} is no socket, and nothing gathers it; did you mean {wanted}?"
                    continue
            is_code = path.suffix == ".py" and path.is_file()
            said = binds.search(path.read_text(encoding="utf-8", errors="replace")) if is_code else None
            if said:
                yield f"{context}: {path.name} binds {said[1]}, which is gathered from {bound[said[1]]}.py alone"


def _no_contexts() -> Iterator[str]:
    """A folder of code on a shelf that is no context, since it has no ``apps.py``."""
    for shelf in SHELVES:
        for folder in sorted(path for path in folder_of(f"jinling.{shelf}").iterdir() if path.is_dir()):
            context = f"jinling.{shelf}.{folder.name}"
            is_inside = f"jinling.{shelf}" in contexts()  # a shelf that is a context itself has rooms
            if context not in contexts() and not is_inside and any(folder.glob("*.py")):
                yield f"{context}: it has no apps.py, and is therefore no context: nothing of it is gathered"


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
            door = getattr(resolve_address(reverse(item.url_name)).func, "access", None)
        except NoReverseMatch:
            door = None
            yield f"the menu entry {item.label!r} leads to {item.url_name}, which is no address without arguments"
        for code, role in access.roles().items():
            held = access.grants()[code]
            if door is None or role.kind != item.menu or item.permission not in held or "self" in door.relations:
                continue  # one's own account is everybody's
            if not (door.permission in {"", *held} and access.admissible(code, door)):
                yield f"the menu entry {item.label!r} is shown to the role {code}, which may not open it"
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
    try:
        path = finders.find(sprite)
    except SuspiciousFileOperation:
        return frozenset()
    text = Path(path).read_text(encoding="utf-8") if isinstance(path, str) else ""
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', text))


def _events() -> Iterator[str]:
    known = set()
    for context in contexts():
        if importlib.util.find_spec(f"{context}.events") is not None:
            module = importlib.import_module(f"{context}.events")
            known |= {
                f"{context.rpartition('.')[2]}.{name}"
                for name, kind in vars(module).items()
                if isinstance(kind, type) and is_dataclass(kind)
                if f"{kind.__module__}.".startswith(f"{module.__name__}.")
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
    declared = set()
    for column in resealing.columns():
        try:
            model = apps.get_model(column.model)
            for name in (column.column, *column.indexes):
                if not isinstance(model._meta.get_field(name), BinaryField):
                    yield f"the sealed column {column.model}.{name} does not hold bytes"
            declared.add((model, column.column))
        except (LookupError, ValueError, FieldDoesNotExist) as fault:
            yield f"the sealed column {column.model}.{column.column} is not there: {fault}"
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if (
                isinstance(field, BinaryField)
                and field.name.endswith("_sealed")
                and (model, field.name) not in declared
            ):
                yield f"{model._meta.label}.{field.name} stands in no sealed.py: a change of keys would not find it"


def _workplaces() -> Iterator[str]:
    for role in access.roles().values():
        if role.workplace and role.workplace not in directory.Kind.values:
            yield f"the role {role.code} works at {role.workplace}, which is no kind of institution"


def _addresses() -> Iterator[str]:
    """Every address leads where it says: none is another context's too, or hidden behind one that is tried before."""
    for route in access.routes():
        parts = {found[1] or "str" for found in PART.finditer(route.pattern)}
        if "(" in route.pattern or "\\" in route.pattern or parts - set(SAMPLES):
            continue  # a library's regular expression, or a converter that only its context knows
        sample = PART.sub(lambda part: SAMPLES[part[1] or "str"], route.pattern)
        try:
            found = "/" + resolve_address(sample).route
        except Resolver404:
            found = "nothing"
        if found != route.pattern:
            yield f"{route.name}: {route.pattern} is never reached, {found} is tried before it"
    served: dict[tuple[str, str], set[str]] = {}
    for route in access.routes():
        for method in route.method.split(","):
            served.setdefault((route.pattern, method), set()).add(route.name)
    for (pattern, method), names in served.items():
        if len(names) > 1:
            yield f"{pattern} ({method}) is served by {' and '.join(sorted(names))}"
