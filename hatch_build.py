"""Compiles the translations before a wheel is packed, so that every wheel has its Chinese."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the ``.mo`` files up to their sources."""
        sys.path.insert(0, self.root)
        from jinling.config import catalogues  # noqa: PLC0415 - found only once the path is set

        catalogues.refresh()
