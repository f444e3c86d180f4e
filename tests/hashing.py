"""The platform's way to keep passwords, at a cost that a thousand tests can bear."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same algorithm and form; what a guess costs is the platform's own, and a test of its own."""

    time_cost = 1
    memory_cost = 64  # KiB
    parallelism = 1
