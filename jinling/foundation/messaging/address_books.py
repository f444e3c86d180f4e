"""Addresses of recipients, from the ``contacts.py`` of the contexts that know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from jinling.kernel.contexts import once
from jinling.kernel.sockets import gather

AddressBook = Callable[[Sequence[str]], Mapping[str, str]]


@lru_cache(maxsize=1)
def books() -> Mapping[str, AddressBook]:
    """The address books by kind of recipient (``patient``, ``account``).

    Raises:
        SocketBroken: two contexts know one kind.
    """
    offered = [
        (context, kind_and_book) for context, module in gather("contacts") for kind_and_book in module.CONTACTS.items()
    ]
    return dict(once(offered, lambda one: str(one[0]), "the kind of recipient").values())


def addresses(recipients: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Addresses of ``(kind, id)`` recipients, one call per kind; whoever has none is left out."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, value in recipients:
        wanted[kind].append(value)
    return {
        (kind, value): address
        for kind, values in wanted.items()
        if kind in books()
        for value, address in books()[kind](values).items()
        if address
    }
