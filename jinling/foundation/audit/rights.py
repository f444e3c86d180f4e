"""The audit's permission."""

from __future__ import annotations

SEARCH = "audit.search"
