"""What every test of the platform meets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis
from xdist.scheduler import LoadFileScheduling

from jinling.config import catalogues
from tests.database import template

# A busy machine is no fault of the code: no example is failed for its time.
hypothesis.register_profile("jinling", deadline=None)
hypothesis.load_profile("jinling")

# Programs that a test starts run on the platform's own settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "jinling.config.settings"

ROOT = Path(__file__).parent


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """With ``-n auto`` as many processes as cores; none where a few tests are named: they would wait for the start."""
    few = config.args_source is config.ArgsSource.ARGS or config.option.keyword
    return 0 if few else os.cpu_count() or 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Files are handed out as a whole, for their tests share what they start; clusters one after the other."""

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            name = nodeid.partition("::")[0]
            return "cluster" if "mark.cluster" in (ROOT / name).read_text(encoding="utf-8") else name

    config.option.loadscopereorder = False  # the order of collection stands
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Marks journeys. Where processes share the tests, journeys go first, so that none is left for the end alone."""
    for item in items:
        folder = item.path.relative_to(ROOT).parts[:2]
        if folder in (("tests", "journeys"), ("tests", "browser")) or item.get_closest_marker("cluster"):
            item.add_marker(pytest.mark.journey)
    yield
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("journey") is None)


def pytest_configure(config: pytest.Config) -> None:
    """Pages are read in Chinese: what somebody changed in a locale file is compiled before the first test."""
    catalogues.refresh()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
    """A database of this process's own; it stays after the run, to be looked into."""
    with django_db_blocker.unblock():
        template.copy(f"test_{connection.settings_dict['NAME']}_{settings.WORKER}")


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Each test begins in the platform's own language: a page read in English leaves the thread in English."""
    translation.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """In CI a test that skips has failed: Chromium, Java and fonts are there, so nothing may hide behind them."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report
