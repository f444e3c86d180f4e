"""A loaded directory for tests of verbs and reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import gather


@pytest.fixture(autouse=True)
def _foundation_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests load what the foundation reads; what other contexts read of a pack is theirs to test."""
    offered = [(context, module) for context, module in gather("pack") if context.startswith("jinling.foundation.")]
    monkeypatch.setattr("jinling.foundation.directory.packs.checks.gather", lambda socket: iter(offered))


@pytest.fixture
def clerk() -> Actor:
    return Actor(kind="account", id="clerk-1", role="directory_clerk")


@pytest.fixture
def nanjing(db: None, clerk: Actor, settings: Any) -> Iterator[directory.LoadReport]:
    settings.JINLING_CITY = "nanjing"
    with translation.override("en"):
        yield directory.load_pack(by=clerk)  # the current pack is read once for all tests
