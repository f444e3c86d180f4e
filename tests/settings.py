"""The platform's settings as tests use them: each test process has a home of its own, and its own way to flush."""

from __future__ import annotations

import os

from jinling.config import settings as platform
from jinling.config.settings import *  # noqa: F403

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME = platform.HOME / "tests" / WORKER
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
JINLING_AUDIT_ROOTS = HOME / "audit-roots"
INSTALLED_APPS = ["tests.database", *platform.INSTALLED_APPS]
PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *platform.PASSWORD_HASHERS[1:]]
