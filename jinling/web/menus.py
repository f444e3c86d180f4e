"""Menus made of what the contexts' pages offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import reverse

from jinling.kernel.contexts import each, once
from jinling.kernel.sockets import MenuItem, gather


@lru_cache(maxsize=1)
def items() -> tuple[MenuItem, ...]:
    """Every entry that a context offers, in order.

    Raises:
        SocketBroken: two entries of a menu lead to one address.
    """
    found = once(each(gather("pages"), "MENU"), lambda one: f"{one.menu} {one.url_name}", "the menu entry")
    return tuple(sorted(found.values(), key=lambda item: (item.menu, item.order, item.label)))


@lru_cache(maxsize=1)
def ways() -> Mapping[str, str]:
    """Names of addresses by what is there.

    Raises:
        SocketBroken: two contexts offer one place.
    """
    found = once(each(gather("pages"), "WAYS"), lambda way: str(way.place), "the place")
    return {place: way.url_name for place, way in found.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a page shows it; ``current``: the page belongs to it."""

    label: str
    address: str
    icon: str
    current: bool


@lru_cache
def _address(url_name: str) -> str:
    return reverse(url_name)


def current_of(path: str, addresses: Iterable[str]) -> str:
    """The longest address that is the path or a folder above it, segment by segment; empty when none is."""
    above = (address for address in addresses if path == address or path.startswith(address.rstrip("/") + "/"))
    return max(above, key=len, default="")


def menus(request: HttpRequest) -> dict[str, bool | dict[str, list[Entry]]]:
    """Context processor: ``menus.<menu name>`` is a list of entries the user may open; ``at_work`` is true on pages of
    the staff."""
    allowed: frozenset[str] = getattr(request, "permissions", frozenset())
    chosen: dict[str, list[MenuItem]] = {}
    for item in items():
        if not item.permission or item.permission in allowed:
            chosen.setdefault(item.menu, []).append(item)
    at_work = request.path.startswith("/staff/")
    return {"at_work": at_work, "menus": {name: _entries(entries, request.path) for name, entries in chosen.items()}}


def _entries(chosen: Iterable[MenuItem], path: str) -> list[Entry]:
    addresses = {item: _address(item.url_name) for item in chosen}
    current = current_of(path, addresses.values())
    return [Entry(item.label, address, item.icon, address == current) for item, address in addresses.items()]
