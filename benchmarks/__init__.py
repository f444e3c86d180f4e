"""Measurements of this machine. ``make bench`` runs them all and writes docs/reference/benchmarks.md.

A benchmark is a module with ``TITLE``, ``run() -> list[Figure]`` and, when it takes long, ``BY_NAME_ONLY = True``.
Each figure stands beside a limit or a peer measured in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: what, how much, and against what."""

    name: str
    value: str
    against: str = ""
