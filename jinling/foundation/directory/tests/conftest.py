"""A loaded directory for tests of verbs and reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory, usecases as directory_usecases
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.kernel.actor import Actor
from jinling.kernel.sockets import gather


@pytest.fixture(autouse=True)
def _foundation_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests load what the foundation reads; what other contexts write of a pack is theirs to test."""

    def offered(socket: str) -> Iterator[tuple[str, Any]]:
        for context, module in gather(socket):
            if not context.startswith("jinling.foundation."):
                module = SimpleNamespace(SECTIONS=[replace(section, load=None) for section in module.SECTIONS])
            yield context, module

    monkeypatch.setattr("jinling.foundation.directory.packs.sections.gather", offered)


@pytest.fixture
def clerk() -> Actor:
    return Actor(kind="account", id="clerk-1", role="directory_clerk")


@pytest.fixture
def wrenport(settings: Any) -> Path:
    """A process that runs for the invented city: its pack, its clock."""
    settings.JINLING_CITY, settings.TIME_ZONE = str(WRENPORT), "Europe/Lisbon"
    return WRENPORT


@pytest.fixture
def nanjing(db: None, clerk: Actor, settings: Any) -> Iterator[directory_usecases.LoadReport]:
    settings.JINLING_CITY = "nanjing"
    with translation.override("en"):
        yield directory.load_pack(by=clerk)  # the current pack is read once for all tests
