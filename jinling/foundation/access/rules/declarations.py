"""What a page or endpoint declares about itself, next to its definition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declaration:
    """What it takes to come in. Without a ``permission`` it is open to everyone.

    ``relation`` is how the actor must stand to the person or organisation concerned (several are tried in
    order), ``purpose`` replaces the role's usual purpose of use, ``level`` is the level of the data shown
    (1 public to 5 special diseases, 0 none), ``fresh`` asks for a sign-in not older than five minutes.
    """

    permission: str = ""
    relations: tuple[str, ...] = ("none",)
    purpose: str = ""
    level: int = 1
    fresh: bool = False


OPEN = Declaration()
