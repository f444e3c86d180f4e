"""Every address and what it declares: what the default denial and the matrix of permissions are made of."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import URLResolver, get_resolver
from ninja.operation import Operation, PathView

from jinling.kernel.declarations import OPEN, Declaration

# Addresses whose views belong to libraries; everything else declares itself next to its view.
FOREIGN: Mapping[str, Declaration] = {
    "set_language": OPEN,
    "api:openapi-json": OPEN,
    "api:openapi-view": OPEN,
    "api:api-root": OPEN,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its pattern, HTTP methods, the name of its view, what it declares. Pages have "PAGE" in the
    place of methods, plain views behind a key "ANY"."""

    pattern: str
    method: str
    name: str
    declared: Declaration | None
    needs_key: bool = False


@lru_cache(maxsize=4096)
def is_declared(view: Callable[..., Any], name: str) -> bool:
    """Whether a resolved view, and of an endpoint each of its operations, says who may use it."""
    found = operations_of(view)
    if found:
        return all(hasattr(operation.view_func, "access") for operation in found)
    return hasattr(view, "access") or name in FOREIGN


def operations_of(view: Callable[..., Any]) -> list[Operation]:
    """The operations (one per HTTP method or more) of an endpoint of the JSON API; none of a page."""
    if not getattr(view, "__closure__", None) or getattr(view, "__module__", "") != "ninja.operation":
        return []
    owner = inspect.getclosurevars(view).nonlocals.get("self")
    return list(owner.operations) if isinstance(owner, PathView) else []


def routes() -> list[Route]:
    """Every address of the platform, in the order in which addresses are tried."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "/", "")))


def _walk(patterns: Sequence[Any], before: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}:{pattern.namespace}".lstrip(":") if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, address, inner)
            continue
        name = f"{namespace}:{pattern.name}" if namespace and pattern.name else str(pattern.name or "")
        operations = operations_of(pattern.callback)
        for operation in operations:
            view = operation.view_func
            yield Route(
                address,
                ",".join(operation.methods),
                f"{view.__module__}.{view.__name__}",
                getattr(view, "access", None),
                bool(operation.auth_callbacks),
            )
        if not operations:
            declared = getattr(pattern.callback, "access", None) or FOREIGN.get(name)
            keyed = getattr(pattern.callback, "needs_key", False)  # an interface of plain views, such as FHIR
            yield Route(address, "ANY" if keyed else "PAGE", name, declared, keyed)
