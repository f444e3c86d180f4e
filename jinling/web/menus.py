"""Menus made of what the contexts' pages offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import reverse

from jinling.kernel.contexts import SocketBroken
from jinling.kernel.sockets import MenuItem, gather


@lru_cache(maxsize=1)
def items() -> tuple[MenuItem, ...]:
    """Every entry that a context offers, in order."""
    found = [item for _context, module in gather("pages") for item in getattr(module, "MENU", ())]
    return tuple(sorted(found, key=lambda item: (item.menu, item.order, item.label)))


@lru_cache(maxsize=1)
def ways() -> Mapping[str, str]:
    """Names of addresses by what is there.

    Raises:
        SocketBroken: two contexts offer one place.
    """
    found: dict[str, str] = {}
    for context, module in gather("pages"):
        for way in getattr(module, "WAYS", ()):
            if way.place in found:
                raise SocketBroken(f"{context}: the place {way.place} is another context's too")
            found[way.place] = way.url_name
    return found


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
