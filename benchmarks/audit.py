"""How quickly the audit is written, and how quickly a million entries are checked."""

from __future__ import annotations

import os
import time

from benchmarks import Figure

TITLE = "Audit"
BY_NAME_ONLY = True  # writing a million entries takes half a minute
ENTRIES = int(os.environ.get("JINLING_BENCH_ENTRIES", "1000000"))
BATCH = 1000
GOAL_SECONDS = 60


def run() -> list[Figure]:
    """Write entries into a database of its own, sign a head, check everything, remove the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure() -> list[Figure]:
    from django.utils import timezone

    from jinling.foundation.audit import public as audit
    from jinling.kernel.actor import Actor

    by = Actor("client", "quick", "partner", "BOOKING", "H1", "quick_12320", "public", "0011223344556677")
    begun = time.perf_counter()
    for start in range(0, ENTRIES, BATCH):
        audit.record_many(by=by, acts=[
            audit.Act("scheduling.book", patient=f"0190aaaa-bbbb-7ccc-8ddd-{start + place:012d}",
                      target="Appointment/0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee", detail={"session": start, "n": place})
            for place in range(min(BATCH, ENTRIES - start))])  # fmt: skip
    writing = time.perf_counter() - begun
    audit.sign_head(now=timezone.now())
    begun = time.perf_counter()
    result = audit.verify()
    checking = time.perf_counter() - begun
    if result.findings or result.entries < ENTRIES:
        raise AssertionError("the audit does not hold")
    return [
        Figure("entries written a second, by 1,000", f"{ENTRIES / writing:,.0f}", "hash chain and all columns"),
        Figure(f"{result.entries:,} entries checked", f"{checking:.1f} s", f"goal {GOAL_SECONDS} s for a million"),
    ]
