"""Data files of scheduling, and what a city pack has in place of them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi


def departments() -> tuple[dict[str, Any], ...]:
    """Departments of the demo city's hospitals, in print order: the pack's, else what its country makes likely."""
    return tuple(_own().get("departments") or _file("departments"))


def titles() -> tuple[str, ...]:
    """Professional titles of the demo city's doctors, highest first."""
    return tuple(_own().get("titles") or _file("titles"))


def _own() -> dict[str, Any]:
    return dict(directory.current_pack().section("departments", {}))


def _file(name: str) -> Any:
    return _read(name if mpi.country().builtin else f"{name}_en")


@lru_cache(maxsize=4)
def _read(name: str) -> Any:
    return yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
