"""All rows of the month of May 2018: made from the catalogue, checked, stored and counted into the bulletin's tables.

130 million rows of 36 institutions go through the checks of their data sets into the lake and the manifest, as
``jinling replay`` does it, on a database and a home of their own. Then the two tables are built from the manifest.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Figure

TITLE = "The month's collection"
BY_NAME_ONLY = True  # some minutes and 3 GB of disk
HELD = 2_710_000_000  # rows that the reference city held in May 2018
MONTHS = 20  # so many like this one come to about as many rows
SCALE = float(os.environ.get("JINLING_BENCH_SCALE", "1"))


def run() -> list[Figure]:
    """Measure in a process of its own, so that the database and the lake are thrown away afterwards."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "JINLING_HOME": home, "DJANGO_SETTINGS_MODULE": "jinling.config.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.month_collection"], env=environment, check=True, stdout=subprocess.PIPE
        )
        found = json.loads(done.stdout.splitlines()[-1])
    minutes = found["seconds"] / 60
    return [
        Figure(
            "rows made, checked, stored",
            f"{found['rows']:,}",
            f"scale {SCALE:g}; {found['parts']:,} parts, {found['bytes'] / 1e9:.2f} GB",
        ),
        Figure("time", f"{minutes:.1f} min", "15 min wanted, 10 min the goal, 2 cores"),
        Figure("speed", f"{found['rows'] / found['seconds']:,.0f} rows/s", "made up, checked and stored"),
        Figure("both bulletin tables", f"{found['tables']:.2f} s", "5 s wanted"),
        Figure(
            "both bulletin tables over a long manifest",
            f"{found['long_tables']:.2f} s",
            f"10 s wanted; {found['long_rows'] / 1e9:.2f} billion rows simulated, in {found['long_parts']:,} parts",
        ),
        Figure("peak memory", f"{found['memory']:,.0f} MiB", ""),
    ]


def measure() -> dict[str, float]:
    """The replay and the two tables; rows counted again in the files."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.db.models import Sum

    import jinling
    from jinling.data.collection import public as collection
    from jinling.data.collection.queries.manifest import current_parts
    from jinling.data.quality.replays import CollectionReplay
    from jinling.data.statistics import public as statistics
    from jinling.kernel.figures import ReplayRequest

    call_command("migrate", verbosity=0)
    call_command("city", "load", prepare=False, stdout=sys.stderr)
    reference = next((Path(jinling.__file__).parent / "cities" / "nanjing" / "reference").glob("*2018-05*.json"))
    tables = json.loads(reference.read_text(encoding="utf-8"))["tables"]
    chosen = {name: tables[name] for name in CollectionReplay.tables}
    request = ReplayRequest("2018-05", chosen, SCALE, 1, "benchmark")
    started = time.perf_counter()
    rows = 0
    for chunk in CollectionReplay().plan(request):
        with transaction.atomic():
            rows += chunk.run()
        print(f"  {rows:,} rows, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - started
    began = time.perf_counter()
    statistics.bulletin("2018-05", only=CollectionReplay.tables)
    took = time.perf_counter() - began
    parts = current_parts()
    held = parts.aggregate(rows=Sum("rows"), size=Sum("size"))
    assert held["rows"] == rows == collection.lake().count(sorted(parts.values_list("path", flat=True)))
    count = parts.count()
    lengthen(rows)
    began = time.perf_counter()
    statistics.bulletin("2018-05", only=CollectionReplay.tables)
    long_took = time.perf_counter() - began
    long = current_parts()
    return {
        "long_tables": long_took,
        "long_parts": long.count(),
        "long_rows": long.aggregate(rows=Sum("rows"))["rows"],
        "rows": rows,
        "seconds": seconds,
        "tables": took,
        "parts": count,
        "bytes": held["size"],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def lengthen(rows: int) -> None:
    """Earlier months like this one in the manifest alone, until it tells of as many rows as the city held."""
    from django.db import connection

    from jinling.data.collection.models import Submission

    times = max(round((HELD - rows) / rows / MONTHS), 1)
    month = "to_char(to_date({0}, 'YYYY-MM') - make_interval(months => n), 'YYYY-MM')"
    names = ", ".join(field.column for field in Submission._meta.concrete_fields)
    statements = (
        "CREATE TEMP TABLE told AS SELECT s.*, gen_random_uuid() AS new, n "
        f"FROM collection_submission s, generate_series(1, {MONTHS}) n",
        "UPDATE told SET id = new, sha256 = sha256 || n, received_on = received_on - make_interval(months => n)",
        f"INSERT INTO collection_submission ({names}) SELECT {names} FROM told",
        "INSERT INTO collection_part (path, organization_id, data_set, period, rows, size, added_by_id) "
        f"SELECT path || '#' || n, organization_id, data_set, {month.format('period')}, rows * {times}, size, "
        f"added_by_id FROM collection_part, generate_series(1, {MONTHS}) n",
        "INSERT INTO collection_partday (part_id, day, rows) "
        f"SELECT p.id, d.day - make_interval(months => n), max(d.rows) * {times} "
        f"FROM collection_partday d JOIN collection_part o ON o.id = d.part_id, generate_series(1, {MONTHS}) n, "
        "LATERAL (SELECT id FROM collection_part WHERE path = o.path || '#' || n) p GROUP BY 1, 2",
        "ANALYZE collection_part, collection_partday, collection_submission",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


if __name__ == "__main__":
    print(json.dumps(measure()))
