"""Menus made of what the contexts' pages offer."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest

from jinling.kernel.sockets import MenuItem, gather


@lru_cache(maxsize=1)
def items() -> tuple[MenuItem, ...]:
    """Every entry that a context offers, in order."""
    found = [item for _context, module in gather("pages") for item in getattr(module, "MENU", ())]
    return tuple(sorted(found, key=lambda item: (item.menu, item.order, item.label)))


def menus(request: HttpRequest) -> dict[str, dict[str, list[MenuItem]]]:
    """Context processor: ``menus.<menu name>`` is a list of entries the user may open."""
    allowed: frozenset[str] = getattr(request, "permissions", frozenset())
    chosen: dict[str, list[MenuItem]] = {}
    for item in items():
        if not item.permission or item.permission in allowed:
            chosen.setdefault(item.menu, []).append(item)
    return {"menus": chosen}
