"""Chromium for the browser tests: the system's own, without its background traffic."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.services.scheduling.testing import BY, Hospital, a_hospital, a_session, some_patients

# Playwright's loop runs in the test's thread; Django would take that for an asynchronous context.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
HERE = Path(__file__).parent


def chromium() -> str | None:
    """The system's Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium. Where there is none the tests say so; the build machine must have it."""
    found = chromium()
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


@pytest.fixture(params=[390, 1440], ids=["phone", "desktop"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    size = {"width": request.param, "height": 844 if request.param == 390 else 900}
    return {**browser_context_args, "viewport": size, "locale": "en-GB"}


@pytest.fixture
def hospital(transactional_db: None) -> Hospital:
    """A hospital with sessions in three and four days."""
    found = a_hospital(category="Inner", fee_cents=1800, place="Building 2")
    a_session(found, capacity=8, in_days=3)
    a_session(found, capacity=8, in_days=4)
    return found


@pytest.fixture
def citizen(transactional_db: None) -> Any:
    """A citizen's account with one verified person: themselves."""
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    (patient,) = some_patients(1)
    mpi.relate(by=BY, account=str(account.pk), patient=patient, relation="self", verified=True)
    return account


@pytest.fixture
def complaints(page: Any) -> Iterator[list[str]]:
    """What the browser complains of (scripts and the content policy); asserted empty at the end."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []
