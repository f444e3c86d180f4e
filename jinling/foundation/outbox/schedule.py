"""The worker: every context's scheduled work through procrastinate, and the delivery of waiting events."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import structlog
from croniter import CroniterError, croniter
from django.db import close_old_connections, connection
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.periodic import PeriodicTask

from jinling.foundation.outbox.usecases import deliver, retry
from jinling.kernel import sockets
from jinling.kernel.contexts import SocketBroken, each, once

log = structlog.get_logger(__name__)

QUEUE = "jinling"
SECONDS = re.compile(r"\*/([2-9]|[12][0-9]|30)")
IDLE = 0.5  # seconds between looks at an empty outbox
RETRY_EVERY = 5.0  # seconds between looks at failed deliveries
STOP_WITHIN = 10.0  # seconds that running jobs have when the worker is told to stop


def scheduled_jobs() -> tuple[sockets.Job, ...]:
    """Every job that a context offers through its ``jobs`` socket.

    Raises:
        SocketBroken: two jobs have one name or one has another context's, or a cron line that ``cron_fault`` finds
            fault with.
    """
    found = once(each(sockets.gather("jobs"), "JOBS"), lambda one: str(one.name), "the job", own=True)
    told = [(job, cron_fault(job.cron)) for job in found.values()]
    if broken := [f"the cron line {job.cron!r} of {job.name} {fault}" for job, fault in told if fault]:
        raise SocketBroken("; ".join(broken))
    return tuple(found.values())


def cron_fault(cron: str) -> str:
    """What is wrong with a cron line, or empty. Seconds say every how many, so that fields out of order show."""
    fields = len(cron.split())
    if fields not in (5, 6):
        return f"has {fields} fields; it has five, or six with the seconds last"
    if fields == 6 and not SECONDS.fullmatch(cron.split()[-1]):
        return "has seconds that are not */2 to */30; it has five fields, or six with the seconds last"
    try:
        croniter(cron, datetime(2018, 5, 1, tzinfo=UTC)).get_next(datetime)
    except (CroniterError, ValueError) as error:
        return f"cannot be read, or never starts it: {error}"
    return ""


class CityTask(PeriodicTask[Any, Any, Any]):
    """A periodic task whose cron line is read on the city's clock; procrastinate reads it on UTC."""

    @cached_property
    def croniter(self) -> croniter:
        """The iterator of starts: begun in a zone, it keeps to the zone."""
        return croniter(self.cron, timezone.localtime())


def register(app: App, jobs: tuple[sockets.Job, ...]) -> None:
    """Make procrastinate know the jobs.

    A cron line is read in the city's time zone. A job that is still waiting or running is not
    queued a second time; one that fails is not tried again before its next turn.
    """
    for job in jobs:
        task = app.task(name=job.name, queue=QUEUE, queueing_lock=job.name, lock=job.name, retry=False)(_runner(job))
        periodic = CityTask(task=task, cron=job.cron, periodic_id=job.name, configure_kwargs={})
        app.periodic_registry.periodic_tasks[task.name, job.name] = periodic


def _runner(job: sockets.Job) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        try:
            job.run(datetime.fromtimestamp(timestamp, UTC))
        except Exception as error:
            # The kind of error alone: its text may carry a person's data. procrastinate keeps the job as failed.
            log.error("job_failed", job=job.name, error=type(error).__name__)
            raise

    return run


class Drain(threading.Thread):
    """Hands waiting events to their handlers until told to stop."""

    def __init__(self) -> None:
        super().__init__(name="outbox", daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        """Deliver; look again at once while there is more, else after a pause."""
        next_retry = 0.0
        while not self.stopping.is_set():
            try:
                close_old_connections()
                taken = deliver()
                if time.monotonic() >= next_retry:
                    retry(now=timezone.now())
                    next_retry = time.monotonic() + RETRY_EVERY
            except Exception as error:  # the database may be restarting; events wait
                log.warning("delivery_paused", error=type(error).__name__)
                taken = 0
                connection.close()
            if not taken:
                self.stopping.wait(IDLE)
        connection.close()


def work(*, concurrency: int = 4, jobs: tuple[sockets.Job, ...] | None = None) -> None:
    """Run jobs and deliver events until SIGTERM or SIGINT; running jobs are let finish.

    Args:
        concurrency: jobs that may run at the same time.
        jobs: what to run; by default every job that a context offers.
    """
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # a failed job is told by its runner
    register(django_app, scheduled_jobs() if jobs is None else jobs)
    drain = Drain()
    drain.start()
    try:
        asyncio.run(_run(concurrency))
    finally:
        drain.stopping.set()
        drain.join(STOP_WITHIN)


async def _run(concurrency: int) -> None:
    connector = django_app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with django_app.replace_connector(connector) as app:
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=concurrency,
                delete_jobs="successful",
                shutdown_graceful_timeout=STOP_WITHIN,
                install_signal_handlers=True,
            )
