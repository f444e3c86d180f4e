"""What the sections of a pack are made of: the types that several share, and who declares which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from jinling.foundation.directory.rules.names import CODE
from jinling.kernel.contexts import each, once
from jinling.kernel.sockets import PackFault, PackSection, gather

Code = Annotated[str, Field(pattern=CODE)]
Name = Annotated[str, Field(min_length=1, max_length=120)]


class Entry(BaseModel):
    """Anything in a pack: exact types, no key that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


def sections() -> list[PackSection]:
    """Every section that a context declares, in the order in which they are checked and loaded.

    Raises:
        SocketBroken: two contexts declare the same section.
    """
    found = once(each(gather("pack"), "SECTIONS"), lambda one: str(one.name), "the pack section")
    return sorted(found.values(), key=lambda section: (section.order, section.name))


def duplicates(entries: Sequence[Mapping[str, Any]], *keys: str, at: tuple[str | int, ...] = ()) -> Iterator[PackFault]:
    """Entries of a list that have a value in common which each should have for itself; what is left out or
    empty is nobody's.

    Args:
        keys: what must differ, ``code`` for one.
        at: the path of the list in the data that is checked.
    """
    for key in keys:
        first: dict[str, int] = {}
        for i, entry in enumerate(entries):
            value = entry.get(key)
            if value in (None, ""):
                continue
            if value in first:
                yield PackFault(
                    f"duplicate_{key}",
                    _("%(value)s stands twice (first as entry %(first)s).")
                    % {"value": value, "first": first[value] + 1},
                    _("Give each entry its own."),
                    entry=str(entry.get("code", value)),
                    at=(*at, i, key),
                )
            first.setdefault(value, i)
