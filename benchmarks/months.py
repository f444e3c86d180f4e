"""What it costs to count the bulletin of a month when ten years lie behind it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import Figure

TITLE = "Months of the bulletin"
BY_NAME_ONLY = True  # ten years of bookings are written first
MONTHS = 120
BOOKINGS = int(os.environ.get("JINLING_BENCH_BOOKINGS", "20000"))  # in a month
OPENED = "2016-01"  # 120 months from here are over
LIMIT = 1.2
TRIES = 5

# Bookings as they stand once they were kept; what they are counted by differs from row to row.
FILL = """
INSERT INTO scheduling_appointment (id, session_id, pool_id, number, patient_id, status, date, organization_id,
    department, route, channel_kind, booked_at, booked_by, reason, batch)
SELECT gen_random_uuid(), %(before)s + n, 1, 1, '00000000-0000-7000-8000-000000000000', 'fulfilled', at::date,
    o.ids[1 + n %% 46], 'd',
    r.codes[1 + n %% cardinality(r.codes)], r.kinds[1 + n %% cardinality(r.codes)], at, 'bench/x', '', ''
FROM (SELECT n, %(first)s + (%(last)s - %(first)s) * (n::float / %(count)s) AS at
      FROM generate_series(0, %(count)s - 1) AS n) AS drawn,
    (SELECT array_agg(id ORDER BY id) AS ids FROM directory_organization) AS o,
    (SELECT array_agg(code ORDER BY code) AS codes, array_agg(kind_id ORDER BY code) AS kinds
     FROM scheduling_route) AS r
"""


def run() -> list[Figure]:
    """Fill a database of its own with ten years, count the first month and the last, remove the database."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(
            shutil.copytree(Path(__file__).parent.parent / "jinling" / "cities" / "nanjing", f"{folder}/nanjing")
        )
        layout = pack / "bulletin.yaml"
        layout.write_text(layout.read_text("utf-8").replace('opened: "2018-05"', f'opened: "{OPENED}"'), "utf-8")
        os.environ["JINLING_CITY"] = str(pack)
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

    from jinling.data.statistics import public as statistics
    from jinling.data.statistics.queries.layout import zone
    from jinling.foundation.directory import public as directory
    from jinling.kernel.actor import system
    from jinling.kernel.periods import Period

    directory.load_pack(by=system("benchmark"))
    first = month = Period(OPENED)
    with _unchecked() as cursor:
        for number in range(MONTHS):
            span = {
                "before": number * BOOKINGS,
                "first": month.start(zone()),
                "last": month.end(zone()),
                "count": BOOKINGS,
            }
            cursor.execute(FILL, span)
            last, month = month, month.next()
        cursor.execute("ANALYZE scheduling_appointment")
    begun = time.perf_counter()
    statistics.keep(last)  # the months before it are counted, each once
    once = time.perf_counter() - begun
    early = median(_took(statistics.keep, first) for _ in range(TRIES))
    late = median(_took(statistics.keep, last) for _ in range(TRIES))
    whole = _took(statistics.bulletin, last)
    read = median(_took(statistics.kept_bulletin, last) for _ in range(TRIES))
    kept, counted = (
        statistics.document(made)["tables"]["booking_by_hospital"]["cumulative"]
        for made in (statistics.kept_bulletin(last), statistics.bulletin(last))
    )
    begun = time.perf_counter()
    moved = statistics.recount(by=system("benchmark"), now=timezone.now())
    nightly = time.perf_counter() - begun
    if kept != counted or moved:
        raise AssertionError(f"kept {kept}, counted {counted}, moved {moved}")
    rows = f"{MONTHS * BOOKINGS:,} bookings"
    return [
        Figure(f"month 1 of {MONTHS}, counted and kept, {rows}", f"{early * 1000:.0f} ms", "median of 5"),
        Figure(f"month {MONTHS}", f"{late * 1000:.0f} ms", f"{late / early:.2f} of month 1, limit {LIMIT}"),
        Figure(f"month {MONTHS} from the events alone", f"{whole:.2f} s", f"{whole / late:.1f} of the kept one"),
        Figure(f"month {MONTHS}, nothing kept before", f"{once:.2f} s", "once"),
        Figure("a stranger's read of a kept month", f"{read * 1000:.0f} ms", f"{read / late:.2f} of a count"),
        Figure(f"nightly recount of {MONTHS} months", f"{nightly:.1f} s", f"{len(moved)} sums moved, totals equal"),
    ]


def _took(do: Any, *arguments: Any) -> float:
    begun = time.perf_counter()
    do(*arguments)
    return time.perf_counter() - begun


@contextmanager
def _unchecked() -> Iterator[Any]:
    """Rows are written without the sessions and people that they belong to: nobody counts by these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")
