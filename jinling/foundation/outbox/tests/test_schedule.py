"""Scheduled jobs run through procrastinate; waiting events are delivered by the drain."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from jinling.foundation.outbox import models, queries, schedule, usecases
from jinling.kernel import sockets


def a_job(run: Callable[[datetime], None], cron: str = "40 3 * * *") -> sockets.Job:
    return sockets.Job("test.nightly", cron, run)


def registered(job: sockets.Job) -> App:
    app = App(connector=InMemoryConnector())
    schedule.register(app, (job,))
    return app


def test_cron_lines_are_read_in_the_citys_time_zone() -> None:
    app = registered(a_job(lambda _now: None))
    periodic = app.periodic_registry.periodic_tasks["test.nightly", "test.nightly"]
    at = datetime(2018, 5, 1, 0, 0, tzinfo=UTC).timestamp()
    following = datetime.fromtimestamp(periodic.croniter.get_next(ret_type=float, start_time=at), UTC)
    assert following.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") == "03:40"
    assert following == datetime(2018, 5, 1, 19, 40, tzinfo=UTC)


def test_a_job_runs_with_the_instant_it_was_meant_for() -> None:
    seen: list[datetime] = []
    app = registered(a_job(seen.append))
    app.tasks["test.nightly"].func(timestamp=1525117200)
    assert seen == [datetime.fromtimestamp(1525117200, UTC)]


def test_a_job_is_queued_once_and_not_retried() -> None:
    task = registered(a_job(lambda _now: None)).tasks["test.nightly"]
    assert (task.queueing_lock, task.lock, task.retry_strategy) == ("test.nightly", "test.nightly", None)


def test_a_failing_job_raises_for_procrastinate_to_keep(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_now: datetime) -> None:
        raise ValueError("13812345678")

    task = registered(a_job(fails)).tasks["test.nightly"]
    with pytest.raises(ValueError):
        task.func(timestamp=1525117200)
    assert "13812345678" not in "".join(capsys.readouterr())


@pytest.mark.django_db
def test_backlog_counts_what_waits() -> None:
    event = models.Event.objects.create(type="test.Happened", payload={})
    models.Event.objects.create(type="test.Happened", payload={}, delivered_at=datetime.now(UTC))
    models.Failure.objects.create(event=event, handler="a", next_try_at=datetime.now(UTC), error="ValueError")
    models.Failure.objects.create(event=event, handler="b", next_try_at=None, error="ValueError")
    assert queries.backlog() == queries.Backlog(waiting=1, failed=1, given_up=1)


@pytest.mark.django_db(transaction=True)
def test_the_drain_delivers_what_others_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    handler = sockets.Handler("test", ("test.Happened",), lambda events: seen.extend(event.id for event in events))
    monkeypatch.setattr(usecases, "handlers", lambda: (handler,))
    monkeypatch.setattr(schedule, "IDLE", 0.02)
    drain = schedule.Drain()
    drain.start()
    try:
        with transaction.atomic():
            event = models.Event.objects.create(type="test.Happened", payload={})
        deadline = time.monotonic() + 20
        while queries.backlog().waiting and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        drain.stopping.set()
        drain.join(20)
    assert seen == [event.pk]
    assert not drain.is_alive()


@pytest.mark.django_db(transaction=True)
def test_the_drain_survives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def deliver() -> int:
        calls.append(1)
        if len(calls) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 0

    monkeypatch.setattr(schedule, "deliver", deliver)
    monkeypatch.setattr(schedule, "IDLE", 0.02)
    drain = schedule.Drain()
    drain.start()
    deadline = time.monotonic() + 20
    while len(calls) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    drain.stopping.set()
    drain.join(20)
    assert len(calls) >= 3
