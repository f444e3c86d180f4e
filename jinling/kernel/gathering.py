"""Group commit: calls that wait at the same moment are carried out together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Waiting(Generic[T, R]):
    __slots__ = ("batch", "error", "item", "result", "wake")

    def __init__(self, item: T) -> None:
        self.item = item
        self.wake = threading.Event()
        self.batch: list[_Waiting[T, R]] | None = None  # set: this caller leads, and this is its work
        self.result: R | None = None
        self.error: BaseException | None = None


class Gatherer(Generic[T, R]):
    """Turns ``run_many(items) -> results`` into a call for one item that shares its work.

    There is no timer: a caller that finds a leader's place free carries out everything that waits,
    itself included, while later callers queue up; when it is done the first of those leads. Alone, a
    call costs what it costs; under load batches grow by themselves up to ``most``. Threads of one
    process share a gatherer; ``at_work`` batches may run at once.

    ``run_many`` must answer each item (refusals as values). When it raises, items are carried out
    one by one, so that only the one to blame gets the error.
    """

    def __init__(self, run_many: Callable[[Sequence[T]], Sequence[R]], *, most: int, at_work: int = 1) -> None:
        self._run_many = run_many
        self._most = most
        self._queue: deque[_Waiting[T, R]] = deque()
        self._lock = threading.Lock()
        self._free = at_work

    def submit(self, item: T) -> R:
        """Carry out one item, alone or with others; blocks until it is done.

        Raises:
            whatever ``run_many`` raises for this item alone.
        """
        mine: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            if self._free:
                self._free -= 1
                mine.batch = self._next_batch()
        if mine.batch is None:
            mine.wake.wait()
        if mine.batch is not None:
            try:
                self._carry_out(mine.batch)
            finally:
                self._hand_over()
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _next_batch(self) -> list[_Waiting[T, R]]:
        return [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]

    def _hand_over(self) -> None:
        """The first in line leads next: nobody works on for others once its own answer is there."""
        with self._lock:
            if not self._queue:
                self._free += 1
                return
            heir = self._queue[0]
            heir.batch = self._next_batch()
        heir.wake.set()

    def _carry_out(self, batch: list[_Waiting[T, R]]) -> None:
        try:
            results = self._run_many([waiting.item for waiting in batch])
            for waiting, result in zip(batch, results, strict=True):
                waiting.result = result
        except BaseException as error:
            if len(batch) > 1:
                for waiting in batch:
                    self._carry_out([waiting])
                return
            batch[0].error = error
        for waiting in batch:
            waiting.wake.set()
