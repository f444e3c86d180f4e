"""Every test has an inbox and a lake of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings, monkeypatch) -> Path:
    settings.HOME = tmp_path / "home"
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    monkeypatch.delenv("JINLING_ENGINE", raising=False)
    return settings.HOME
