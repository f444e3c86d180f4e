"""What every test of the platform meets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings

from jinling.config import catalogues

# A busy machine is no fault of the code: no example is failed for its time.
settings.register_profile("jinling", deadline=None)
settings.load_profile("jinling")

# Rows that migrations write (audit lanes, content types) belong to a fresh database: they are kept aside once and put
# back after each test that commits. Audit entries refuse to be emptied; the replica role sets that guard aside.
KEEP = """
CREATE SCHEMA pristine;
DO $$
DECLARE t text; filled boolean;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', t, t);
        END IF;
    END LOOP;
END $$
"""
RESTORE = """
SET lock_timeout = '20s';
SET session_replication_role = replica;
DO $$
DECLARE t text; filled boolean; dirty text := '';
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
        IF filled THEN
            dirty := dirty || format(', public.%I', t);
        END IF;
    END LOOP;
    IF dirty <> '' THEN
        EXECUTE 'TRUNCATE ' || substr(dirty, 3) || ' CASCADE';
    END IF;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'pristine' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM pristine.%I', t, t);
    END LOOP;
END $$;
SET session_replication_role = DEFAULT;
SET lock_timeout = DEFAULT;
"""


def pytest_configure(config: pytest.Config) -> None:
    """Pages are read in Chinese: what somebody changed in a locale file is compiled before the first test."""
    catalogues.refresh()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The migrated test database, with what migrations wrote kept aside."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pristine')")
        if cursor.fetchone()[0] is None:
            cursor.execute(KEEP)


def _restore(_test: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RESTORE)


TransactionTestCase._fixture_teardown = _restore  # type: ignore[method-assign]


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
