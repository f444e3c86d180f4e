"""The demo city: what each context adds to it, and the pack's reference month replayed at a scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.sockets import gather


def reference_file() -> Path | None:
    """The newest month of the city pack's reference figures, if the pack has any."""
    months = sorted((directory.current_pack().path / "reference").glob("*.json"))
    return months[-1] if months else None


def load(*, scale: float, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Let every context add its demo, then replay the reference month; harmless when done again.

    Args:
        scale: the share of the month's events, 0.01 is a hundredth.
        seed: the same seed gives the same city.
        tell: says what is being done.

    Returns:
        ``{"reference": file name or None, "scale", "seed", "contexts": [...]}``
    """
    added = []
    for context, module in gather("demo"):
        tell(context.rsplit(".", 1)[-1])
        module.load(scale=scale, seed=seed)
        added.append(context)
    # Last, because it takes longest: whoever opens the pages meanwhile can already book.
    file = reference_file()
    if file is not None:
        call_command("replay", str(file), scale=scale, seed=seed, prepare=False)
    return {"reference": file.name if file else None, "scale": scale, "seed": seed, "contexts": added}


def asked(scale: float, seed: int) -> dict[str, Any]:
    """What identifies a demo: the pack, its reference month, scale and seed."""
    file = reference_file()
    return {"city": settings.JINLING_CITY, "reference": file.name if file else None, "scale": scale, "seed": seed}


def workplaces() -> dict[str, str]:
    """Where each role of the demonstration works: at the city's first institution of the kind, if it has one."""
    first: dict[str, str] = {}
    for one in directory.organizations():
        first.setdefault(one.kind, one.code)
    return {role.code: first[role.workplace] for role in access.roles().values() if role.workplace in first}


def logins(*, fresh: bool) -> list[dict[str, str]]:
    """Accounts for trying every role, made when missing: ``role``, ``username``, ``password``.

    Args:
        fresh: the demo was loaded just now; else the accounts are taken to be as they were left.
    """
    return [
        {"role": str(role), "username": username, "password": password}
        for role, username, password in access.ensure_demo_accounts(organizations=workplaces(), check_passwords=fresh)
    ]
