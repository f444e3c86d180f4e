"""What a page or endpoint declares about itself, next to its definition; without a declaration nobody comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Declaration:
    """What it takes to come in. Without a ``permission`` it is open to everyone.

    ``relations`` are the ways in which the actor may stand to the person or organisation concerned,
    ``purpose`` replaces the role's usual purpose of use, ``level`` is the level of the data shown (1 public to
    5 special diseases, 0 none), ``fresh`` asks for a sign-in not older than five minutes.
    """

    permission: str = ""
    relations: tuple[str, ...] = ("none",)
    purpose: str = ""
    level: int = 1
    fresh: bool = False


OPEN = Declaration()


def open_to_all(view: View) -> View:
    """Declare that everyone may use this page or endpoint."""
    view.access = OPEN  # type: ignore[attr-defined]
    return view
