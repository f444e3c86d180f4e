"""Group commit: everyone gets their own answer, batches form under load, one fault hurts one caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from jinling.kernel.gathering import Gatherer


def in_threads(number: int, work: object) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(number)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_alone_a_call_is_a_batch_of_one() -> None:
    batches: list[list[int]] = []
    gatherer: Gatherer[int, int] = Gatherer(lambda items: batches.append(list(items)) or [i * 2 for i in items], most=8)
    assert [gatherer.submit(n) for n in range(3)] == [0, 2, 4]
    assert batches == [[0], [1], [2]]


@pytest.mark.parametrize("at_work", [1, 3])
def test_under_load_calls_are_gathered_and_each_gets_its_own_answer(at_work: int) -> None:
    batches: list[int] = []
    running = threading.Semaphore(at_work)

    def run(items: Sequence[int]) -> list[int]:
        assert running.acquire(blocking=False), "more batches at once than allowed"
        time.sleep(0.002)
        batches.append(len(items))
        running.release()
        return [item * 10 for item in items]

    gatherer: Gatherer[int, int] = Gatherer(run, most=16, at_work=at_work)
    answers: dict[int, int] = {}

    def work(n: int) -> None:
        for k in range(20):
            answers[n * 100 + k] = gatherer.submit(n * 100 + k)

    in_threads(40, work)
    assert answers == {key: key * 10 for key in answers} and len(answers) == 800
    assert sum(batches) == 800 and max(batches) <= 16 and len(batches) < 400


def test_a_fault_reaches_the_caller_to_blame_alone() -> None:
    def run(items: Sequence[int]) -> list[int]:
        time.sleep(0.001)
        if 13 in items:
            raise ValueError("thirteen")
        return list(items)

    gatherer: Gatherer[int, int] = Gatherer(run, most=64)
    found: dict[int, object] = {}

    def work(n: int) -> None:
        try:
            found[n] = gatherer.submit(n)
        except ValueError as error:
            found[n] = str(error)

    in_threads(30, work)
    assert found == {n: n for n in range(30)} | {13: "thirteen"}
    assert gatherer.submit(1) == 1
