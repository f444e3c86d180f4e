"""Data files of scheduling."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def departments() -> tuple[dict[str, Any], ...]:
    """Departments of the demo city's hospitals, in print order."""
    return tuple(yaml.safe_load((files(__package__) / "departments.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def titles() -> tuple[str, ...]:
    """Professional titles of the demo city's doctors, highest first."""
    return tuple(yaml.safe_load((files(__package__) / "titles.yaml").read_text(encoding="utf-8")))
