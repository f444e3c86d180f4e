"""The rush, as a program of its own: a fresh platform, 2,000 clients in several processes, a killed server.

``python -m tests.journeys.rush`` prints what it found as JSON and exits 1 when a promise was broken: nothing
oversold, nobody twice, nothing acknowledged lost, also when every server process is killed in the middle.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from benchmarks import server
from benchmarks.load import Outcome, fire, post

CLIENTS, PROCESSES = 2000, 4
SMALL, LARGE = 50, 10_000


def clients_work(port: int, requests: Sequence[tuple[int, bytes]], connections: int, answers: Any) -> None:
    """One process of clients: its answers go back as (request, status, body)."""
    got: list[tuple[int, int, bytes]] = []
    outcome: Outcome = fire(
        port,
        [raw for _n, raw in requests],
        connections=connections,
        patience=90,
        on_answer=lambda index, status, body: got.append((requests[index][0], status, body)),
    )
    answers.put((got, outcome.lost))


def rush(port: int, requests: Sequence[bytes], *, kill: Any = None) -> tuple[dict[int, tuple[int, bytes]], int]:
    """Send all requests from all clients at once; ``kill()`` is called in the middle. Answers by request."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    numbered = list(enumerate(requests))
    processes = [
        context.Process(target=clients_work, args=(port, numbered[n::PROCESSES], CLIENTS // PROCESSES, answers))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    if kill is not None:
        threading.Thread(target=kill, daemon=True).start()
    found: dict[int, tuple[int, bytes]] = {}
    lost = 0
    for _ in processes:
        got, missing = answers.get(timeout=240)
        found.update({n: (status, body) for n, status, body in got})
        lost += missing
    for process in processes:
        process.join()
    return found, lost


def main() -> int:
    """Run the rush; 0 when every promise held."""
    server.own_home()
    server.set_up()
    from benchmarks import booking
    from jinling.services.scheduling import testing

    hospital = testing.a_hospital(public=(0, 60))
    booking.loosen(hospital.id)
    people = testing.some_patients(LARGE)
    (small,) = booking.sessions_for(hospital, 1, SMALL)
    (large,) = booking.sessions_for(hospital, 1, LARGE)
    key = booking.client_key()
    booking.analyze()

    def prepared(session: int, patients: Sequence[Any]) -> list[bytes]:
        return [
            post(
                "/api/v1/appointments",
                json.dumps({"session": session, "patient": str(p)}).encode(),
                {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid4().hex},
            )
            for p in patients
        ]

    web = server.Server(workers=3, threads=32)
    web.start()
    report: dict[str, Any] = {}
    try:
        first, _lost = rush(web.port, prepared(small, people[:CLIENTS]))
        report["small"] = verdict(small, SMALL, first)
        requests = prepared(large, people[: LARGE * 6 // 10])

        def kill() -> None:
            wait_until_some_are_booked(large, random.randrange(200, 1500))
            web.kill()

        second, lost = rush(web.port, requests, kill=kill)
        report["killed"] = {
            "acknowledged before": len(second),
            "without an answer": len(requests) - len(second),
            "cut off": lost,
        }
        web.start()
        # What the clients do not know they ask again, with the same key.
        unknown = [n for n in range(len(requests)) if n not in second]
        third, _lost = rush(web.port, [requests[n] for n in unknown])
        again = {unknown[n]: answer for n, answer in third.items()}
        report["large"] = verdict(large, LARGE, {**second, **again})
        report["large"]["asked"] = len(requests)
        report["large"]["booked"] = booked(large)
    finally:
        web.stop()
    ok = (
        all(report[name]["broken"] == [] for name in ("small", "large"))
        and report["killed"]["without an answer"] > 0
        and report["large"]["booked"] == report["large"]["asked"]
    )
    json.dump(report | {"held": ok}, sys.stdout, indent=1)
    return 0 if ok else 1


def wait_until_some_are_booked(session: int, number: int) -> None:
    """Return when so many numbers of a session are taken."""
    from django.db import connection

    deadline = time.monotonic() + 60
    while booked(session) < number and time.monotonic() < deadline:
        time.sleep(0.02)
    connection.close()


def booked(session: int) -> int:
    """Numbers of a session in patients' hands."""
    from jinling.services.scheduling.models import Appointment

    return Appointment.objects.filter(session_id=session, status="booked").count()


def verdict(session: int, capacity: int, answers: dict[int, tuple[int, bytes]]) -> dict[str, Any]:
    """Hold the answers against the database: what is broken, in words."""
    from jinling.foundation.audit import public as audit
    from jinling.services.scheduling.models import Appointment, Pool

    rows = list(
        Appointment.objects.filter(session_id=session, status="booked").values_list("pk", "number", "patient_id")
    )
    numbers = {str(pk): number for pk, number, _patient in rows}
    acknowledged = [json.loads(body) for status, body in answers.values() if status == 201]
    statuses: dict[int, int] = {}
    for status, _body in answers.values():
        statuses[status] = statuses.get(status, 0) + 1
    broken = []
    if len(rows) > capacity or any(not 1 <= number <= capacity for number in numbers.values()):
        broken.append("oversold")
    if len(set(numbers.values())) != len(rows) or len({patient for _pk, _n, patient in rows}) != len(rows):
        broken.append("a number or a patient twice")
    if any(numbers.get(a["id"]) != a["number"] for a in acknowledged):
        broken.append("acknowledged and lost")
    if sum(pool.taken for pool in Pool.objects.filter(session_id=session)) != len(rows):
        broken.append("the count does not match")
    if len(rows) < min(capacity, len(acknowledged)):
        broken.append("numbers left although asked for")
    if set(statuses) - {201, 409, 503}:
        broken.append(f"unexpected answers {statuses}")
    if audit.verify().findings:
        broken.append("the audit's chain is broken")
    return {"capacity": capacity, "booked": len(rows), "answers": statuses, "broken": broken}


if __name__ == "__main__":
    sys.exit(main())
