"""The city's institutions, and a lake of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings, monkeypatch) -> Path:
    settings.HOME = tmp_path / "home"
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    monkeypatch.delenv("JINLING_ENGINE", raising=False)
    return settings.HOME


@pytest.fixture
def city(db):
    from jinling.foundation.directory import public as directory
    from jinling.kernel.actor import system

    return directory.load_pack("nanjing", by=system("tests"))
