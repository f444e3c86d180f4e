"""How quickly one of a million people is found by any identifier, and how quickly people are entered."""

from __future__ import annotations

import os
import random
import statistics
import time

from benchmarks import Figure, server

TITLE = "Patient index"
BY_NAME_ONLY = True  # entering a million people takes minutes
PEOPLE = int(os.environ.get("JINLING_BENCH_PEOPLE", "1000000"))
LOOKUPS = 20_000
BATCH = 5_000
GOAL_MS = 5.0


def run() -> list[Figure]:
    """Enter people into a home of its own, look them up one by one."""
    server.own_home()
    server.set_up()
    return _measure()


def _measure() -> list[Figure]:
    from django.db import connection

    from jinling.foundation.mpi import public as mpi
    from jinling.kernel.actor import system

    by = system("benchmark")
    draw = random.Random(1)
    areas = [f"32{area:04}" for area in range(101, 126)]
    sample: list[tuple[str, str]] = []
    people = mpi.synthetic_people(PEOPLE, 1, areas)
    started, made = time.perf_counter(), 0
    while made < PEOPLE:
        batch = [_with_card(next(people), made + i) for i in range(min(BATCH, PEOPLE - made))]
        mpi.register_many(by=by, people=batch)
        for person in batch:
            if draw.random() < 3 * LOOKUPS / PEOPLE:
                chosen = draw.choice(person.identifiers)
                sample.append((chosen.system, chosen.value))
        made += len(batch)
    entering = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE mpi_patient, mpi_identifier")
    draw.shuffle(sample)
    times, plain = [], []
    with connection.cursor() as cursor:
        for system_, value in sample[:LOOKUPS]:
            begun = time.perf_counter()
            found = mpi.find(system=system_, value=value)
            ended = time.perf_counter()
            if found is None:
                raise AssertionError("a registered person was not found")
            # What the machine takes for an empty question at the same moment.
            cursor.execute("SELECT 1")
            cursor.fetchall()
            plain.append(1000 * (time.perf_counter() - ended))
            times.append(1000 * (ended - begun))
    cut, floor = statistics.quantiles(times, n=100), statistics.quantiles(plain, n=100)
    return [
        Figure("people in the index", f"{made:,}", f"{sum(1 for _ in areas)} areas, two identifiers each"),
        Figure("people entered a second, by 5,000", f"{made / entering:,.0f}", "with audit entries, sealed values"),
        Figure("lookup by any identifier, p50", f"{cut[49]:.2f} ms", f"SELECT 1: {floor[49]:.2f} ms"),
        Figure(
            "lookup by any identifier, p99", f"{cut[98]:.2f} ms", f"goal {GOAL_MS} ms; SELECT 1: {floor[98]:.2f} ms"
        ),
        Figure("slowest lookup", f"{max(times):.2f} ms", f"of {len(times):,}"),
    ]


def _with_card(person: object, number: int) -> object:
    """The person with a hospital's card besides the resident id."""
    from dataclasses import replace

    from jinling.foundation.mpi import public as mpi

    card = mpi.Identifier("hospital_card", f"H{number % 50:03}/{number:08}")
    return replace(person, identifiers=(*person.identifiers, card))  # type: ignore[type-var,attr-defined]
