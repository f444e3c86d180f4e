"""Events are delivered at least once, in order, and a handler that fails holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from jinling.foundation.outbox import usecases
from jinling.foundation.outbox.models import Event, Failure
from jinling.foundation.outbox.rules import MAX_ATTEMPTS, event_document, next_try
from jinling.kernel import sockets

NOW = datetime(2018, 5, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    number: int


Happened.__module__ = "jinling.services.testing.events"


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put handlers in place of the contexts' own: ``handled(name=function, ...)``."""

    def put(**functions: Callable[[Sequence[sockets.Event]], None]) -> None:
        offered = tuple(sockets.Handler(name, ("testing.Happened",), function) for name, function in functions.items())
        monkeypatch.setattr(usecases, "handlers", lambda: offered)

    return put


def numbers(events: Sequence[sockets.Event]) -> list[int]:
    return [event.payload["number"] for event in events]


def test_an_event_is_stored_under_its_context_and_class() -> None:
    assert event_document(Happened(7)) == {"type": "testing.Happened", "payload": {"number": 7}}


def test_pauses_grow_to_an_hour_and_then_a_person_is_asked() -> None:
    pauses = [next_try(attempt, NOW) for attempt in range(1, MAX_ATTEMPTS + 1)]
    seconds = [(at - NOW).total_seconds() for at in pauses[:-1] if at]
    assert seconds == [5, 20, 80, 320, 1280, 3600, 3600]
    assert pauses[-1] is None


@pytest.mark.django_db
def test_events_reach_their_handlers_in_order_and_once(handled: Callable[..., None]) -> None:
    seen: list[int] = []
    handled(a=lambda events: seen.extend(numbers(events)))
    usecases.announce(*(Happened(n) for n in range(5)))
    Event.objects.create(type="testing.Other", payload={})
    assert usecases.deliver(limit=4) == 4
    assert usecases.deliver() == 2
    assert usecases.deliver() == 0
    assert seen == [0, 1, 2, 3, 4]
    assert not Event.objects.filter(delivered_at__isnull=True).exists()


@pytest.mark.django_db
def test_announcing_nothing_writes_nothing() -> None:
    usecases.announce_many([])
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_announced() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        usecases.announce(Happened(1))
        raise RuntimeError
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_one_bad_event_holds_up_neither_its_batch_nor_the_other_handler(handled: Callable[..., None]) -> None:
    seen: dict[str, list[int]] = {"picky": [], "other": []}

    def picky(events: Sequence[sockets.Event]) -> None:
        if 1 in numbers(events):
            raise ValueError("13812345678")
        seen["picky"] += numbers(events)

    handled(picky=picky, other=lambda events: seen["other"].extend(numbers(events)))
    usecases.announce(*(Happened(n) for n in range(3)))
    assert usecases.deliver() == 3
    assert seen == {"picky": [0, 2], "other": [0, 1, 2]}
    failure = Failure.objects.get()
    assert (failure.handler, failure.attempts, failure.error) == ("picky", 1, "ValueError")
    assert failure.event.payload == {"number": 1}


@pytest.mark.django_db
def test_the_writes_of_a_handler_that_fails_are_undone(handled: Callable[..., None]) -> None:
    def half(events: Sequence[sockets.Event]) -> None:
        Event.objects.create(type="testing.Half", payload={}, delivered_at=NOW)
        raise ValueError

    handled(half=half)
    usecases.announce(Happened(1))
    usecases.deliver()
    assert not Event.objects.filter(type="testing.Half").exists()


@pytest.mark.django_db
def test_a_failure_is_tried_again_in_time_and_forgotten_when_it_goes_through(handled: Callable[..., None]) -> None:
    seen: list[int] = []
    broken = [True]

    def sometimes(events: Sequence[sockets.Event]) -> None:
        if broken[0]:
            raise ValueError
        seen.extend(numbers(events))

    handled(sometimes=sometimes)
    usecases.announce(Happened(1))
    usecases.deliver()
    due = Failure.objects.get().next_try_at
    assert due is not None
    assert usecases.retry(now=due - timedelta(seconds=1)) == 0 and Failure.objects.get().attempts == 1
    assert usecases.retry(now=due) == 0 and Failure.objects.get().attempts == 2
    broken[0] = False
    assert usecases.retry(now=due, everything=True) == 1
    assert seen == [1] and not Failure.objects.exists()


@pytest.mark.django_db
def test_after_the_last_attempt_a_failure_waits_for_a_person(handled: Callable[..., None]) -> None:
    def never(events: Sequence[sockets.Event]) -> None:
        raise ValueError

    handled(never=never)
    usecases.announce(Happened(1))
    usecases.deliver()
    for _ in range(MAX_ATTEMPTS - 1):
        usecases.retry(now=NOW, everything=True)
    failure = Failure.objects.get()
    assert (failure.attempts, failure.next_try_at) == (MAX_ATTEMPTS, None)
    assert usecases.retry(now=datetime(2100, 1, 1, tzinfo=UTC)) == 0
    assert Failure.objects.get().attempts == MAX_ATTEMPTS


@pytest.mark.django_db
def test_a_failure_of_a_handler_that_is_gone_says_so(handled: Callable[..., None]) -> None:
    handled()
    event = Event.objects.create(type="testing.Happened", payload={}, delivered_at=NOW)
    Failure.objects.create(event=event, handler="gone", next_try_at=NOW, error="ValueError")
    assert usecases.retry(now=NOW) == 0
    assert Failure.objects.get().error == "the handler is gone"


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_each_event_once(handled: Callable[..., None]) -> None:
    seen: list[int] = []
    both = threading.Barrier(2, timeout=20)
    entered = threading.local()

    def slow(events: Sequence[sockets.Event]) -> None:
        if not getattr(entered, "once", False):
            entered.once = True
            both.wait()  # both workers hold a batch at the same moment
        seen.extend(numbers(events))

    handled(slow=slow)
    usecases.announce(*(Happened(n) for n in range(20)))

    def worker() -> None:
        while usecases.deliver(limit=5):
            pass
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(seen) == list(range(20))
    assert not Failure.objects.exists()
